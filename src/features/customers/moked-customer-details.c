/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-customer-details.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "base/moked-time.h"
#include "features/customers/moked-contact-list.h"
#include "features/customers/moked-tags-editor.h"
#include "features/office/moked-user.h"
#include "ui/moked-record-change.h"
#include "ui/moked-ui-feature.h"
#include "ui/widgets/moked-combo-items.h"
#include "ui/widgets/moked-entry-row.h"

/**
 * MokedCustomerDetails:
 *
 * Who a customer is: how they are reached, tags, and what the office knows. Each row is edited where it stands:
 * Enter saves a text, Escape leaves it as it was, a choice is saved at once; a toast takes it back.
 */
struct _MokedCustomerDetails
{
  AdwBin               parent_instance;
  MokedUiContext      *context;
  MokedCustomerRecord *record;
  gboolean             filling;
  MokedContactList    *contact;
  MokedTagsEditor     *tags;
  AdwComboRow         *status;
  AdwComboRow         *owner;
  MokedEntryRow       *city;
  MokedEntryRow       *address;
  MokedEntryRow       *id_number;
  AdwActionRow        *source;
  AdwActionRow        *since;
  GtkBox              *parts;
  GtkWidget           *background_group;
  GtkLabel            *background;
};

G_DEFINE_FINAL_TYPE (MokedCustomerDetails, moked_customer_details, ADW_TYPE_BIN)

/* Saving */

static MokedCustomer *
get_customer (MokedCustomerDetails *self)
{
  return moked_customer_record_get_customer (self->record);
}

static void
save (MokedCustomerDetails *self,
      MokedCustomer        *changed,
      const char           *done)
{
  g_autofree char *label = g_strdup_printf (_("Changing %s"), changed->name);
  MokedRecordChange *change = moked_record_change_new (label);

  moked_record_change_add (change, get_customer (self), changed);
  moked_record_change_commit (change, self->context, done, _("The customer was not saved"));
}

static void
on_status (MokedCustomerDetails *self)
{
  g_autoptr (MokedCustomer) changed = NULL;

  if (self->filling || (int) adw_combo_row_get_selected (self->status) == get_customer (self)->status)
    return;
  changed = moked_entity_copy (get_customer (self));
  changed->status = (int) adw_combo_row_get_selected (self->status);
  save (self, changed, _("The status was saved"));
}

static void
on_owner (MokedCustomerDetails *self)
{
  GPtrArray *users = self->filling ? NULL : moked_customer_record_get_users (self->record);
  guint selected = adw_combo_row_get_selected (self->owner);
  g_autoptr (MokedCustomer) changed = NULL;

  if (users == NULL || selected > users->len)
    return;
  changed = moked_entity_copy (get_customer (self));
  if (g_set_str (&changed->owner_id, selected > 0 ? moked_entity_get_id (users->pdata[selected - 1]) : NULL))
    save (self, changed, _("The owner was saved"));
}

static void
save_text (MokedCustomerDetails *self,
           MokedEntryRow        *row,
           MokedCustomer        *changed,
           char                **member,
           const char           *field,
           const char           *done)
{
  g_autofree char *text = g_strstrip (moked_text_strip_controls (gtk_editable_get_text (GTK_EDITABLE (row))));
  gboolean differs;

  if (!moked_entry_row_check_length (row, moked_entity_info_find_field (&moked_customer_info, field)->max_length))
    return;
  differs = g_set_str (member, *text != '\0' ? text : NULL);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  moked_entry_row_set_stored (row, text);
  if (differs)
    save (self, changed, done);
}

static void
on_city (MokedCustomerDetails *self)
{
  g_autoptr (MokedCustomer) changed = moked_entity_copy (get_customer (self));

  save_text (self, self->city, changed, &changed->city, "city", _("The city was saved"));
}

static void
on_address (MokedCustomerDetails *self)
{
  g_autoptr (MokedCustomer) changed = moked_entity_copy (get_customer (self));

  save_text (self, self->address, changed, &changed->address, "address", _("The address was saved"));
}

static void
on_id_number (MokedCustomerDetails *self)
{
  g_autoptr (MokedCustomer) changed = moked_entity_copy (get_customer (self));
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->id_number));
  g_autoptr (GError) error = NULL;

  g_set_str (&changed->id_number, moked_text_is_blank (text) ? NULL : text);
  if (!moked_customer_normalize (changed, &error))
    {
      moked_entry_row_set_problem (self->id_number, error->message);
      return;
    }
  gtk_editable_set_text (GTK_EDITABLE (self->id_number), changed->id_number != NULL ? changed->id_number : "");
  moked_entry_row_set_stored (self->id_number, changed->id_number);
  if (g_strcmp0 (changed->id_number, get_customer (self)->id_number) != 0)
    save (self, changed, _("The number was saved"));
}

