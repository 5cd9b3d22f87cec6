/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-outbox-dialog.h"
#include "ui/moked-outbox-row.h"
#include "ui/moked-question.h"

/* "Waiting to send": what this computer did and the service did not take yet. First what asks for an answer, then
 * what goes on by itself, with all that was done to one record under its name. */
struct _MokedOutboxDialog
{
  AdwDialog       parent_instance;
  MokedUiContext *context;
  GtkStack       *stack;
  GtkWidget      *asking;
  GtkListBox     *questions;
  GtkWidget      *waiting;
  GtkListBox     *list;
  char           *shown;    /* what the lists were made of */
  GHashTable     *expanded; /* subjects */
};

G_DEFINE_FINAL_TYPE (MokedOutboxDialog, moked_outbox_dialog, ADW_TYPE_DIALOG)

typedef struct
{
  MokedUiContext *context;
  const char     *failure;
} Step;

static void
step_free (Step *step)
{
  g_object_unref (step->context);
  g_free (step);
}

static DexFuture *
on_step_failed (DexFuture *future,
                gpointer   user_data)
{
  Step *step = user_data;
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL)
    moked_ui_context_show_error (step->context, step->failure, error);
  return NULL;
}

static void
follow (MokedOutboxDialog *self,
        DexFuture         *future,
        const char        *failure)
{
  Step *step = g_new (Step, 1);

  *step = (Step) { g_object_ref (self->context), failure };
  dex_future_disown (dex_future_catch (future, on_step_failed, step, (GDestroyNotify) step_free));
}

static void
on_cancel (MokedOutboxDialog *self,
           const char        *id)
{
  follow (self, moked_cache_cancel (moked_ui_context_get_cache (self->context), id), _("It was not cancelled"));
}

static void
add_question (MokedOutboxDialog *self,
              MokedMutation     *mutation)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *question = moked_question_new (self->context, mutation);

  gtk_widget_add_css_class (question, "moked-question-row");
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), question);
  gtk_list_box_append (self->questions, row);
}

static GtkWidget *
create_row (MokedOutboxDialog *self,
            MokedMutation     *mutation)
{
  GtkWidget *row = moked_outbox_row_new (mutation);

  g_signal_connect_object (row, "cancel", G_CALLBACK (on_cancel), self, G_CONNECT_SWAPPED);
  return row;
}

/* What waits, in the order of its oldest step, and all that is about one record together. */

static const char *
get_key (MokedMutation *mutation)
{
  const char *subject = moked_mutation_get_subject_id (mutation);

  return subject != NULL ? subject : moked_mutation_get_id (mutation);
}

static GPtrArray *
group (GPtrArray *mutations)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GHashTable) by_key = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < mutations->len; i++)
    {
      MokedMutation *mutation = mutations->pdata[i];
      GPtrArray *members;

      if (moked_mutation_asks (mutation))
        continue;
      members = g_hash_table_lookup (by_key, get_key (mutation));
      if (members == NULL)
        {
          members = g_ptr_array_new ();
          g_ptr_array_add (groups, members);
          g_hash_table_insert (by_key, (gpointer) get_key (mutation), members);
        }
      g_ptr_array_add (members, mutation);
    }
  return groups;
}

static void
on_expanded (AdwExpanderRow    *row,
             GParamSpec        *pspec,
             MokedOutboxDialog *self)
{
  const char *key = g_object_get_data (G_OBJECT (row), "key");

  if (!adw_expander_row_get_expanded (row))
    {
      g_hash_table_remove (self->expanded, key);
      return;
    }
  g_hash_table_add (self->expanded, g_strdup (key));
}

static void
add_group (MokedOutboxDialog *self,
           GPtrArray         *members)
{
  MokedMutation *last = members->pdata[members->len - 1];
  const char *title = moked_mutation_get_title (last);
  g_autofree char *subtitle = NULL;
  GtkWidget *row;

  if (members->len == 1)
    {
      gtk_list_box_append (self->list, create_row (self, last));
      return;
    }
  row = adw_expander_row_new ();
  subtitle = g_strdup_printf (ngettext ("%u step", "%u steps", members->len), members->len);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 title != NULL ? title : moked_mutation_get_label (last));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), subtitle);
  for (guint i = 0; i < members->len; i++)
    adw_expander_row_add_row (ADW_EXPANDER_ROW (row), create_row (self, members->pdata[i]));
  g_object_set_data_full (G_OBJECT (row), "key", g_strdup (get_key (last)), g_free);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), g_hash_table_contains (self->expanded, get_key (last)));
  g_signal_connect_object (row, "notify::expanded", G_CALLBACK (on_expanded), self, G_CONNECT_DEFAULT);
  gtk_list_box_append (self->list, row);
}

