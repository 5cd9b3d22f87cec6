/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-query.h"

G_BEGIN_DECLS

typedef struct
{
  char   type;
  gint64 integer;
  char  *text;
} MokedQueryValue;

/**
 * MokedQuery:
 *
 * Which rows of one table, in what order, with which columns. Rows of the session's business that are
 * not deleted; `e` is the alias of the table in every piece of SQL.
 */
struct _MokedQuery
{
  gatomicrefcount ref_count;
  char           *table;
  GStrv           columns;
  char           *joins;
  GStrv           order;
  gboolean        descending;
  guint           limit;
  GString        *conditions;
  GArray         *values;
  char           *match_index;
  GString        *match;               /* for SQLite's FTS5 */
  GPtrArray      *phrases;             /* the same as GStrv: one of each must be found */
  GString        *postgres_conditions; /* as `conditions` */
};

/* What `LIKE` takes for any text with the text of a value (its number is the format's) in it. */
#define MOKED_QUERY_LIKE \
  "'%%' || replace (replace (replace ($%u, '\\', '\\\\'), '%%', '\\%%'), '_', '\\_') || '%%'"

/* Called with each row_id in the order of the query; FALSE ends the walk. */
typedef gboolean (*MokedQueryVisit) (gint64   row_id,
                                     gpointer user_data);

/* Called at most once, before the visits, with the beginning of a list that takes long to find. */
typedef void (*MokedQueryEarly) (GArray  *row_ids,
                                 gpointer user_data);

/* @order: the row_ids of the query as it would be without its matches, if they are known and still true;
 * a search then is a matter of going through them. */
typedef struct
{
  MokedQueryVisit visit;
  MokedQueryEarly early;     /* nullable */
  GArray         *order;     /* nullable */
  const int      *cancelled; /* nullable; read as an atomic */
  gpointer        user_data;
} MokedQueryWalk;

char      *moked_query_dup_walk_sql (MokedQuery        *self,
                                     gboolean           of_given_rows);
gboolean   moked_query_walk      (MokedQuery           *self,
                                  MokedSession         *session,
                                  const MokedQueryWalk *walk,
                                  GError              **error) G_GNUC_WARN_UNUSED_RESULT;
guint      moked_query_fill_values  (MokedQuery        *self,
                                     MokedValue        *values);
void       moked_query_append_order (MokedQuery        *self,
                                     GString           *sql);
GPtrArray *moked_query_read_postgres (MokedQuery   *self,
                                      MokedSession *session,
                                      GError      **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *moked_query_read_rows (MokedQuery       *self,
                                  MokedSession     *session,
                                  const gint64     *row_ids,
                                  guint             n_row_ids,
                                  GError          **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