static void
on_tags_changed (MokedCustomerDetails *self)
{
  g_autoptr (MokedCustomer) changed = moked_entity_copy (get_customer (self));

  g_set_str (&changed->tags, moked_tags_editor_get_tags (self->tags));
  save (self, changed, _("The tags were saved"));
}

/* Showing */

static void
show_fixed (AdwActionRow *row,
            const char   *value)
{
  adw_action_row_set_subtitle (row, value != NULL ? value : "");
  gtk_widget_set_visible (GTK_WIDGET (row), value != NULL && *value != '\0');
}

static void
show_owner (MokedCustomerDetails *self)
{
  GPtrArray *users = moked_customer_record_get_users (self->record);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  gtk_string_list_append (names, C_("owner of a record", "Nobody"));
  for (guint i = 0; i < users->len; i++)
    {
      gtk_string_list_append (names, MOKED_USER (users->pdata[i])->name);
      if (g_strcmp0 (moked_entity_get_id (users->pdata[i]), get_customer (self)->owner_id) == 0)
        selected = i + 1;
    }
  adw_combo_row_set_model (self->owner, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->owner, selected);
}

static void
show_details (MokedCustomerDetails *self)
{
  MokedCustomer *customer = get_customer (self);
  gboolean organisation = customer->kind == MOKED_CUSTOMER_ORGANISATION;
  g_autofree char *since = moked_time_format_date (moked_entity_get_created_at (customer));

  self->filling = TRUE;
  adw_combo_row_set_selected (self->status, (guint) customer->status);
  show_owner (self);
  self->filling = FALSE;
  moked_entry_row_set_stored (self->city, customer->city);
  moked_entry_row_set_stored (self->address, customer->address);
  moked_entry_row_set_label (self->id_number, organisation ? _("Company number") : _("Identity number"));
  moked_entry_row_set_stored (self->id_number, customer->id_number);
  show_fixed (self->source, customer->source);
  show_fixed (self->since, since);
}

/* What was begun for one customer is not meant for another. */
static void
forget_written (MokedCustomerDetails *self)
{
  MokedEntryRow *rows[] = { self->city, self->address, self->id_number };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gtk_editable_set_text (GTK_EDITABLE (rows[i]), "");
      moked_entry_row_set_stored (rows[i], NULL);
    }
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
  g_type_ensure (MOKED_TYPE_CONTACT_LIST);
  g_type_ensure (MOKED_TYPE_ENTRY_ROW);
  g_type_ensure (MOKED_TYPE_TAGS_EDITOR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/moked_crm/Moked/ui/moked-customer-details.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, contact);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, tags);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, status);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, owner);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, city);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, address);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, id_number);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, source);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, since);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, parts);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, background_group);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerDetails, background);
  gtk_widget_class_bind_template_callback (widget_class, on_status);
  gtk_widget_class_bind_template_callback (widget_class, on_owner);
  gtk_widget_class_bind_template_callback (widget_class, on_city);
  gtk_widget_class_bind_template_callback (widget_class, on_address);
  gtk_widget_class_bind_template_callback (widget_class, on_id_number);
  gtk_widget_class_bind_template_callback (widget_class, on_tags_changed);
}

static void
moked_customer_details_init (MokedCustomerDetails *self)
{
  g_autoptr (GtkStringList) statuses = gtk_string_list_new (NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  for (const MokedEnumValue *i = moked_customer_statuses; i->nick != NULL; i++)
    gtk_string_list_append (statuses, _ (i->label));
  moked_combo_items_set_up (self->status);
  moked_combo_items_set_up (self->owner);
  self->filling = TRUE;
  adw_combo_row_set_model (self->status, G_LIST_MODEL (statuses));
  self->filling = FALSE;
}

/* What other features have to show of this person. */
static void
fill_parts (MokedCustomerDetails *self,
            const char           *customer_id)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->parts))) != NULL)
    gtk_box_remove (self->parts, child);
  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    if ((*i)->person != NULL && (*i)->person->create_details != NULL)
      gtk_box_append (self->parts, (*i)->person->create_details (self->context, customer_id));
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
  gboolean other;
  const char *id;

  g_return_if_fail (MOKED_IS_CUSTOMER_DETAILS (self));

  customer = moked_customer_record_get_customer (record);
  id = moked_entity_get_id (customer);
  other = self->record == NULL || !g_str_equal (moked_entity_get_id (get_customer (self)), id);
  if (self->record != NULL && other)
    forget_written (self);
  g_set_object (&self->context, context);
  if (other)
    fill_parts (self, id);
  g_set_object (&self->record, record);
  moked_contact_list_show (self->contact, context, record);
  show_details (self);
  moked_tags_editor_set_tags (self->tags, customer->tags);
  gtk_label_set_text (self->background, customer->notes != NULL ? customer->notes : "");
  gtk_widget_set_visible (self->background_group, customer->notes != NULL);
}
