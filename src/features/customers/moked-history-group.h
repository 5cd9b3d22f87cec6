/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/customers/moked-history-entry.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_HISTORY_GROUP (moked_history_group_get_type ())
G_DECLARE_FINAL_TYPE (MokedHistoryGroup, moked_history_group, MOKED, HISTORY_GROUP, GtkBox)

GtkWidget *moked_history_group_new (MokedUiContext *context,
                                    const char     *customer_id,
                                    GPtrArray      *entries,
                                    guint           first,
                                    guint           n,
                                    GPtrArray      *users);

G_END_DECLS
