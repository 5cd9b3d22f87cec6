/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "store/moked-query.h"
#include "store/moked-row.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

#define MOKED_TYPE_ROW_LIST (moked_row_list_get_type ())
G_DECLARE_FINAL_TYPE (MokedRowList, moked_row_list, MOKED, ROW_LIST, GObject)

MokedRowList *moked_row_list_new        (MokedStore   *store,
                                         const char   *business);
void          moked_row_list_set_query  (MokedRowList *self,
                                         MokedQuery   *query);
GArray       *moked_row_list_get_ids    (MokedRowList *self);
GArray       *moked_row_list_list_known (MokedRowList *self);
void          moked_row_list_replace    (MokedRowList *self,
                                         GArray       *ids,
                                         GPtrArray    *rows);
void          moked_row_list_change     (MokedRowList *self,
                                         GArray       *ids,
                                         GArray       *changes,
                                         GPtrArray    *rows);
void          moked_row_list_extend     (MokedRowList *self,
                                         GArray       *ids);

G_END_DECLS
