/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/customers/moked-customer-record.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CUSTOMER_DETAILS (moked_customer_details_get_type ())
G_DECLARE_FINAL_TYPE (MokedCustomerDetails, moked_customer_details, MOKED, CUSTOMER_DETAILS, AdwBin)

void moked_customer_details_show (MokedCustomerDetails *self,
                                  MokedUiContext       *context,
                                  MokedCustomerRecord  *record);

G_END_DECLS
