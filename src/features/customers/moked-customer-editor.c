/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-customer-editor.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "base/moked-ulid.h"
#include "features/customers/moked-customer-record.h"
#include "features/customers/moked-identity-group.h"
#include "features/customers/moked-tags-editor.h"
#include "features/office/moked-user.h"
#include "ui/widgets/moked-combo-items.h"
#include "ui/widgets/moked-entry-row.h"

/**
 * MokedCustomerEditor:
 *
 * A new customer, or all details of a stored one. What is wrong is said at its field when the keyboard
 * leaves it and when saving; saving is one edit, with the numbers and addresses.
 *
 * Keyboard: Enter in a field saves; Escape gives up.
 */
struct _MokedCustomerEditor
{
  AdwDialog            parent_instance;
  MokedUiContext      *context;
  MokedCustomerRecord *record;
  MokedRecordChange   *change; /* while it is written */
  gboolean             is_new;
  GtkWidget           *save_button;
  AdwToggleGroup      *kind;
  MokedEntryRow       *name;
  MokedIdentityGroup  *phones;
  MokedIdentityGroup  *emails;
  MokedEntryRow       *id_number;
  MokedEntryRow       *city;
  MokedEntryRow       *address;
  AdwComboRow         *status;
  AdwComboRow         *owner;
  MokedTagsEditor     *tags;
  GtkTextView         *notes;
};

G_DEFINE_FINAL_TYPE (MokedCustomerEditor, moked_customer_editor, ADW_TYPE_DIALOG)

static MokedCustomerKind
get_kind (MokedCustomerEditor *self)
{
  return adw_toggle_group_get_active (self->kind) == 1 ? MOKED_CUSTOMER_ORGANISATION : MOKED_CUSTOMER_PERSON;
}

static void
set_text (gpointer    editable,
          const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (editable), text != NULL ? text : "");
}

/* NULL for an empty field. */
static char *
dup_text (gpointer editable)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (editable))));

  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

static char *
dup_notes (MokedCustomerEditor *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->notes);
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

/* Checks */

static void
on_kind_changed (MokedCustomerEditor *self)
{
  gboolean organisation = get_kind (self) == MOKED_CUSTOMER_ORGANISATION;

  moked_entry_row_set_problem (self->id_number, NULL);
  moked_entry_row_set_label (self->id_number, organisation ? _("Company N_umber") : _("_Identity Number"));
  moked_entry_row_set_label (self->name, organisation ? _("_Name") : _("Full _Name"));
}

static gboolean
check_id_number (MokedCustomerEditor *self)
{
  g_autofree char *number = dup_text (self->id_number);
  g_autoptr (GError) error = NULL;

  if (number == NULL || moked_customer_check_id_number (get_kind (self), number, &error))
    return TRUE;
  moked_entry_row_set_problem (self->id_number, error->message);
  return FALSE;
}

static void
on_id_number_left (MokedCustomerEditor *self)
{
  check_id_number (self);
}

/* The first one that does not fit has the keyboard at last. */
static gboolean
check_lengths (MokedCustomerEditor *self)
{
  const struct
  {
    MokedEntryRow *row;
    const char    *field;
  } rows[] = { { self->address, "address" }, { self->city, "city" }, { self->name, "name" } };
  gboolean fit = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    fit = moked_entry_row_check_length (
              rows[i].row, moked_entity_info_find_field (&moked_customer_info, rows[i].field)->max_length) && fit;
  return fit;
}

static gboolean
validate (MokedCustomerEditor *self)
{
  gboolean fit = check_lengths (self);
  gboolean named = !moked_text_is_blank (gtk_editable_get_text (GTK_EDITABLE (self->name)));
  gboolean numbered = check_id_number (self);
  gboolean emails = moked_identity_group_validate (self->emails);
  gboolean phones = moked_identity_group_validate (self->phones);

  if (!named)
    {
      moked_entry_row_set_problem (self->name, _("needed"));
      gtk_widget_grab_focus (GTK_WIDGET (self->name));
    }
  else if (phones && emails && !numbered)
    gtk_widget_grab_focus (GTK_WIDGET (self->id_number));
  return named && fit && numbered && phones && emails;
}

/* Saving */

static void
take (char **member,
      char  *value)
{
  g_free (*member);
  *member = value;
}

