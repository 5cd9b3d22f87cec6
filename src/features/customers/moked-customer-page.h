/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CUSTOMER_PAGE (moked_customer_page_get_type ())
G_DECLARE_FINAL_TYPE (MokedCustomerPage, moked_customer_page, MOKED, CUSTOMER_PAGE, AdwNavigationPage)

void moked_customer_page_set_context (MokedCustomerPage *self,
                                      MokedUiContext    *context);
void moked_customer_page_show        (MokedCustomerPage *self,
                                      const char        *customer_id);

G_END_DECLS
