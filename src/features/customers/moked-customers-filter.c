/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-customers-filter.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "features/customers/moked-customer.h"
#include "features/customers/moked-customers-query.h"

/**
 * MokedCustomersFilter:
 *
 * Which customers the list shows: of a status, with a tag, of the signed-in user.
 */
struct _MokedCustomersFilter
{
  GtkPopover      parent_instance;
  char           *user_id;
  GtkDropDown    *status;
  GtkEntry       *tag;
  GtkCheckButton *mine;
};

G_DEFINE_FINAL_TYPE (MokedCustomersFilter, moked_customers_filter, GTK_TYPE_POPOVER)

static guint changed_signal;

static void
on_edited (MokedCustomersFilter *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
moked_customers_filter_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_CUSTOMERS_FILTER);
  G_OBJECT_CLASS (moked_customers_filter_parent_class)->dispose (object);
}

static void
moked_customers_filter_finalize (GObject *object)
{
  g_free (MOKED_CUSTOMERS_FILTER (object)->user_id);
  G_OBJECT_CLASS (moked_customers_filter_parent_class)->finalize (object);
}

static void
moked_customers_filter_class_init (MokedCustomersFilterClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_customers_filter_dispose;
  G_OBJECT_CLASS (klass)->finalize = moked_customers_filter_finalize;

  /**
   * MokedCustomersFilter::changed:
   *
   * The list is to be read again.
   */
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/moked_crm/Moked/ui/moked-customers-filter.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedCustomersFilter, status);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomersFilter, tag);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomersFilter, mine);
  gtk_widget_class_bind_template_callback (widget_class, on_edited);
  gtk_widget_class_bind_template_callback (widget_class, moked_customers_filter_clear);
}

static void
moked_customers_filter_init (MokedCustomersFilter *self)
{
  g_autoptr (GtkStringList) statuses = gtk_string_list_new (NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_string_list_append (statuses, _("All"));
  for (const MokedEnumValue *v = moked_customer_statuses; v->nick != NULL; v++)
    gtk_string_list_append (statuses, _ (v->label));
  gtk_drop_down_set_model (self->status, G_LIST_MODEL (statuses));
}

static char *
dup_tag (MokedCustomersFilter *self)
{
  return g_strstrip (moked_text_strip_controls (gtk_editable_get_text (GTK_EDITABLE (self->tag))));
}

/**
 * moked_customers_filter_is_active:
 *
 * Returns: whether anybody may be left out
 */
gboolean
moked_customers_filter_is_active (MokedCustomersFilter *self)
{
  g_autofree char *tag = dup_tag (self);
  guint status = gtk_drop_down_get_selected (self->status);

  return (status != 0 && status != GTK_INVALID_LIST_POSITION) || *tag != '\0' ||
         gtk_check_button_get_active (self->mine);
}

/**
 * moked_customers_filter_apply:
 * @query: a query of customers that no model uses yet
 */
void
moked_customers_filter_apply (MokedCustomersFilter *self,
                              MokedQuery           *query)
{
  g_autofree char *tag = dup_tag (self);
  guint status = gtk_drop_down_get_selected (self->status);
  gboolean any_status = status == 0 || status == GTK_INVALID_LIST_POSITION;

  moked_customers_narrow (query, any_status ? NULL : moked_customer_statuses[status - 1].nick,
                          gtk_check_button_get_active (self->mine) ? self->user_id : NULL, tag);
}

void
moked_customers_filter_clear (MokedCustomersFilter *self)
{
  gtk_drop_down_set_selected (self->status, 0);
  gtk_editable_set_text (GTK_EDITABLE (self->tag), "");
  gtk_check_button_set_active (self->mine, FALSE);
}

/**
 * moked_customers_filter_new:
 * @user_id: (nullable): the signed-in user
 *
 * Returns: (transfer floating): a filter that lets everybody through
 */
GtkWidget *
moked_customers_filter_new (const char *user_id)
{
  MokedCustomersFilter *self = g_object_new (MOKED_TYPE_CUSTOMERS_FILTER, NULL);

  self->user_id = g_strdup (user_id);
  gtk_widget_set_visible (GTK_WIDGET (self->mine), user_id != NULL);
  return GTK_WIDGET (self);
}