static void
read_owner (MokedCustomerEditor *self,
            MokedCustomer       *customer)
{
  GPtrArray *users = moked_customer_record_get_users (self->record);
  guint selected = adw_combo_row_get_selected (self->owner);

  g_set_str (&customer->owner_id, selected > 0 && selected <= users->len
                                      ? moked_entity_get_id (users->pdata[selected - 1])
                                      : NULL);
}

static MokedCustomer *
read_form (MokedCustomerEditor *self,
           GError             **error)
{
  g_autoptr (MokedCustomer) customer = moked_entity_copy (moked_customer_record_get_customer (self->record));

  customer->kind = get_kind (self);
  customer->status = adw_combo_row_get_selected (self->status);
  take (&customer->name, dup_text (self->name));
  take (&customer->phone, moked_identity_group_dup_first (self->phones));
  take (&customer->email, moked_identity_group_dup_first (self->emails));
  take (&customer->id_number, dup_text (self->id_number));
  take (&customer->city, dup_text (self->city));
  take (&customer->address, dup_text (self->address));
  take (&customer->notes, dup_notes (self));
  g_set_str (&customer->tags, moked_tags_editor_get_tags (self->tags));
  read_owner (self, customer);
  return moked_customer_normalize (customer, error) ? g_steal_pointer (&customer) : NULL;
}

static DexFuture *
on_committed (DexFuture *future,
              gpointer   user_data)
{
  MokedCustomerEditor *self = user_data;
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL)
    {
      moked_ui_context_show_error (self->context, _("The customer was not saved"), error);
      gtk_widget_set_sensitive (self->save_button, TRUE);
      return NULL;
    }
  adw_dialog_force_close (ADW_DIALOG (self));
  moked_record_change_offer_undo (g_steal_pointer (&self->change), self->context,
                                  self->is_new ? _("The customer was added") : _("The customer was saved"),
                                  _("The customer was not saved"));
  if (self->is_new)
    moked_ui_context_open (self->context, moked_customer_info.name,
                           moked_entity_get_id (moked_customer_record_get_customer (self->record)));
  return NULL;
}

static void
on_save (MokedCustomerEditor *self)
{
  g_autoptr (MokedCustomer) customer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *label = NULL;

  if (self->record == NULL || !gtk_widget_get_sensitive (self->save_button) || !validate (self))
    return;
  if ((customer = read_form (self, &error)) == NULL)
    {
      moked_ui_context_show_error (self->context, _("The customer was not saved"), error);
      return;
    }
  /* Translators: %s is a customer */
  label = g_strdup_printf (self->is_new ? _("Adding %s") : _("Changing %s"), customer->name);
  g_clear_pointer (&self->change, moked_record_change_free);
  self->change = moked_record_change_new (label);
  moked_record_change_add (self->change, self->is_new ? NULL : moked_customer_record_get_customer (self->record),
                           customer);
  moked_identity_group_save (self->phones, self->change);
  moked_identity_group_save (self->emails, self->change);
  gtk_widget_set_sensitive (self->save_button, FALSE);
  dex_future_disown (dex_future_finally (moked_record_change_write (self->change, self->context), on_committed,
                                         g_object_ref (self), g_object_unref));
}

static void
on_cancel (MokedCustomerEditor *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
on_open_other (MokedCustomerEditor *self,
               const char          *id)
{
  g_autofree char *other = g_strdup (id);
  g_autoptr (MokedUiContext) context = g_object_ref (self->context);

  adw_dialog_force_close (ADW_DIALOG (self));
  moked_ui_context_open (context, moked_customer_info.name, other);
}

/* Filling */

static void
fill_status (MokedCustomerEditor *self,
             MokedCustomer       *customer)
{
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);

  for (const MokedEnumValue *i = moked_customer_statuses; i->nick != NULL; i++)
    gtk_string_list_append (labels, _ (i->label));
  adw_combo_row_set_model (self->status, G_LIST_MODEL (labels));
  adw_combo_row_set_selected (self->status, customer->status);
}

