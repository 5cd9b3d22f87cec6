/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-list-view.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CUSTOMERS_PICKED (moked_customers_picked_get_type ())
G_DECLARE_FINAL_TYPE (MokedCustomersPicked, moked_customers_picked, MOKED, CUSTOMERS_PICKED, AdwBin)

void moked_customers_picked_start (MokedCustomersPicked *self,
                                   MokedUiContext       *context,
                                   MokedListView        *view);

G_END_DECLS
