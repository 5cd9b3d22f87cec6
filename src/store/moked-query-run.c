/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-query-run.h"

#include "base/moked-error.h"
#include "store/moked-list-diff.h"
#include "store/moked-row.h"

#define MAX_CHANGES 100

/**
 * MokedQueryRun:
 *
 * One reading of a query on a reader thread. The reader and the main thread each hold a reference; what
 * is for the main thread travels there as an idle source, and a cancelled run's is dropped on arrival.
 */
struct _MokedQueryRun
{
  gatomicrefcount   ref_count;
  int               cancelled;
  GMainContext     *context;
  MokedQuery       *query;
  GArray           *order;
  GArray           *old_ids;
  GArray           *row_ids;
  MokedQueryRunFunc func;
  gpointer          user_data;

  /* The reader's own. */
  MokedSession     *session;
  GArray           *ids;
  gboolean          begun;
  GError           *error;
};

typedef struct
{
  MokedQueryRun    *run;
  MokedQueryResult *result;
} Delivery;

static void
run_unref (gpointer data)
{
  MokedQueryRun *self = data;

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_main_context_unref (self->context);
  moked_query_unref (self->query);
  g_clear_pointer (&self->order, g_array_unref);
  g_clear_pointer (&self->old_ids, g_array_unref);
  g_clear_pointer (&self->row_ids, g_array_unref);
  g_clear_pointer (&self->ids, g_array_unref);
  g_clear_error (&self->error);
  g_free (self);
}

static MokedQueryRun *
run_ref (MokedQueryRun *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static gboolean
is_cancelled (MokedQueryRun *self)
{
  return g_atomic_int_get (&self->cancelled) != 0;
}

static void
result_free (MokedQueryResult *self)
{
  g_clear_pointer (&self->ids, g_array_unref);
  g_clear_pointer (&self->changes, g_array_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_error (&self->error);
  g_free (self);
}

static gboolean
deliver (gpointer data)
{
  Delivery *delivery = data;

  if (!is_cancelled (delivery->run))
    delivery->run->func (delivery->run, delivery->result, delivery->run->user_data);
  return G_SOURCE_REMOVE;
}

static void
delivery_free (gpointer data)
{
  Delivery *delivery = data;

  result_free (delivery->result);
  run_unref (delivery->run);
  g_free (delivery);
}

static void
send_result (MokedQueryRun    *self,
             MokedQueryResult *result)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Delivery *delivery = g_new (Delivery, 1);

  *delivery = (Delivery) { run_ref (self), result };
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, delivery, delivery_free);
  g_source_attach (source, self->context);
}

static GPtrArray *
read_rows (MokedQueryRun *self,
           GArray        *row_ids,
           guint          max)
{
  return moked_query_read_rows (self->query, self->session, (gint64 *) row_ids->data, MIN (row_ids->len, max),
                                &self->error);
}

static void
send_beginning (GArray  *ids,
                gpointer user_data)
{
  MokedQueryRun *self = user_data;
  MokedQueryResult *result = g_new0 (MokedQueryResult, 1);

  self->begun = TRUE;
  result->partial = TRUE;
  result->rows = read_rows (self, ids, ids->len);
  if (result->rows == NULL)
    {
      result_free (result);
      return;
    }
  result->ids = g_array_copy (ids);
  send_result (self, result);
}

static gboolean
collect (gint64   row_id,
         gpointer user_data)
{
  MokedQueryRun *self = user_data;

  g_array_append_val (self->ids, row_id);
  if (self->ids->len == MOKED_QUERY_FIRST_ROWS && self->old_ids == NULL && !self->begun)
    send_beginning (self->ids, self);
  return self->error == NULL;
}

static MokedQueryResult *
result_of_list (MokedQueryRun *self)
{
  MokedQueryResult *result = g_new0 (MokedQueryResult, 1);

  if (self->old_ids != NULL)
    {
      result->changes = moked_list_diff ((gint64 *) self->old_ids->data, self->old_ids->len, (gint64 *) self->ids->data,
                                         self->ids->len, MAX_CHANGES);
      result->rows = read_rows (self, self->row_ids, G_MAXUINT);
    }
  else if (!self->begun)
    result->rows = read_rows (self, self->ids, G_MAXUINT);
  else
    result->rows = g_ptr_array_new ();
  result->ids = g_steal_pointer (&self->ids);
  return result;
}

