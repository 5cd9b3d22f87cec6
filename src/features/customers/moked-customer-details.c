/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-customer-details.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "base/moked-time.h"
#include "features/customers/moked-identity.h"
#include "features/customers/moked-tags-editor.h"

/* Who a customer is: how they are reached, tags, and what the office knows. Tags are edited in place, the
 * rest in the editor. */
struct _MokedCustomerDetails
{
  AdwBin               parent_instance;
  MokedUiContext      *context;
  MokedCustomerRecord *record;
  GtkListBox          *contact;
  MokedTagsEditor     *tags;
  GtkListBox          *details;
  GtkWidget           *background_group;
  GtkLabel            *background;
};

G_DEFINE_FINAL_TYPE (MokedCustomerDetails, moked_customer_details, ADW_TYPE_BIN)

static GtkWidget *
append_row (GtkListBox *list,
            const char *title,
            const char *value)
{
  GtkWidget *row;

  if (value == NULL || *value == '\0')
    return NULL;
  row = adw_action_row_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), value);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  gtk_widget_add_css_class (row, "property");
  gtk_list_box_append (list, row);
  return row;
}

static void
on_copy (GtkWidget            *button,
         MokedCustomerDetails *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), g_object_get_data (G_OBJECT (button), "value"));
  moked_ui_context_toast (self->context, _("Copied"));
}

static void
append_identity (MokedCustomerDetails *self,
                 MokedIdentity        *identity)
{
  g_autofree char *display = moked_identity_dup_display (identity->kind, identity->value);
  const char *kind = _ (moked_enum_get_label (moked_identity_kinds, identity->kind));
  g_autofree char *title = NULL;
  /* Translators: %s is a phone number or an e-mail address */
  g_autofree char *tooltip = g_strdup_printf (_("Copy %s"), display);
  GtkWidget *row, *button;

  title = identity->label != NULL ? g_strdup_printf ("%s · %s", kind, identity->label) : g_strdup (kind);
  row = append_row (self->contact, title, display);
  button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_object_set_data_full (G_OBJECT (button), "value", g_strdup (identity->value), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_copy), self, G_CONNECT_DEFAULT);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static void
show_contact (MokedCustomerDetails *self)
{
  GPtrArray *identities = moked_customer_record_get_identities (self->record);

  gtk_list_box_remove_all (self->contact);
  for (guint i = 0; i < identities->len; i++)
    append_identity (self, identities->pdata[i]);
  if (identities->len == 0)
    append_row (self->contact, _("Phone"), _("Not known yet"));
}

static void
show_details (MokedCustomerDetails *self)
{
  MokedCustomer *customer = moked_customer_record_get_customer (self->record);
  gboolean organisation = customer->kind == MOKED_CUSTOMER_ORGANISATION;
  g_autofree char *number = customer->id_number != NULL ? moked_text_isolate_ltr (customer->id_number) : NULL;
  g_autofree char *since = moked_time_format_date (moked_entity_get_created_at (customer));

  gtk_list_box_remove_all (self->details);
  append_row (self->details, _("Status"), _ (moked_enum_get_label (moked_customer_statuses, customer->status)));
  append_row (self->details, C_("of a record", "Owner"), moked_customer_record_get_owner_name (self->record));
  append_row (self->details, _("City"), customer->city);
  append_row (self->details, _("Address"), customer->address);
  append_row (self->details, organisation ? _("Company number") : _("Identity number"), number);
  append_row (self->details, _("Source"), customer->source);
  append_row (self->details, _("Customer since"), since);
}

static void
on_tags_changed (MokedCustomerDetails *self)
{
  g_autoptr (MokedCustomer) customer = moked_entity_copy (moked_customer_record_get_customer (self->record));
  MokedEdit *edit = moked_edit_new (_("Changing tags"));

  g_set_str (&customer->tags, moked_tags_editor_get_tags (self->tags));
  moked_edit_save (edit, customer);
  moked_ui_context_commit (self->context, edit, _("The tags were not saved"));
}

static void
moked_customer_details_dispose (GObject *object)
{
  MokedCustomerDetails *self = MOKED_CUSTOMER_DETAILS (object);

  adw_bin_set_child (ADW_BIN (object), NULL); /* the bin must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_CUSTOMER_DETAILS);
  g_clear_object (&self->context);
  g_clear_object (&self->record);
  G_OBJECT_CLASS (moked_customer_details_parent_class)->dispose (object);
}

static void
moked_customer_details_class_init (MokedCustomerDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_customer_details_dispose;
  g_type_ensure (MOKED_TYPE_TAGS_EDITOR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/moked_crm/Moked/ui/moked-customer-details.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, contact);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, tags);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, details);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, background_group);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, background);
  gtk_widget_class_bind_template_callback (widget_class, on_tags_changed);
}

static void
moked_customer_details_init (MokedCustomerDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * moked_customer_details_show:
 * @context: of the window
 * @record: whose details
 */
void
moked_customer_details_show (MokedCustomerDetails *self,
                             MokedUiContext       *context,
                             MokedCustomerRecord  *record)
{
  MokedCustomer *customer;

  g_return_if_fail (MOKED_IS_CUSTOMER_DETAILS (self));

  g_set_object (&self->context, context);
  g_set_object (&self->record, record);
  customer = moked_customer_record_get_customer (record);
  show_contact (self);
  show_details (self);
  moked_tags_editor_set_tags (self->tags, customer->tags);
  gtk_label_set_text (self->background, customer->notes != NULL ? customer->notes : "");
  gtk_widget_set_visible (self->background_group, customer->notes != NULL);
}
