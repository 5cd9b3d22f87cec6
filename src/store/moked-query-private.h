/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-query.h"

G_BEGIN_DECLS

/* Called with each row_id in the order of the query; FALSE ends the walk. */
typedef gboolean (*MokedQueryVisit) (gint64   row_id,
                                     gpointer user_data);

gboolean   moked_query_walk      (MokedQuery       *self,
                                  MokedSession     *session,
                                  MokedQueryVisit   visit,
                                  gpointer          user_data,
                                  GError          **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *moked_query_read_rows (MokedQuery       *self,
                                  MokedSession     *session,
                                  const gint64     *row_ids,
                                  guint             n_row_ids,
                                  GError          **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
