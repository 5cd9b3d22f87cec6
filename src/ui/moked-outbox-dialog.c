/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-outbox-dialog.h"
#include "ui/moked-outbox-row.h"

/* "Waiting to send": what this computer did and the service did not hear of yet. */
struct _MokedOutboxDialog
{
  AdwDialog       parent_instance;
  MokedUiContext *context;
  GtkStack       *stack;
  GtkListBox     *list;
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
on_retry (MokedOutboxDialog *self,
          const char        *id)
{
  follow (self, moked_cache_retry (moked_ui_context_get_cache (self->context), id), _("It was not tried again"));
}

static void
show_mutations (MokedOutboxDialog *self,
                GPtrArray         *mutations)
{
  gtk_list_box_remove_all (self->list);
  for (guint i = 0; i < mutations->len; i++)
    {
      GtkWidget *row = moked_outbox_row_new (g_ptr_array_index (mutations, i));

      g_signal_connect_object (row, "cancel", G_CALLBACK (on_cancel), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (row, "retry", G_CALLBACK (on_retry), self, G_CONNECT_SWAPPED);
      gtk_list_box_append (self->list, row);
    }
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
moked_outbox_dialog_dispose (GObject *object)
{
  MokedOutboxDialog *self = MOKED_OUTBOX_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_OUTBOX_DIALOG);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (moked_outbox_dialog_parent_class)->dispose (object);
}

static void
moked_outbox_dialog_class_init (MokedOutboxDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_outbox_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-outbox-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedOutboxDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, MokedOutboxDialog, list);
}

static void
moked_outbox_dialog_init (MokedOutboxDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
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
  g_signal_connect_object (cache, "notify::waiting", G_CALLBACK (reload), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cache, "changed", G_CALLBACK (reload), self, G_CONNECT_SWAPPED);
  reload (self);
  return ADW_DIALOG (self);
}
