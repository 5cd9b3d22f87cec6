/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/customers/moked-customer-record.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

void moked_customer_deletion_run (MokedUiContext      *context,
                                  MokedCustomerRecord *record);

G_END_DECLS
