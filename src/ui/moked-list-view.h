/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "store/moked-query-model.h"
#include "ui/moked-list-table.h"

G_BEGIN_DECLS

#define MOKED_TYPE_LIST_VIEW (moked_list_view_get_type ())
G_DECLARE_FINAL_TYPE (MokedListView, moked_list_view, MOKED, LIST_VIEW, AdwBin)

void           moked_list_view_start         (MokedListView       *self,
                                              const MokedListSpec *spec,
                                              MokedQueryModel     *model);
MokedListTable *moked_list_view_get_table     (MokedListView       *self);
void           moked_list_view_set_narrow    (MokedListView       *self,
                                              gboolean             narrow);
gboolean       moked_list_view_step          (MokedListView       *self,
                                              int                  direction);
void           moked_list_view_focus_first   (MokedListView       *self);
void           moked_list_view_activate      (MokedListView       *self,
                                              guint                position);
void           moked_list_view_select_row_id (MokedListView       *self,
                                              gint64               row_id);
void           moked_list_view_set_picking   (MokedListView       *self,
                                              gboolean             picking);
void           moked_list_view_pick_all      (MokedListView       *self);
guint          moked_list_view_get_n_picked  (MokedListView       *self);
GArray        *moked_list_view_list_picked   (MokedListView       *self);

G_END_DECLS
