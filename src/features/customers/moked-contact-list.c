/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-contact-list.h"

#include <glib/gi18n-lib.h>

#include "base/moked-phone.h"
#include "base/moked-text.h"
#include "base/moked-ulid.h"
#include "features/customers/moked-identity.h"
#include "ui/moked-record-change.h"
#include "ui/widgets/moked-entry-row.h"

/**
 * MokedContactList:
 *
 * How a customer is reached. Phone numbers and e-mail addresses are edited in their rows: Enter saves, an
 * empty row takes the number away, Escape leaves it as it was. There is a row to write in also where nothing is
 * known yet.
 */
struct _MokedContactList
{
  AdwBin               parent_instance;
  MokedUiContext      *context;
  MokedCustomerRecord *record;
  GtkListBox          *list;
  GHashTable          *rows; /* id of an identity, or its kind for an empty row → row, in @list */
};

G_DEFINE_FINAL_TYPE (MokedContactList, moked_contact_list, ADW_TYPE_BIN)

static gboolean
is_written (MokedIdentityKind kind)
{
  return kind == MOKED_IDENTITY_PHONE || kind == MOKED_IDENTITY_EMAIL;
}

static char *
dup_shown (MokedIdentityKind kind,
           const char       *value)
{
  return kind == MOKED_IDENTITY_PHONE ? moked_phone_format (value) : g_strdup (value);
}

static MokedIdentityKind
get_kind (gpointer row)
{
  return GPOINTER_TO_INT (g_object_get_data (G_OBJECT (row), "kind"));
}

static MokedIdentity *
find_identity (MokedContactList *self,
               const char       *id)
{
  GPtrArray *identities = moked_customer_record_get_identities (self->record);

  for (guint i = 0; id != NULL && i < identities->len; i++)
    if (g_str_equal (moked_entity_get_id (identities->pdata[i]), id))
      return identities->pdata[i];
  return NULL;
}

/* Saving */

/* The customer shows the first number and the first address. */
static void
change_first (MokedContactList  *self,
              MokedRecordChange *change,
              MokedIdentity     *stored,
              MokedIdentityKind  kind,
              const char        *value)
{
  MokedCustomer *customer = moked_customer_record_get_customer (self->record);
  GPtrArray *identities = moked_customer_record_get_identities (self->record);
  const char *first = kind == MOKED_IDENTITY_PHONE ? customer->phone : customer->email;
  g_autoptr (MokedCustomer) copy = NULL;

  if (g_strcmp0 (first, stored != NULL ? stored->value : NULL) != 0)
    return;
  for (guint i = 0; value == NULL && i < identities->len; i++)
    if (identities->pdata[i] != stored && MOKED_IDENTITY (identities->pdata[i])->kind == (int) kind)
      value = MOKED_IDENTITY (identities->pdata[i])->value;
  copy = moked_entity_copy (customer);
  g_set_str (kind == MOKED_IDENTITY_PHONE ? &copy->phone : &copy->email, value);
  moked_record_change_add (change, customer, copy);
}

static MokedIdentity *
make_identity (MokedContactList *self,
               MokedIdentity    *stored,
               MokedIdentityKind kind,
               const char       *value)
{
  g_autofree char *id = stored == NULL ? moked_ulid_new (moked_ui_context_get_clock (self->context)) : NULL;
  MokedIdentity *identity = stored != NULL ? moked_entity_copy (stored)
                                           : MOKED_IDENTITY (moked_entity_new (&moked_identity_info, id));

  identity->kind = kind;
  g_set_str (&identity->customer_id, moked_entity_get_id (moked_customer_record_get_customer (self->record)));
  g_set_str (&identity->value, value);
  return identity;
}

static void
save (MokedContactList *self,
      MokedIdentity    *stored,
      MokedIdentityKind kind,
      const char       *value)
{
  MokedCustomer *customer = moked_customer_record_get_customer (self->record);
  g_autoptr (MokedIdentity) identity = value != NULL ? make_identity (self, stored, kind, value) : NULL;
  g_autofree char *label = g_strdup_printf (_("Changing %s"), customer->name);
  MokedRecordChange *change = moked_record_change_new (label);
  const char *done;

  moked_record_change_add (change, stored, identity);
  change_first (self, change, stored, kind, value);
  if (kind == MOKED_IDENTITY_PHONE)
    done = value != NULL ? _("The number was saved") : _("The number was removed");
  else
    done = value != NULL ? _("The address was saved") : _("The address was removed");
  moked_record_change_commit (change, self->context, done, _("The customer was not saved"));
}

