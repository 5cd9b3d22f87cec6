/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "features/customers/moked-customer.h"
#include "store/moked-session.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CUSTOMER_RECORD (moked_customer_record_get_type ())
G_DECLARE_FINAL_TYPE (MokedCustomerRecord, moked_customer_record, MOKED, CUSTOMER_RECORD, GObject)

DexFuture     *moked_customer_record_read           (MokedSession        *session,
                                                     gpointer             customer_id);
DexFuture     *moked_customer_record_read_new       (MokedSession        *session,
                                                     gpointer             customer_id);
MokedCustomer *moked_customer_record_get_customer   (MokedCustomerRecord *self);
GPtrArray     *moked_customer_record_get_identities (MokedCustomerRecord *self);
GPtrArray     *moked_customer_record_get_attachments (MokedCustomerRecord *self);
GPtrArray     *moked_customer_record_get_users      (MokedCustomerRecord *self);
gint64         moked_customer_record_get_row_id     (MokedCustomerRecord *self);
const char    *moked_customer_record_get_owner_name (MokedCustomerRecord *self);

G_END_DECLS