static DexFuture *
finish (MokedQueryRun    *self,
        MokedQueryResult *result)
{
  if (self->error != NULL && result == NULL)
    result = g_new0 (MokedQueryResult, 1);
  if (self->error != NULL)
    {
      g_clear_pointer (&result->ids, g_array_unref);
      result->error = g_steal_pointer (&self->error);
    }
  send_result (self, result);
  return dex_future_new_true ();
}

static DexFuture *
read_list (MokedSession *session,
           gpointer      user_data)
{
  MokedQueryRun *self = user_data;
  MokedQueryWalk walk = { collect, self->old_ids == NULL ? send_beginning : NULL, self->order, &self->cancelled, self };

  if (is_cancelled (self))
    return dex_future_new_true ();
  self->session = session;
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!moked_query_walk (self->query, session, &walk, &self->error) || self->error != NULL)
    return finish (self, NULL);
  if (is_cancelled (self))
    return dex_future_new_true ();
  return finish (self, result_of_list (self));
}

static DexFuture *
read_rows_only (MokedSession *session,
                gpointer      user_data)
{
  MokedQueryRun *self = user_data;
  MokedQueryResult *result;

  if (is_cancelled (self))
    return dex_future_new_true ();
  self->session = session;
  result = g_new0 (MokedQueryResult, 1);
  result->rows = read_rows (self, self->row_ids, G_MAXUINT);
  return finish (self, result);
}

/* A store that is closed answers with a rejection and never calls the reader; that is news as well. */
static DexFuture *
on_rejected (DexFuture *future,
             gpointer   user_data)
{
  MokedQueryRun *self = user_data;
  MokedQueryResult *result = g_new0 (MokedQueryResult, 1);

  dex_future_get_value (future, &result->error);
  send_result (self, result);
  return NULL;
}

static MokedQueryRun *
start (MokedStore       *store,
       const char       *business,
       MokedSessionFunc  reader,
       MokedQueryRun    *self)
{
  DexFuture *future;

  g_atomic_ref_count_init (&self->ref_count);
  self->context = g_main_context_ref_thread_default ();
  future = moked_store_read (store, business, reader, run_ref (self), run_unref);
  dex_future_disown (dex_future_catch (future, on_rejected, run_ref (self), run_unref));
  return self;
}

/**
 * moked_query_run_list: (skip)
 * @order: (nullable): the list without the query's search, if it is known
 *
 * Reads the whole list: first its beginning with the rows' contents, then all row_ids.
 *
 * Returns: a run to cancel, once, with moked_query_run_cancel()
 */
MokedQueryRun *
moked_query_run_list (MokedStore       *store,
                      const char       *business,
                      MokedQuery       *query,
                      GArray           *order,
                      MokedQueryRunFunc func,
                      gpointer          user_data)
{
  MokedQueryRun *self = g_new0 (MokedQueryRun, 1);

  self->query = moked_query_ref (query);
  self->order = order != NULL ? g_array_ref (order) : NULL;
  self->func = func;
  self->user_data = user_data;
  return start (store, business, read_list, self);
}

/**
 * moked_query_run_again: (skip)
 * @old_ids: the list as it is shown; the result tells the changes and has no partial beginning
 * @known_rows: the rows to read again with it
 */
MokedQueryRun *
moked_query_run_again (MokedStore       *store,
                       const char       *business,
                       MokedQuery       *query,
                       GArray           *old_ids,
                       GArray           *known_rows,
                       MokedQueryRunFunc func,
                       gpointer          user_data)
{
  MokedQueryRun *self = g_new0 (MokedQueryRun, 1);

  self->query = moked_query_ref (query);
  self->old_ids = g_array_ref (old_ids);
  self->row_ids = g_array_ref (known_rows);
  self->func = func;
  self->user_data = user_data;
  return start (store, business, read_list, self);
}

MokedQueryRun *
moked_query_run_rows (MokedStore       *store,
                      const char       *business,
                      MokedQuery       *query,
                      GArray           *row_ids,
                      MokedQueryRunFunc func,
                      gpointer          user_data)
{
  MokedQueryRun *self = g_new0 (MokedQueryRun, 1);

  self->query = moked_query_ref (query);
  self->row_ids = g_array_ref (row_ids);
  self->func = func;
  self->user_data = user_data;
  return start (store, business, read_rows_only, self);
}

/**
 * moked_query_run_cancel: (skip)
 *
 * Gives the run up, finished or not: nothing of it arrives any more.
 */
void
moked_query_run_cancel (MokedQueryRun *self)
{
  g_atomic_int_set (&self->cancelled, 1);
  run_unref (self);
}