static void
on_apply (GtkWidget        *row,
          MokedContactList *self)
{
  MokedIdentity *stored = find_identity (self, g_object_get_data (G_OBJECT (row), "id"));
  MokedIdentityKind kind = get_kind (row);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (row));
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;
  g_autofree char *shown = NULL;

  if (!moked_text_is_blank (text) && (value = moked_identity_normalize (kind, text, &error)) == NULL)
    {
      moked_entry_row_set_problem (MOKED_ENTRY_ROW (row), error->message);
      return;
    }
  shown = value != NULL ? dup_shown (kind, value) : g_strdup ("");
  gtk_editable_set_text (GTK_EDITABLE (row), shown);
  moked_entry_row_set_stored (MOKED_ENTRY_ROW (row), shown);
  if (g_strcmp0 (value, stored != NULL ? stored->value : NULL) != 0)
    save (self, stored, kind, value);
}

/* Rows */

static void
on_copy (GtkWidget        *button,
         MokedContactList *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, GTK_TYPE_LIST_BOX_ROW);
  MokedIdentity *identity = find_identity (self, g_object_get_data (G_OBJECT (row), "id"));

  if (identity == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), identity->value);
  moked_ui_context_toast (self->context, _("Copied"));
}

static GtkWidget *
create_copy_button (MokedContactList *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_copy), self, G_CONNECT_DEFAULT);
  return button;
}

static GtkWidget *
create_written_row (MokedContactList *self,
                    MokedIdentityKind kind)
{
  GtkWidget *row = moked_entry_row_new (_ (moked_enum_get_label (moked_identity_kinds, kind)));
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (row));

  /* Numbers and addresses run from left to right, at the end where the rest begins. */
  gtk_widget_set_direction (GTK_WIDGET (text), GTK_TEXT_DIR_LTR);
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    gtk_editable_set_alignment (text, 1);
  adw_entry_row_set_input_purpose (ADW_ENTRY_ROW (row), kind == MOKED_IDENTITY_PHONE ? GTK_INPUT_PURPOSE_PHONE
                                                                                     : GTK_INPUT_PURPOSE_EMAIL);
  g_signal_connect_object (row, "apply", G_CALLBACK (on_apply), self, G_CONNECT_DEFAULT);
  return row;
}

static GtkWidget *
create_fixed_row (void)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  gtk_widget_add_css_class (row, "property");
  return row;
}

static GtkWidget *
create_row (MokedContactList *self,
            MokedIdentityKind kind,
            const char       *id)
{
  GtkWidget *row = is_written (kind) ? create_written_row (self, kind) : create_fixed_row ();
  GtkWidget *button = id != NULL ? create_copy_button (self) : NULL;

  g_object_set_data (G_OBJECT (row), "kind", GINT_TO_POINTER (kind));
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (id), g_free);
  g_object_set_data (G_OBJECT (row), "copy", button);
  if (button != NULL && is_written (kind))
    adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), button);
  else if (button != NULL)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
fill_row (GtkWidget     *row,
          MokedIdentity *identity)
{
  const char *kind = _ (moked_enum_get_label (moked_identity_kinds, identity->kind));
  g_autofree char *display = moked_identity_dup_display (identity->kind, identity->value);
  g_autofree char *shown = dup_shown (identity->kind, identity->value);
  g_autofree char *title = NULL;
  /* Translators: %s is a phone number or an e-mail address */
  g_autofree char *tooltip = g_strdup_printf (_("Copy %s"), display);

  title = identity->label != NULL ? g_strdup_printf ("%s · %s", kind, identity->label) : g_strdup (kind);
  gtk_widget_set_tooltip_text (g_object_get_data (G_OBJECT (row), "copy"), tooltip);
  if (MOKED_IS_ENTRY_ROW (row))
    {
      moked_entry_row_set_label (MOKED_ENTRY_ROW (row), title);
      moked_entry_row_set_stored (MOKED_ENTRY_ROW (row), shown);
      return;
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), display);
}

