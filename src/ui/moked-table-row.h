/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/moked-list-spec.h"

G_BEGIN_DECLS

#define MOKED_TYPE_TABLE_ROW (moked_table_row_get_type ())
G_DECLARE_FINAL_TYPE (MokedTableRow, moked_table_row, MOKED, TABLE_ROW, GtkWidget)

GtkWidget *moked_table_row_new      (const MokedListColumn *columns);
void       moked_table_row_set_item (MokedTableRow         *self,
                                     GtkListItem           *item,
                                     MokedRow              *row);

G_END_DECLS
