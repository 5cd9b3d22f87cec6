/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "base/moked-time.h"
#include "ui/moked-outbox-row.h"

/* One edit on its way to the service, and how far it came. */
struct _MokedOutboxRow
{
  AdwActionRow   parent_instance;
  MokedMutation *mutation;
  GtkImage      *icon;
  GtkWidget     *cancel;
};

enum
{
  CANCEL,
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
moked_outbox_row_dispose (GObject *object)
{
  MokedOutboxRow *self = MOKED_OUTBOX_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_OUTBOX_ROW);
  g_clear_object (&self->mutation);
  G_OBJECT_CLASS (moked_outbox_row_parent_class)->dispose (object);
}

static void
moked_outbox_row_class_init (MokedOutboxRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_outbox_row_dispose;
  signals[CANCEL] = g_signal_new ("cancel", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-outbox-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedOutboxRow, icon);
  gtk_widget_class_bind_template_child (widget_class, MokedOutboxRow, cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
}

static void
moked_outbox_row_init (MokedOutboxRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static const char *
describe_state (MokedMutationState state)
{
  switch (state)
    {
    case MOKED_MUTATION_SENDING:
      return _("Awaits the answer of the service");
    case MOKED_MUTATION_CANCELLED:
      return _("Cancelled; the service will be told");
    case MOKED_MUTATION_WAITING:
    default:
      return _("Waits for a connection");
    }
}

static char *
dup_subtitle (MokedMutation *mutation)
{
  const char *state = describe_state (moked_mutation_get_state (mutation));
  g_autofree char *when = moked_time_format_relative (moked_mutation_get_made_at (mutation), g_get_real_time ());

  return g_strdup_printf ("%s · %s", when, state);
}

/**
 * moked_outbox_row_new:
 * @mutation: an edit in the outbox that needs nobody
 *
 * Returns: (transfer floating): a row; its signal "cancel" carries the mutation's id
 */
GtkWidget *
moked_outbox_row_new (MokedMutation *mutation)
{
  MokedOutboxRow *self = g_object_new (MOKED_TYPE_OUTBOX_ROW, NULL);
  g_autofree char *subtitle = dup_subtitle (mutation);

  self->mutation = g_object_ref (mutation);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), moked_mutation_get_label (mutation));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_image_set_from_icon_name (self->icon, "clock-symbolic");
  gtk_widget_set_sensitive (self->cancel, moked_mutation_get_state (mutation) != MOKED_MUTATION_CANCELLED);
  return GTK_WIDGET (self);
}
