/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/customers/moked-customer-record.h"

#include "base/moked-error.h"
#include "features/customers/moked-customer-service.h"
#include "features/office/moked-user.h"
#include "store/moked-entity-store.h"

/* What a page or the editor shows of one customer, read in one transaction. */
struct _MokedCustomerRecord
{
  GObject        parent_instance;
  MokedCustomer *customer;
  GPtrArray     *identities;
  GPtrArray     *attachments;
  GPtrArray     *users;
  gint64         row_id;
};

G_DEFINE_FINAL_TYPE (MokedCustomerRecord, moked_customer_record, G_TYPE_OBJECT)

static void
moked_customer_record_finalize (GObject *object)
{
  MokedCustomerRecord *self = MOKED_CUSTOMER_RECORD (object);

  g_clear_object (&self->customer);
  g_clear_pointer (&self->identities, g_ptr_array_unref);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  g_clear_pointer (&self->users, g_ptr_array_unref);
  G_OBJECT_CLASS (moked_customer_record_parent_class)->finalize (object);
}

static void
moked_customer_record_class_init (MokedCustomerRecordClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_customer_record_finalize;
}

static void
moked_customer_record_init (MokedCustomerRecord *self)
{
}

static gboolean
read_row_id (MokedCustomerRecord *self,
             MokedSession        *session,
             const char          *id,
             GError             **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT row_id FROM customer WHERE business_id = $1 AND id = $2 AND deleted_at IS NULL", "t", id);

  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &reason))
    {
      self->row_id = moked_cursor_get_int (cursor, 0);
      return TRUE;
    }
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "There is no customer ‘%s’", id);
  return FALSE;
}

static gboolean
read_customer (MokedCustomerRecord *self,
               MokedSession        *session,
               const char          *id,
               GError             **error)
{
  return read_row_id (self, session, id, error) &&
         (self->customer = moked_entity_store_load (session, &moked_customer_info, id, error)) != NULL &&
         (self->identities = moked_customer_service_list_identities (session, id, error)) != NULL &&
         (self->attachments = moked_customer_service_list_attachments (session, id, error)) != NULL;
}

static gboolean
read_users (MokedCustomerRecord *self,
            MokedSession        *session,
            GError             **error)
{
  self->users = moked_entity_store_list (session, &moked_user_info, error,
                                         "WHERE business_id = $1 AND deleted_at IS NULL ORDER BY name", "");
  return self->users != NULL;
}

/**
 * moked_customer_record_read:
 * @customer_id: a `char *`
 *
 * For moked_cache_read().
 *
 * Returns: (transfer full): resolves to the [class@CustomerRecord], rejects with %MOKED_ERROR_NOT_FOUND
 *   also for a deleted customer
 */
DexFuture *
moked_customer_record_read (MokedSession *session,
                            gpointer      customer_id)
{
  g_autoptr (MokedCustomerRecord) self = g_object_new (MOKED_TYPE_CUSTOMER_RECORD, NULL);
  GError *error = NULL;

  if (!read_customer (self, session, customer_id, &error) || !read_users (self, session, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_take_object (g_steal_pointer (&self));
}

/**
 * moked_customer_record_read_new:
 * @customer_id: a `char *`, id of a customer that is not stored yet
 *
 * For moked_cache_read(): an empty customer, to be filled and saved.
 *
 * Returns: (transfer full): resolves to the [class@CustomerRecord]
 */
DexFuture *
moked_customer_record_read_new (MokedSession *session,
                                gpointer      customer_id)
{
  g_autoptr (MokedCustomerRecord) self = g_object_new (MOKED_TYPE_CUSTOMER_RECORD, NULL);
  GError *error = NULL;

  if (!read_users (self, session, &error))
    return dex_future_new_for_error (error);
  self->customer = MOKED_CUSTOMER (moked_entity_new (&moked_customer_info, customer_id));
  self->identities = g_ptr_array_new_with_free_func (g_object_unref);
  self->attachments = g_ptr_array_new_with_free_func (g_object_unref);
  return dex_future_new_take_object (g_steal_pointer (&self));
}

/**
 * moked_customer_record_get_customer:
 *
 * Returns: (transfer none): the customer
 */
MokedCustomer *
moked_customer_record_get_customer (MokedCustomerRecord *self)
{
  g_return_val_if_fail (MOKED_IS_CUSTOMER_RECORD (self), NULL);

  return self->customer;
}

/**
 * moked_customer_record_get_identities:
 *
 * Returns: (transfer none) (element-type MokedIdentity): how they are reached
 */
GPtrArray *
moked_customer_record_get_identities (MokedCustomerRecord *self)
{
  g_return_val_if_fail (MOKED_IS_CUSTOMER_RECORD (self), NULL);

  return self->identities;
}

/**
 * moked_customer_record_get_attachments:
 *
 * Returns: (transfer none) (element-type MokedAttachment): their files
 */
GPtrArray *
moked_customer_record_get_attachments (MokedCustomerRecord *self)
{
  g_return_val_if_fail (MOKED_IS_CUSTOMER_RECORD (self), NULL);

  return self->attachments;
}

/**
 * moked_customer_record_get_users:
 *
 * Returns: (transfer none) (element-type MokedUser): who works in the office, by name
 */
GPtrArray *
moked_customer_record_get_users (MokedCustomerRecord *self)
{
  g_return_val_if_fail (MOKED_IS_CUSTOMER_RECORD (self), NULL);

  return self->users;
}

/**
 * moked_customer_record_get_row_id:
 *
 * Returns: the customer's row in the list; 0 for one that is not stored yet
 */
gint64
moked_customer_record_get_row_id (MokedCustomerRecord *self)
{
  g_return_val_if_fail (MOKED_IS_CUSTOMER_RECORD (self), 0);

  return self->row_id;
}

/**
 * moked_customer_record_get_owner_name:
 *
 * Returns: (transfer none) (nullable): who of the office is responsible
 */
const char *
moked_customer_record_get_owner_name (MokedCustomerRecord *self)
{
  g_return_val_if_fail (MOKED_IS_CUSTOMER_RECORD (self), NULL);

  for (guint i = 0; i < self->users->len; i++)
    if (g_strcmp0 (moked_entity_get_id (self->users->pdata[i]), self->customer->owner_id) == 0)
      return MOKED_USER (self->users->pdata[i])->name;
  return NULL;
}
