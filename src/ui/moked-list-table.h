/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/moked-list-spec.h"

G_BEGIN_DECLS

#define MOKED_TYPE_LIST_TABLE (moked_list_table_get_type ())
G_DECLARE_FINAL_TYPE (MokedListTable, moked_list_table, MOKED, LIST_TABLE, AdwBin)

void moked_list_table_start     (MokedListTable      *self,
                                 const MokedListSpec *spec);
void moked_list_table_set_model (MokedListTable      *self,
                                 GtkSelectionModel   *model);
void moked_list_table_set_order (MokedListTable      *self,
                                 guint                column,
                                 gboolean             descending);
void moked_list_table_get_order (MokedListTable      *self,
                                 guint               *out_column,
                                 gboolean            *out_descending);
void moked_list_table_scroll_to (MokedListTable      *self,
                                 guint                position,
                                 GtkListScrollFlags   flags);

G_END_DECLS
