/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-outbox-row.h"

/* One edit on its way to the service, and why it is still here. */
struct _MokedOutboxRow
{
  AdwActionRow   parent_instance;
  MokedMutation *mutation;
  GtkImage      *icon;
  GtkWidget     *retry;
  GtkWidget     *cancel;
};

enum
{
  CANCEL,
  RETRY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MokedOutboxRow, moked_outbox_row, ADW_TYPE_ACTION_ROW)

static void
on_cancel (MokedOutboxRow *self)
{
  g_signal_emit (self, signals[CANCEL], 0, moked_mutation_get_id (self->mutation));
}

static void
on_retry (MokedOutboxRow *self)
{
  g_signal_emit (self, signals[RETRY], 0, moked_mutation_get_id (self->mutation));
}

static void
moked_outbox_row_dispose (GObject *object)
{
  MokedOutboxRow *self = MOKED_OUTBOX_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_OUTBOX_ROW);
  g_clear_object (&self->mutation);
  G_OBJECT_CLASS (moked_outbox_row_parent_class)->dispose (object);
}

static guint
new_signal (GObjectClass *klass,
            const char   *name)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
moked_outbox_row_class_init (MokedOutboxRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_outbox_row_dispose;
  signals[CANCEL] = new_signal (G_OBJECT_CLASS (klass), "cancel");
  signals[RETRY] = new_signal (G_OBJECT_CLASS (klass), "retry");

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-outbox-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedOutboxRow, icon);
  gtk_widget_class_bind_template_child (widget_class, MokedOutboxRow, retry);
  gtk_widget_class_bind_template_child (widget_class, MokedOutboxRow, cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_retry);
}

static void
moked_outbox_row_init (MokedOutboxRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static char *
describe_state (MokedMutation *mutation)
{
  const char *reason = moked_mutation_get_detail (mutation);

  switch (moked_mutation_get_state (mutation))
    {
    case MOKED_MUTATION_SENDING:
      return g_strdup (_("Awaits the answer of the service"));
    case MOKED_MUTATION_CANCELLED:
      return g_strdup (_("Cancelled; the service will be told"));
    case MOKED_MUTATION_REJECTED:
      if (reason == NULL)
        return g_strdup (_("Not accepted by the service"));
      /* Translators: %s is the reason that the service gave, a sentence */
      return g_strdup_printf (_("Not accepted: %s"), reason);
    case MOKED_MUTATION_WAITING:
    default:
      return g_strdup (_("Waits for a connection"));
    }
}

/**
 * moked_outbox_row_new:
 * @mutation: an edit in the outbox
 *
 * Returns: (transfer floating): a row; its signals "cancel" and "retry" carry the mutation's id
 */
GtkWidget *
moked_outbox_row_new (MokedMutation *mutation)
{
  MokedOutboxRow *self = g_object_new (MOKED_TYPE_OUTBOX_ROW, NULL);
  MokedMutationState state = moked_mutation_get_state (mutation);
  gboolean rejected = state == MOKED_MUTATION_REJECTED;
  g_autofree char *subtitle = describe_state (mutation);

  self->mutation = g_object_ref (mutation);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), moked_mutation_get_label (mutation));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_image_set_from_icon_name (self->icon, rejected ? "dialog-warning-symbolic" : "clock-symbolic");
  gtk_widget_set_visible (self->retry, rejected);
  gtk_widget_set_sensitive (self->cancel, state != MOKED_MUTATION_CANCELLED);
  if (rejected)
    gtk_widget_add_css_class (GTK_WIDGET (self->icon), "warning");
  return GTK_WIDGET (self);
}
