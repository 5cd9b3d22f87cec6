/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-history-restore.h"

#include <glib/gi18n-lib.h>

#include "base/moked-ulid.h"
#include "features/customers/moked-customer-record.h"
#include "features/customers/moked-identity.h"
#include "ui/moked-record-change.h"

/* What stood in a record once is brought back by an edit as any other: it travels, merges and can be undone. */

typedef struct
{
  MokedUiContext   *context;
  char             *id;
  const MokedField *field;
  char             *text;
} Restore;

static void
restore_free (gpointer data)
{
  Restore *restore = data;

  g_object_unref (restore->context);
  g_free (restore->id);
  g_free (restore->text);
  g_free (restore);
}

static MokedIdentity *
find_identity (GPtrArray  *identities,
               const char *id,
               const char *value)
{
  for (guint i = 0; i < identities->len; i++)
    if ((id != NULL && g_str_equal (moked_entity_get_id (identities->pdata[i]), id)) ||
        (value != NULL && g_strcmp0 (MOKED_IDENTITY (identities->pdata[i])->value, value) == 0))
      return identities->pdata[i];
  return NULL;
}

/* The customer shows the first number and the first address. */
static void
add_identity (MokedRecordChange   *change,
              MokedCustomerRecord *record,
              MokedIdentity       *identity,
              const Restore       *restore)
{
  MokedCustomer *customer = moked_customer_record_get_customer (record);
  gboolean is_phone = g_strcmp0 (customer->phone, identity->value) == 0;
  g_autoptr (MokedIdentity) changed = moked_entity_copy (identity);
  g_autoptr (MokedCustomer) shown = moked_entity_copy (customer);

  moked_entity_set_field_text (changed, restore->field, restore->text);
  moked_record_change_add (change, identity, changed);
  if (!g_str_equal (restore->field->name, "value") ||
      (!is_phone && g_strcmp0 (customer->email, identity->value) != 0))
    return;
  g_set_str (is_phone ? &shown->phone : &shown->email, restore->text);
  moked_record_change_add (change, customer, shown);
}

/* The number or address that a customer shows is one of those that they have. */
static void
add_first (MokedRecordChange   *change,
           MokedCustomerRecord *record,
           MokedIdentityKind    kind,
           const Restore       *restore)
{
  MokedCustomer *customer = moked_customer_record_get_customer (record);
  GPtrArray *identities = moked_customer_record_get_identities (record);
  g_autofree char *id = NULL;
  g_autoptr (MokedIdentity) identity = NULL;

  if (find_identity (identities, NULL, restore->text) != NULL)
    return;
  id = moked_ulid_new (moked_ui_context_get_clock (restore->context));
  identity = MOKED_IDENTITY (moked_entity_new (&moked_identity_info, id));
  identity->kind = (int) kind;
  g_set_str (&identity->customer_id, moked_entity_get_id (customer));
  g_set_str (&identity->value, restore->text);
  moked_record_change_add (change, NULL, identity);
}

static void
add_customer (MokedRecordChange   *change,
              MokedCustomerRecord *record,
              const Restore       *restore)
{
  MokedCustomer *customer = moked_customer_record_get_customer (record);
  g_autoptr (MokedCustomer) changed = moked_entity_copy (customer);

  moked_entity_set_field_text (changed, restore->field, restore->text);
  moked_record_change_add (change, customer, changed);
  if (g_str_equal (restore->field->name, "phone"))
    add_first (change, record, MOKED_IDENTITY_PHONE, restore);
  else if (g_str_equal (restore->field->name, "email"))
    add_first (change, record, MOKED_IDENTITY_EMAIL, restore);
}

static void
write_value (const Restore       *restore,
             MokedCustomerRecord *record)
{
  MokedCustomer *customer = moked_customer_record_get_customer (record);
  MokedIdentity *identity = find_identity (moked_customer_record_get_identities (record), restore->id, NULL);
  g_autofree char *label = g_strdup_printf (_("Changing %s"), customer->name);
  /* Translators: a toast; %s is a field, such as "City" */
  g_autofree char *done = g_strdup_printf (_("%s: restored"), _ (restore->field->label));
  MokedRecordChange *change = moked_record_change_new (label);

  if (identity != NULL)
    add_identity (change, record, identity, restore);
  else
    add_customer (change, record, restore);
  moked_record_change_commit (change, restore->context, done, _("The customer was not saved"));
}

static DexFuture *
on_read (DexFuture *future,
         gpointer   user_data)
{
  Restore *restore = user_data;
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);

  if (value != NULL)
    write_value (restore, g_value_get_object (value));
  else
    moked_ui_context_show_error (restore->context, _("The value was not restored"), error);
  return NULL;
}

/**
 * moked_history_restore_value:
 * @context: of the window
 * @customer_id: whose page it is
 * @entry: a change of the customer or of an identity
 * @value: one of its values; what stood there before is brought back
 */
void
moked_history_restore_value (MokedUiContext          *context,
                             const char              *customer_id,
                             const MokedHistoryEntry *entry,
                             const MokedHistoryValue *value)
{
  Restore *restore = g_new (Restore, 1);

  *restore = (Restore) { g_object_ref (context), g_strdup (entry->id), value->field, g_strdup (value->old) };
  dex_future_disown (dex_future_finally (moked_cache_read (moked_ui_context_get_cache (context),
                                                           moked_customer_record_read, g_strdup (customer_id), g_free),
                                         on_read, restore, restore_free));
}

/* Whole records */

typedef struct
{
  const MokedEntityInfo *info;
  char                  *id;
} Record;

static void
record_free (gpointer data)
{
  Record *record = data;

  g_free (record->id);
  g_free (record);
}

static void
delete_again (MokedUiContext *context,
              gpointer        user_data)
{
  GPtrArray *records = user_data;
  MokedEdit *edit = moked_edit_new (_("Deleting again"));

  for (guint i = 0; i < records->len; i++)
    {
      Record *record = records->pdata[i];

      moked_edit_delete (edit, record->info, record->id);
    }
  moked_ui_context_commit_undo (context, edit, _("It was not deleted"));
}

/**
 * moked_history_restore_records:
 * @context: of the window
 * @entries: (element-type MokedHistoryEntry): deletions; their records live again, in one step
 */
void
moked_history_restore_records (MokedUiContext *context,
                               GPtrArray      *entries)
{
  MokedEdit *edit = moked_edit_new (_("Restoring what was deleted"));
  GPtrArray *records = g_ptr_array_new_with_free_func (record_free);

  for (guint i = 0; i < entries->len; i++)
    {
      const MokedHistoryEntry *entry = entries->pdata[i];
      Record *record = g_new (Record, 1);

      *record = (Record) { entry->info, g_strdup (entry->id) };
      g_ptr_array_add (records, record);
      moked_edit_restore (edit, entry->info, entry->id);
    }
  moked_ui_context_commit (context, edit, _("It was not restored"));
  moked_ui_context_toast_undo (context, _("What was deleted is back"), delete_again, records,
                               (GDestroyNotify) g_ptr_array_unref);
}
