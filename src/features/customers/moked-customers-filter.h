/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/moked-query.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CUSTOMERS_FILTER (moked_customers_filter_get_type ())
G_DECLARE_FINAL_TYPE (MokedCustomersFilter, moked_customers_filter, MOKED, CUSTOMERS_FILTER, GtkPopover)

GtkWidget *moked_customers_filter_new       (const char           *user_id);
gboolean   moked_customers_filter_is_active (MokedCustomersFilter *self);
void       moked_customers_filter_apply     (MokedCustomersFilter *self,
                                             MokedQuery           *query);
void       moked_customers_filter_clear     (MokedCustomersFilter *self);

G_END_DECLS
