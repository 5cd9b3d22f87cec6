/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/customers/moked-customer-record.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CONFLICT_BAR (moked_conflict_bar_get_type ())
G_DECLARE_FINAL_TYPE (MokedConflictBar, moked_conflict_bar, MOKED, CONFLICT_BAR, AdwBin)

void moked_conflict_bar_show (MokedConflictBar    *self,
                              MokedUiContext      *context,
                              MokedCustomerRecord *record);

G_END_DECLS
