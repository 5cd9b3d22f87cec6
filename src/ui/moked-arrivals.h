/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

typedef struct _MokedArrivalSource MokedArrivalSource;

/**
 * MokedArrivalSource:
 * @entity: whose rows come in
 * @max_row_sql: the largest `row_id` of all such rows of the business `$1`
 * @list_sql: what came in after the row `$2` and still waits for somebody, oldest first: its id, kind and id of
 *   the record that a notification opens, and whatever @dup_title and @dup_body need. Both with
 *   `+business_id = $1`, so that SQLite goes by the number of the row and not through all of the business
 * @page: the kind of record whose page a notification of many opens
 * @dup_title: (transfer full): who
 * @dup_body: (transfer full): what
 * @dup_summary: (transfer full): @n of them in words, for a notification of all
 *
 * What a feature wants to be notified of. The functions run on a reader's thread, except @dup_summary.
 */
struct _MokedArrivalSource
{
  const char *entity;
  const char *max_row_sql;
  const char *list_sql;
  const char *page;
  char     *(*dup_title)   (MokedCursor *cursor);
  char     *(*dup_body)    (MokedCursor *cursor);
  char     *(*dup_summary) (guint        n);
};

#define MOKED_TYPE_ARRIVALS (moked_arrivals_get_type ())
G_DECLARE_FINAL_TYPE (MokedArrivals, moked_arrivals, MOKED, ARRIVALS, GObject)

MokedArrivals *moked_arrivals_new (MokedUiContext           *context,
                                   const MokedArrivalSource *source);

G_END_DECLS
