/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-page.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CUSTOMERS_PAGE (moked_customers_page_get_type ())
G_DECLARE_FINAL_TYPE (MokedCustomersPage, moked_customers_page, MOKED, CUSTOMERS_PAGE, MokedPage)

GtkWidget *moked_customers_page_new (MokedUiContext *context);

G_END_DECLS
