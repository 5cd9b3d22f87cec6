/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-query-private.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

typedef struct _MokedQueryRun MokedQueryRun;
typedef struct _MokedQueryResult MokedQueryResult;

/* How many rows come first, before the rest of the list is known: more than GTK makes widgets for. */
#define MOKED_QUERY_FIRST_ROWS 256

/**
 * MokedQueryResult:
 * @partial: whether these are the first rows only, with the rest to follow
 * @ids: (element-type gint64) (nullable): the row_ids in order; %NULL when rows alone were read
 * @changes: (element-type MokedListChange) (nullable): against the list given to the run
 * @rows: (element-type MokedRowData): contents of some of the rows
 * @error: (nullable): why there is nothing else in here
 */
struct _MokedQueryResult
{
  gboolean   partial;
  GArray    *ids;
  GArray    *changes;
  GPtrArray *rows;
  GError    *error;
};

/* Called in the main thread; never after moked_query_run_cancel(). */
typedef void (*MokedQueryRunFunc) (MokedQueryRun    *run,
                                   MokedQueryResult *result,
                                   gpointer          user_data);

MokedQueryRun *moked_query_run_list   (MokedStore        *store,
                                       const char        *business,
                                       MokedQuery        *query,
                                       GArray            *order,
                                       MokedQueryRunFunc  func,
                                       gpointer           user_data);
MokedQueryRun *moked_query_run_again  (MokedStore        *store,
                                       const char        *business,
                                       MokedQuery        *query,
                                       GArray            *old_ids,
                                       GArray            *known_rows,
                                       MokedQueryRunFunc  func,
                                       gpointer           user_data);
MokedQueryRun *moked_query_run_rows   (MokedStore        *store,
                                       const char        *business,
                                       MokedQuery        *query,
                                       GArray            *row_ids,
                                       MokedQueryRunFunc  func,
                                       gpointer           user_data);
void           moked_query_run_cancel (MokedQueryRun     *self);

G_END_DECLS