/* A row that is there already stays, and with it what somebody is writing in it. */
static void
take_row (MokedContactList *self,
          GHashTable       *rows,
          MokedIdentityKind kind,
          MokedIdentity    *identity)
{
  const char *id = identity != NULL ? moked_entity_get_id (identity) : NULL;
  g_autofree char *key = id != NULL ? g_strdup (id) : g_strdup_printf ("%d", (int) kind);
  GtkWidget *row = g_hash_table_lookup (self->rows, key);

  if (row == NULL)
    {
      row = create_row (self, kind, id);
      gtk_list_box_insert (self->list, row, (int) g_hash_table_size (rows));
    }
  if (identity != NULL)
    fill_row (row, identity);
  else
    moked_entry_row_set_stored (MOKED_ENTRY_ROW (row), NULL);
  g_hash_table_remove (self->rows, key);
  g_hash_table_insert (rows, g_steal_pointer (&key), row);
}

static gboolean
has_kind (GPtrArray        *identities,
          MokedIdentityKind kind)
{
  for (guint i = 0; i < identities->len; i++)
    if (MOKED_IDENTITY (identities->pdata[i])->kind == (int) kind)
      return TRUE;
  return FALSE;
}

static void
focus_kind (MokedContactList *self,
            MokedIdentityKind kind)
{
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    if (get_kind (row) == kind)
      {
        gtk_widget_grab_focus (row);
        return;
      }
}

/* A row that goes leaves the keyboard to another of its kind. */
static void
remove_rows (MokedContactList *self,
             GHashTable       *gone)
{
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, gone);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    {
      if (gtk_widget_get_focus_child (GTK_WIDGET (self->list)) == row)
        focus_kind (self, get_kind (row));
      gtk_list_box_remove (self->list, row);
    }
}

static void
show_rows (MokedContactList *self)
{
  GHashTable *rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *identities = moked_customer_record_get_identities (self->record);
  GHashTable *gone = self->rows;

  if (!has_kind (identities, MOKED_IDENTITY_PHONE))
    take_row (self, rows, MOKED_IDENTITY_PHONE, NULL);
  for (guint i = 0; i < identities->len; i++)
    take_row (self, rows, MOKED_IDENTITY (identities->pdata[i])->kind, identities->pdata[i]);
  if (!has_kind (identities, MOKED_IDENTITY_EMAIL))
    take_row (self, rows, MOKED_IDENTITY_EMAIL, NULL);
  self->rows = rows;
  remove_rows (self, gone);
  g_hash_table_unref (gone);
}

static void
moked_contact_list_dispose (GObject *object)
{
  MokedContactList *self = MOKED_CONTACT_LIST (object);

  g_clear_object (&self->record);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (moked_contact_list_parent_class)->dispose (object);
}

static void
moked_contact_list_finalize (GObject *object)
{
  g_hash_table_unref (MOKED_CONTACT_LIST (object)->rows);
  G_OBJECT_CLASS (moked_contact_list_parent_class)->finalize (object);
}

static void
moked_contact_list_class_init (MokedContactListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = moked_contact_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = moked_contact_list_finalize;
}

static void
moked_contact_list_init (MokedContactList *self)
{
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Contact"), -1);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->list));
}

/**
 * moked_contact_list_show:
 * @context: of the window
 * @record: whose numbers and addresses; of the same customer, what is being written stays
 */
void
moked_contact_list_show (MokedContactList    *self,
                         MokedUiContext      *context,
                         MokedCustomerRecord *record)
{
  g_return_if_fail (MOKED_IS_CONTACT_LIST (self));

  if (self->record != NULL && g_strcmp0 (moked_entity_get_id (moked_customer_record_get_customer (self->record)),
                                         moked_entity_get_id (moked_customer_record_get_customer (record))) != 0)
    {
      gtk_list_box_remove_all (self->list);
      g_hash_table_remove_all (self->rows);
    }
  g_set_object (&self->context, context);
  g_set_object (&self->record, record);
  show_rows (self);
}
