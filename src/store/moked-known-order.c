/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-known-order.h"

#include "store/moked-query-run.h"

#define MIN_PAUSE_USEC 50000

/**
 * MokedKnownOrder:
 *
 * All rows in the last order, as they were without a search; a search in the same order goes through them
 * and need not sort what it found. When records change while somebody searches, it is read again in the
 * background, for the next letter; until then it is not to be had.
 */
struct _MokedKnownOrder
{
  MokedStore    *store;
  char          *business;
  MokedQuery    *query; /* the one without a search */
  char          *key;
  GArray        *row_ids;
  gboolean       is_true; /* nothing changed since it was read */
  MokedQueryRun *run;
  gboolean       again;
  gint64         started_at;
  guint          pause_source;
};

MokedKnownOrder *
moked_known_order_new (MokedStore *store,
                       const char *business)
{
  MokedKnownOrder *self = g_new0 (MokedKnownOrder, 1);

  self->store = g_object_ref (store);
  self->business = g_strdup (business);
  return self;
}

static void
stop (MokedKnownOrder *self)
{
  g_clear_pointer (&self->run, moked_query_run_cancel);
  g_clear_handle_id (&self->pause_source, g_source_remove);
  self->again = FALSE;
}

void
moked_known_order_free (MokedKnownOrder *self)
{
  stop (self);
  g_clear_pointer (&self->query, moked_query_unref);
  g_clear_pointer (&self->row_ids, g_array_unref);
  g_free (self->key);
  g_free (self->business);
  g_object_unref (self->store);
  g_free (self);
}

/**
 * moked_known_order_keep: (skip)
 * @query: without a search and without a limit
 * @row_ids: (element-type gint64): all its rows, as they are now
 */
void
moked_known_order_keep (MokedKnownOrder *self,
                        MokedQuery      *query,
                        GArray          *row_ids)
{
  stop (self);
  moked_query_ref (query);
  g_clear_pointer (&self->query, moked_query_unref);
  self->query = query;
  g_free (self->key);
  self->key = moked_query_dup_order_key (query);
  g_array_ref (row_ids);
  g_clear_pointer (&self->row_ids, g_array_unref);
  self->row_ids = row_ids;
  self->is_true = TRUE;
}

/**
 * moked_known_order_changed: (skip)
 *
 * Records of the table were written; what is known of their order is not true any more.
 */
void
moked_known_order_changed (MokedKnownOrder *self)
{
  self->is_true = FALSE;
  self->again = self->run != NULL;
}

static gboolean
end_pause (gpointer user_data)
{
  MokedKnownOrder *self = user_data;

  self->pause_source = 0;
  moked_known_order_renew (self);
  return G_SOURCE_REMOVE;
}

static void
on_read (MokedQueryRun    *run,
         MokedQueryResult *result,
         gpointer          user_data)
{
  MokedKnownOrder *self = user_data;
  gint64 lasted = g_get_monotonic_time () - self->started_at;
  gboolean again = self->again;

  g_clear_pointer (&self->run, moked_query_run_cancel);
  self->again = FALSE;
  if (result->error != NULL)
    return;
  g_array_unref (self->row_ids);
  self->row_ids = g_array_ref (result->ids);
  self->is_true = !again;
  /* Under a stream of changes the reader rests twice as long as it works. */
  if (again)
    self->pause_source = g_timeout_add ((guint) (MAX (2 * lasted, MIN_PAUSE_USEC) / 1000), end_pause, self);
}

/**
 * moked_known_order_renew: (skip)
 *
 * Reads it again if it is not true any more.
 */
void
moked_known_order_renew (MokedKnownOrder *self)
{
  g_autoptr (GArray) no_rows = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (self->query == NULL || self->is_true || self->run != NULL || self->pause_source != 0)
    return;
  self->started_at = g_get_monotonic_time ();
  self->run = moked_query_run_again (self->store, self->business, self->query, self->row_ids, no_rows, on_read, self);
}

/**
 * moked_known_order_get: (skip)
 * @query: what is to be read
 *
 * Returns: (transfer none) (nullable) (element-type gint64): the order of all rows that @query searches
 */
GArray *
moked_known_order_get (MokedKnownOrder *self,
                       MokedQuery      *query)
{
  g_autofree char *key = NULL;

  if (!self->is_true || !moked_query_is_matching (query))
    return NULL;
  key = moked_query_dup_order_key (query);
  return g_str_equal (key, self->key) ? self->row_ids : NULL;
}
