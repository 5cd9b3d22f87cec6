/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-conflict-bar.h"

#include <glib/gi18n-lib.h>

#include "features/customers/moked-field-text.h"
#include "features/office/moked-user.h"

/**
 * MokedConflictBar:
 *
 * Says over a person's page that an edit made here replaced another's, whom one had not seen, and brings the
 * other value back or puts the matter aside. One at a time, the newest first; hidden when there is none.
 */
struct _MokedConflictBar
{
  AdwBin               parent_instance;
  MokedUiContext      *context;
  MokedCustomerRecord *record;
  MokedConflict       *conflict;
  GtkLabel            *text;
};

typedef struct
{
  MokedConflictBar    *bar;
  MokedCustomerRecord *record;
} Load;

G_DEFINE_FINAL_TYPE (MokedConflictBar, moked_conflict_bar, ADW_TYPE_BIN)

static void
load_free (gpointer data)
{
  Load *load = data;

  g_object_unref (load->bar);
  g_object_unref (load->record);
  g_free (load);
}

/* What it says */

static const char *
find_user_name (MokedConflictBar *self,
                const char       *id)
{
  GPtrArray *users = moked_customer_record_get_users (self->record);

  for (guint i = 0; id != NULL && i < users->len; i++)
    if (g_str_equal (moked_entity_get_id (users->pdata[i]), id))
      return MOKED_USER (users->pdata[i])->name;
  return NULL;
}

static char *
dup_text (MokedConflictBar *self)
{
  const MokedField *field = moked_conflict_get_field (self->conflict);
  GPtrArray *users = moked_customer_record_get_users (self->record);
  const char *by = find_user_name (self, moked_conflict_get_by (self->conflict));
  g_autofree char *mine = moked_field_text_dup (field, moked_conflict_get_mine (self->conflict), users);
  g_autofree char *theirs = moked_field_text_dup (field, moked_conflict_get_theirs (self->conflict), users);

  if (by == NULL)
    /* Translators: a field, what was written here, and what stood there before */
    return g_strdup_printf (_("%s: “%s”, written here, replaced “%s”, which had just been written elsewhere."),
                            _ (field->label), mine, theirs);
  /* Translators: a field, what was written here, what stood there before, and the name of who wrote that */
  return g_strdup_printf (_("%s: “%s”, written here, replaced “%s”, which %s had just written."), _ (field->label), mine,
                          theirs, by);
}

static void
show_conflict (MokedConflictBar *self,
               MokedConflict    *conflict)
{
  g_autofree char *text = NULL;

  g_set_object (&self->conflict, conflict);
  gtk_widget_set_visible (GTK_WIDGET (self), conflict != NULL);
  if (conflict == NULL)
    return;
  text = dup_text (self);
  if (g_str_equal (text, gtk_label_get_text (self->text)))
    return;
  gtk_label_set_text (self->text, text);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/* Reading */

static gboolean
is_about (MokedConflict       *conflict,
          MokedCustomerRecord *record)
{
  const char *id = moked_conflict_get_entity_id (conflict);
  GPtrArray *identities = moked_customer_record_get_identities (record);

  if (g_str_equal (id, moked_entity_get_id (moked_customer_record_get_customer (record))))
    return TRUE;
  for (guint i = 0; i < identities->len; i++)
    if (g_str_equal (id, moked_entity_get_id (identities->pdata[i])))
      return TRUE;
  return FALSE;
}

static DexFuture *
on_read (DexFuture *future,
         gpointer   user_data)
{
  Load *load = user_data;
  const GValue *value = dex_future_get_value (future, NULL);
  GPtrArray *conflicts = value != NULL ? g_value_get_boxed (value) : NULL;

  if (load->bar->record != load->record || load->bar->text == NULL)
    return NULL;
  for (guint i = 0; conflicts != NULL && i < conflicts->len; i++)
    if (is_about (conflicts->pdata[i], load->record))
      {
        show_conflict (load->bar, conflicts->pdata[i]);
        return NULL;
      }
  show_conflict (load->bar, NULL);
  return NULL;
}

static void
reload (MokedConflictBar *self)
{
  MokedCache *cache = moked_ui_context_get_cache (self->context);
  Load *load = g_new (Load, 1);

  *load = (Load) { g_object_ref (self), g_object_ref (self->record) };
  dex_future_disown (dex_future_finally (moked_cache_list_conflicts (cache, NULL), on_read, load, load_free));
}

static void
on_changed (MokedConflictBar  *self,
            const char *const *entities)
{
  if (self->record != NULL && g_strv_contains (entities, "conflict"))
    reload (self);
}

/* Settling */

static DexFuture *
on_settled (DexFuture *future,
            gpointer   user_data)
{
  MokedConflictBar *self = user_data;
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL && self->context != NULL)
    moked_ui_context_show_error (self->context, _("The customer was not saved"), error);
  return NULL;
}

static void
on_restore (MokedConflictBar *self)
{
  MokedCustomer *customer = moked_customer_record_get_customer (self->record);
  g_autofree char *label = g_strdup_printf (_("Changing %s"), customer->name);

  dex_future_disown (dex_future_finally (
      moked_cache_restore_conflict (moked_ui_context_get_cache (self->context),
                                    moked_conflict_get_id (self->conflict), label),
      on_settled, g_object_ref (self), g_object_unref));
}

static void
on_keep (MokedConflictBar *self)
{
  dex_future_disown (
      dex_future_finally (moked_cache_dismiss_conflict (moked_ui_context_get_cache (self->context),
                                                        moked_conflict_get_id (self->conflict)),
                          on_settled, g_object_ref (self), g_object_unref));
}

static void
moked_conflict_bar_dispose (GObject *object)
{
  MokedConflictBar *self = MOKED_CONFLICT_BAR (object);

  self->text = NULL;
  g_clear_object (&self->conflict);
  g_clear_object (&self->record);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (moked_conflict_bar_parent_class)->dispose (object);
}

static void
moked_conflict_bar_class_init (MokedConflictBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = moked_conflict_bar_dispose;
}

static GtkWidget *
create_button (MokedConflictBar *self,
               const char       *label,
               GCallback         clicked)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", clicked, self, G_CONNECT_SWAPPED);
  return button;
}

static void
moked_conflict_bar_init (MokedConflictBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->text = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->text, TRUE);
  gtk_label_set_xalign (self->text, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (self->text), TRUE);
  gtk_widget_add_css_class (box, "moked-conflict");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->text));
  gtk_box_append (GTK_BOX (box), create_button (self, _("_Bring It Back"), G_CALLBACK (on_restore)));
  gtk_box_append (GTK_BOX (box), create_button (self, _("_Leave It"), G_CALLBACK (on_keep)));
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * moked_conflict_bar_show:
 * @context: of the window
 * @record: whose edits it tells about
 */
void
moked_conflict_bar_show (MokedConflictBar    *self,
                         MokedUiContext      *context,
                         MokedCustomerRecord *record)
{
  g_return_if_fail (MOKED_IS_CONFLICT_BAR (self));

  if (self->context == NULL)
    g_signal_connect_object (moked_ui_context_get_cache (context), "changed", G_CALLBACK (on_changed), self,
                             G_CONNECT_SWAPPED);
  g_set_object (&self->context, context);
  g_set_object (&self->record, record);
  reload (self);
}
