/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/moked-list-spec.h"

G_BEGIN_DECLS

#define MOKED_TYPE_LIST_ROW (moked_list_row_get_type ())
G_DECLARE_FINAL_TYPE (MokedListRow, moked_list_row, MOKED, LIST_ROW, GtkWidget)

GtkWidget *moked_list_row_new      (MokedListDescribeFunc describe);
void       moked_list_row_set_item (MokedListRow         *self,
                                    GtkListItem          *item,
                                    MokedRow             *row);

G_END_DECLS