/* Whatever else changed must not move the rows under somebody's hand. */
static gboolean
is_news (MokedOutboxDialog *self,
         GPtrArray         *mutations)
{
  g_autoptr (GString) shown = g_string_new (NULL);

  for (guint i = 0; i < mutations->len; i++)
    g_string_append_printf (shown, "%s%u", moked_mutation_get_id (mutations->pdata[i]),
                            moked_mutation_get_state (mutations->pdata[i]));
  return g_set_str (&self->shown, shown->str);
}

static void
show_mutations (MokedOutboxDialog *self,
                GPtrArray         *mutations)
{
  g_autoptr (GPtrArray) groups = group (mutations);

  if (!is_news (self, mutations))
    return;
  gtk_list_box_remove_all (self->questions);
  gtk_list_box_remove_all (self->list);
  for (guint i = 0; i < mutations->len; i++)
    if (moked_mutation_asks (mutations->pdata[i]))
      add_question (self, mutations->pdata[i]);
  for (guint i = 0; i < groups->len; i++)
    add_group (self, groups->pdata[i]);
  gtk_widget_set_visible (self->asking, gtk_list_box_get_row_at_index (self->questions, 0) != NULL);
  gtk_widget_set_visible (self->waiting, groups->len > 0);
  gtk_stack_set_visible_child_name (self->stack, mutations->len > 0 ? "list" : "empty");
}

static DexFuture *
on_listed (DexFuture *future,
           gpointer   user_data)
{
  MokedOutboxDialog *self = MOKED_OUTBOX_DIALOG (user_data);
  const GValue *value = dex_future_get_value (future, NULL);

  if (self->list != NULL && value != NULL)
    show_mutations (self, g_value_get_boxed (value));
  return NULL;
}

static void
reload (MokedOutboxDialog *self)
{
  DexFuture *list = moked_cache_list_waiting (moked_ui_context_get_cache (self->context));

  dex_future_disown (dex_future_then (list, on_listed, g_object_ref (self), g_object_unref));
}

static void
on_changed (MokedOutboxDialog *self,
            const char *const *entities)
{
  if (g_strv_contains (entities, "outbox"))
    reload (self);
}

static void
moked_outbox_dialog_dispose (GObject *object)
{
  MokedOutboxDialog *self = MOKED_OUTBOX_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_OUTBOX_DIALOG);
  g_clear_object (&self->context);
  g_clear_pointer (&self->shown, g_free);
  g_clear_pointer (&self->expanded, g_hash_table_unref);
  G_OBJECT_CLASS (moked_outbox_dialog_parent_class)->dispose (object);
}

static void
moked_outbox_dialog_class_init (MokedOutboxDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_outbox_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-outbox-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedOutboxDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, MokedOutboxDialog, asking);
  gtk_widget_class_bind_template_child (widget_class, MokedOutboxDialog, questions);
  gtk_widget_class_bind_template_child (widget_class, MokedOutboxDialog, waiting);
  gtk_widget_class_bind_template_child (widget_class, MokedOutboxDialog, list);
}

static void
moked_outbox_dialog_init (MokedOutboxDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->expanded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * moked_outbox_dialog_new:
 * @context: whose outbox
 *
 * Returns: (transfer floating): a dialog that follows the outbox while it is open
 */
AdwDialog *
moked_outbox_dialog_new (MokedUiContext *context)
{
  MokedOutboxDialog *self = g_object_new (MOKED_TYPE_OUTBOX_DIALOG, NULL);
  MokedCache *cache = moked_ui_context_get_cache (context);

  self->context = g_object_ref (context);
  g_signal_connect_object (cache, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  reload (self);
  return ADW_DIALOG (self);
}