static void
fill_owner (MokedCustomerEditor *self,
            MokedCustomer       *customer)
{
  GPtrArray *users = moked_customer_record_get_users (self->record);
  const char *owner = self->is_new ? moked_ui_context_get_user_id (self->context) : customer->owner_id;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  gtk_string_list_append (names, C_("owner of a record", "Nobody"));
  for (guint i = 0; i < users->len; i++)
    {
      gtk_string_list_append (names, MOKED_USER (users->pdata[i])->name);
      if (g_strcmp0 (moked_entity_get_id (users->pdata[i]), owner) == 0)
        selected = i + 1;
    }
  adw_combo_row_set_model (self->owner, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->owner, selected);
}

static void
fill (MokedCustomerEditor *self)
{
  MokedCustomer *customer = moked_customer_record_get_customer (self->record);
  GPtrArray *identities = moked_customer_record_get_identities (self->record);
  const char *id = moked_entity_get_id (customer);

  adw_toggle_group_set_active (self->kind, customer->kind == MOKED_CUSTOMER_ORGANISATION ? 1 : 0);
  set_text (self->name, customer->name);
  set_text (self->id_number, customer->id_number);
  set_text (self->city, customer->city);
  set_text (self->address, customer->address);
  moked_identity_group_start (self->phones, self->context, id, MOKED_IDENTITY_PHONE, identities);
  moked_identity_group_start (self->emails, self->context, id, MOKED_IDENTITY_EMAIL, identities);
  fill_status (self, customer);
  fill_owner (self, customer);
  moked_tags_editor_set_tags (self->tags, customer->tags);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->notes), customer->notes != NULL ? customer->notes : "", -1);
  gtk_widget_set_sensitive (self->save_button, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
}

static DexFuture *
on_read (DexFuture *future,
         gpointer   user_data)
{
  MokedCustomerEditor *self = user_data;
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);

  if (self->save_button == NULL)
    return NULL;
  if (value == NULL)
    {
      adw_dialog_force_close (ADW_DIALOG (self));
      moked_ui_context_show_error (self->context, _("The customer was not read"), error);
      return NULL;
    }
  g_set_object (&self->record, g_value_get_object (value));
  fill (self);
  return NULL;
}

static void
moked_customer_editor_dispose (GObject *object)
{
  MokedCustomerEditor *self = MOKED_CUSTOMER_EDITOR (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_CUSTOMER_EDITOR);
  g_clear_pointer (&self->change, moked_record_change_free);
  g_clear_object (&self->record);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (moked_customer_editor_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (MOKED_TYPE_ENTRY_ROW);
  g_type_ensure (MOKED_TYPE_IDENTITY_GROUP);
  g_type_ensure (MOKED_TYPE_TAGS_EDITOR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-customer-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerEditor, save_button);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerEditor, kind);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerEditor, name);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerEditor, phones);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerEditor, emails);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerEditor, id_number);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerEditor, city);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerEditor, address);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerEditor, status);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerEditor, owner);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerEditor, tags);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerEditor, notes);
}

static void
moked_customer_editor_class_init (MokedCustomerEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_customer_editor_dispose;
  bind_template (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_save);
  gtk_widget_class_bind_template_callback (widget_class, on_kind_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_id_number_left);
  gtk_widget_class_bind_template_callback (widget_class, on_open_other);
}

static void
moked_customer_editor_init (MokedCustomerEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  moked_combo_items_set_up (self->status);
  moked_combo_items_set_up (self->owner);
}

/**
 * moked_customer_editor_present:
 * @context: of the window
 * @customer_id: (nullable): whom to edit; %NULL for a new customer
 *
 * Shows the editor over the window; it is filled as soon as the customer is read.
 */
void
moked_customer_editor_present (MokedUiContext *context,
                               const char     *customer_id)
{
  MokedCustomerEditor *self;
  g_autofree char *id = NULL;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (context));

  self = g_object_new (MOKED_TYPE_CUSTOMER_EDITOR, NULL);
  id = customer_id != NULL ? g_strdup (customer_id) : moked_ulid_new (moked_ui_context_get_clock (context));
  self->context = g_object_ref (context);
  self->is_new = customer_id == NULL;
  if (!self->is_new)
    adw_dialog_set_title (ADW_DIALOG (self), _("Edit Customer"));
  moked_ui_context_present (context, ADW_DIALOG (self));
  dex_future_disown (dex_future_finally (
      moked_cache_read (moked_ui_context_get_cache (context),
                        self->is_new ? moked_customer_record_read_new : moked_customer_record_read,
                        g_steal_pointer (&id), g_free),
      on_read, g_object_ref (self), g_object_unref));
}
