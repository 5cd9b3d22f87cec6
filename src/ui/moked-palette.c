/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-palette-row.h"
#include "ui/moked-palette.h"
#include "ui/moked-search-hit.h"
#include "ui/moked-ui-feature.h"

#define HITS_OF_A_FEATURE 8

/* Ctrl+K: records that the features find, pages and actions, by typing and Enter. */
struct _MokedPalette
{
  AdwDialog       parent_instance;
  MokedUiContext *context;
  guint           generation;
  GtkSearchEntry *entry;
  GtkStack       *stack;
  GtkListBox     *list;
};

G_DEFINE_FINAL_TYPE (MokedPalette, moked_palette, ADW_TYPE_DIALOG)

static gboolean
matches (const char *label,
         const char *text)
{
  g_autofree char *plain = NULL;

  if (*text == '\0')
    return TRUE;
  plain = moked_ui_dup_plain_label (label);
  return g_str_match_string (text, plain, TRUE);
}

static void
add_row (MokedPalette *self,
         GtkWidget    *row)
{
  gtk_list_box_append (self->list, row);
  if (gtk_list_box_get_selected_row (self->list) == NULL)
    gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
}

static void
add_pages (MokedPalette *self,
           const char   *text)
{
  g_autoptr (GPtrArray) pages = moked_ui_features_list_pages ();

  for (guint i = 0; i < pages->len; i++)
    {
      const MokedUiFeature *feature = g_ptr_array_index (pages, i);

      if (matches (_ (feature->title), text))
        add_row (self, moked_palette_row_new_for_page (feature, i + 1));
    }
}

static void
add_actions (MokedPalette *self,
             const char   *text)
{
  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    for (const MokedUiAction *action = (*i)->actions; action != NULL && action->name != NULL; action++)
      if (matches (_ (action->label), text))
        add_row (self, moked_palette_row_new_for_action (action));

  for (const MokedUiAction *action = moked_palette_get_general_actions (); action->name != NULL; action++)
    if (matches (_ (action->label), text))
      add_row (self, moked_palette_row_new_for_action (action));
}

static void
add_hits (MokedPalette *self,
          GPtrArray    *hits)
{
  for (guint i = 0; i < hits->len; i++)
    add_row (self, moked_palette_row_new_for_hit (g_ptr_array_index (hits, i)));
}

typedef struct
{
  MokedPalette *palette;
  guint         generation;
  char         *text;
} Search;

static void
search_free (Search *search)
{
  g_object_unref (search->palette);
  g_free (search->text);
  g_free (search);
}

/* Asks all features at once, and shows their answers in the order of the features. */
static GPtrArray *
collect_hits (Search *search)
{
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  GPtrArray *answers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);

  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    if ((*i)->search != NULL)
      g_ptr_array_add (futures, (*i)->search (search->palette->context, search->text, HITS_OF_A_FEATURE));

  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr (GError) error = NULL;
      GPtrArray *hits = dex_await_boxed (dex_ref (g_ptr_array_index (futures, i)), &error);

      if (hits != NULL)
        g_ptr_array_add (answers, hits);
      else
        g_warning ("A search failed: %s", error->message);
    }
  return answers;
}

static DexFuture *
search_fiber (gpointer user_data)
{
  Search *search = user_data;
  MokedPalette *self = search->palette;
  g_autoptr (GPtrArray) answers = *search->text != '\0' ? collect_hits (search) : g_ptr_array_new ();
  gboolean is_empty;

  /* Somebody typed on, or closed it. */
  if (search->generation != self->generation || self->list == NULL)
    return dex_future_new_true ();

  gtk_list_box_remove_all (self->list);
  for (guint i = 0; i < answers->len; i++)
    add_hits (self, g_ptr_array_index (answers, i));
  add_pages (self, search->text);
  add_actions (self, search->text);
  is_empty = gtk_list_box_get_row_at_index (self->list, 0) == NULL;
  gtk_stack_set_visible_child_name (self->stack, is_empty ? "empty" : "results");
  return dex_future_new_true ();
}

static void
on_search_changed (MokedPalette *self)
{
  Search *search = g_new (Search, 1);

  *search = (Search) {
    .palette = g_object_ref (self),
    .generation = ++self->generation,
    .text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)))),
  };
  dex_future_disown (dex_scheduler_spawn (NULL, 0, search_fiber, search, (GDestroyNotify) search_free));
}

static void
run_row (MokedPalette    *self,
         MokedPaletteRow *row)
{
  g_autoptr (MokedUiContext) context = g_object_ref (self->context);
  g_autoptr (MokedPaletteRow) kept = g_object_ref (row);

  adw_dialog_close (ADW_DIALOG (self));
  moked_palette_row_run (kept, context);
}

static void
on_row_activated (MokedPalette    *self,
                  MokedPaletteRow *row)
{
  run_row (self, row);
}

static void
on_activate (MokedPalette *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (row != NULL)
    run_row (self, MOKED_PALETTE_ROW (row));
}

static void
move (MokedPalette *self,
      int           step)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  GtkWidget *pane = gtk_widget_get_ancestor (GTK_WIDGET (self->list), GTK_TYPE_VIEWPORT);
  GtkListBoxRow *next = NULL;

  if (row != NULL)
    next = gtk_list_box_get_row_at_index (self->list, gtk_list_box_row_get_index (row) + step);
  if (next == NULL)
    return;
  gtk_list_box_select_row (self->list, next);
  gtk_viewport_scroll_to (GTK_VIEWPORT (pane), GTK_WIDGET (next), NULL);
}

static void
on_next (MokedPalette *self)
{
  move (self, 1);
}

static void
on_previous (MokedPalette *self)
{
  move (self, -1);
}

static void
on_stop (MokedPalette *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

/* The entry keeps the focus; the arrows move in the list all the same. */
static gboolean
on_key (MokedPalette   *self,
        guint           keyval,
        guint           keycode,
        GdkModifierType state)
{
  if (keyval == GDK_KEY_Down || keyval == GDK_KEY_Up)
    {
      move (self, keyval == GDK_KEY_Down ? 1 : -1);
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
}

static void
moked_palette_dispose (GObject *object)
{
  MokedPalette *self = MOKED_PALETTE (object);

  self->generation++;
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_PALETTE);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (moked_palette_parent_class)->dispose (object);
}

static void
moked_palette_class_init (MokedPaletteClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_palette_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-palette.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedPalette, entry);
  gtk_widget_class_bind_template_child (widget_class, MokedPalette, stack);
  gtk_widget_class_bind_template_child (widget_class, MokedPalette, list);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_next);
  gtk_widget_class_bind_template_callback (widget_class, on_previous);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
}

static void
moked_palette_init (MokedPalette *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
}

/**
 * moked_palette_new:
 * @context: where what is chosen opens
 *
 * Returns: (transfer floating): a dialog that finds records, pages and actions
 */
AdwDialog *
moked_palette_new (MokedUiContext *context)
{
  MokedPalette *self = g_object_new (MOKED_TYPE_PALETTE, NULL);

  self->context = g_object_ref (context);
  on_search_changed (self);
  return ADW_DIALOG (self);
}
