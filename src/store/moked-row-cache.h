/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-query.h"
#include "store/moked-row.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

typedef struct _MokedRowCache MokedRowCache;

MokedRowCache *moked_row_cache_new        (MokedStore    *store,
                                           const char    *business);
void           moked_row_cache_free       (MokedRowCache *self);
void           moked_row_cache_set_query  (MokedRowCache *self,
                                           MokedQuery    *query);
MokedRow      *moked_row_cache_get        (MokedRowCache *self,
                                           gint64         row_id);
void           moked_row_cache_want       (MokedRowCache *self,
                                           const gint64  *row_ids,
                                           guint          n_row_ids);
gboolean       moked_row_cache_is_wanted  (MokedRowCache *self,
                                           gint64         row_id);
GArray        *moked_row_cache_list_known (MokedRowCache *self);
void           moked_row_cache_put        (MokedRowCache *self,
                                           GPtrArray     *rows);
void           moked_row_cache_replace    (MokedRowCache *self,
                                           GPtrArray     *objects,
                                           GArray        *row_ids,
                                           GPtrArray     *rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedRowCache, moked_row_cache_free)

G_END_DECLS
