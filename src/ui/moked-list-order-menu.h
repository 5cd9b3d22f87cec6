/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-list-table.h"

G_BEGIN_DECLS

#define MOKED_TYPE_LIST_ORDER_MENU (moked_list_order_menu_get_type ())
G_DECLARE_FINAL_TYPE (MokedListOrderMenu, moked_list_order_menu, MOKED, LIST_ORDER_MENU, AdwBin)

void moked_list_order_menu_start (MokedListOrderMenu  *self,
                                  const MokedListSpec *spec,
                                  MokedListTable      *table);

G_END_DECLS
