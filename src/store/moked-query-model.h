/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "store/moked-query.h"
#include "store/moked-row.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

#define MOKED_TYPE_QUERY_MODEL (moked_query_model_get_type ())
G_DECLARE_FINAL_TYPE (MokedQueryModel, moked_query_model, MOKED, QUERY_MODEL, GObject)

MokedQueryModel *moked_query_model_new          (MokedStore         *store,
                                                 const char         *business);
MokedQuery      *moked_query_model_get_query    (MokedQueryModel    *self);
void             moked_query_model_set_query    (MokedQueryModel    *self,
                                                 MokedQuery         *query);
void             moked_query_model_watch        (MokedQueryModel    *self,
                                                 const char *const  *entities);
void             moked_query_model_refresh      (MokedQueryModel    *self);
guint            moked_query_model_get_n_rows   (MokedQueryModel    *self);
gboolean         moked_query_model_is_loading   (MokedQueryModel    *self);
gboolean         moked_query_model_is_counted   (MokedQueryModel    *self);
gboolean         moked_query_model_is_capped    (MokedQueryModel    *self);
gint64           moked_query_model_get_row_id   (MokedQueryModel    *self,
                                                 guint               position);
guint            moked_query_model_find_row_id  (MokedQueryModel    *self,
                                                 gint64              row_id);

G_END_DECLS
