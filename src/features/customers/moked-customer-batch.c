/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/customers/moked-customer-batch.h"

#include "features/attachments/moked-attachment.h"
#include "features/customers/moked-customer.h"
#include "features/customers/moked-identity.h"
#include "store/moked-entity-store.h"

/**
 * moked_customer_batch_new:
 * @row_ids: rows of a list of customers
 * @n: how many
 *
 * Returns: (transfer full): a batch that was not read yet
 */
MokedCustomerBatch *
moked_customer_batch_new (const gint64 *row_ids,
                          guint         n)
{
  MokedCustomerBatch *self = g_atomic_rc_box_new0 (MokedCustomerBatch);
  g_autoptr (GString) sql = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (sql, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "", row_ids[i]);
  self->row_ids = g_strdup (sql->str);
  return self;
}

static void
clear (gpointer data)
{
  MokedCustomerBatch *self = data;

  g_free (self->row_ids);
  g_clear_pointer (&self->customers, g_ptr_array_unref);
  g_clear_pointer (&self->identities, g_ptr_array_unref);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
}

void
moked_customer_batch_unref (MokedCustomerBatch *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static DexFuture *
read_in_session (MokedSession *session,
                 gpointer      user_data)
{
  MokedCustomerBatch *self = user_data;
  GError *error = NULL;
  g_autofree char *customers =
      g_strdup_printf ("WHERE e.business_id = $1 AND e.deleted_at IS NULL AND e.row_id IN (%s)", self->row_ids);
  g_autofree char *theirs = g_strdup_printf (
      "WHERE e.business_id = $1 AND e.deleted_at IS NULL AND e.customer_id IN "
      "(SELECT c.id FROM customer c WHERE c.business_id = $1 AND c.deleted_at IS NULL AND c.row_id IN (%s))",
      self->row_ids);

  self->customers = moked_entity_store_list (session, &moked_customer_info, &error, customers, "");
  if (self->customers != NULL)
    self->identities = moked_entity_store_list (session, &moked_identity_info, &error, theirs, "");
  if (self->identities != NULL)
    self->attachments = moked_entity_store_list (session, &moked_attachment_info, &error, theirs, "");
  return error != NULL ? dex_future_new_for_error (error) : dex_future_new_true ();
}

/**
 * moked_customer_batch_read:
 * @self: a batch
 * @cache: where
 *
 * Returns: (transfer full): resolves when @self is filled
 */
DexFuture *
moked_customer_batch_read (MokedCustomerBatch *self,
                           MokedCache         *cache)
{
  return moked_cache_read (cache, read_in_session, g_atomic_rc_box_acquire (self),
                           (GDestroyNotify) moked_customer_batch_unref);
}
