/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/moked-cache.h"

G_BEGIN_DECLS

/**
 * MokedCustomerBatch:
 * @customers: (element-type MokedCustomer): those of the rows that are not deleted
 * @identities: (element-type MokedIdentity): theirs
 *
 * Some customers as they are now, by their rows in a list.
 */
typedef struct
{
  char      *row_ids;
  GPtrArray *customers;
  GPtrArray *identities;
  GPtrArray *attachments;
} MokedCustomerBatch;

MokedCustomerBatch *moked_customer_batch_new   (const gint64       *row_ids,
                                                guint               n);
void                moked_customer_batch_unref (MokedCustomerBatch *self);
DexFuture          *moked_customer_batch_read  (MokedCustomerBatch *self,
                                                MokedCache         *cache) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedCustomerBatch, moked_customer_batch_unref)

G_END_DECLS
