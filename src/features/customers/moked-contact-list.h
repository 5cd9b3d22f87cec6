/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/customers/moked-customer-record.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CONTACT_LIST (moked_contact_list_get_type ())
G_DECLARE_FINAL_TYPE (MokedContactList, moked_contact_list, MOKED, CONTACT_LIST, AdwBin)

void moked_contact_list_show (MokedContactList    *self,
                              MokedUiContext      *context,
                              MokedCustomerRecord *record);

G_END_DECLS
