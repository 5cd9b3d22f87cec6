/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-worker.h"

#include "base/moked-error.h"

/**
 * MokedWorker:
 *
 * A pool of threads for what blocks (SQLite, PDF, curl), seen from fibers as futures. With one thread
 * it is also an order: work runs as it was given, one at a time.
 */

struct _MokedWorker
{
  GAsyncQueue *queue; /* Work; one Work without a function stops one thread */
  GPtrArray   *threads;
};

/**
 * MokedWorkFunc:
 * @data: what was given to moked_worker_run()
 *
 * Runs on a thread of the pool and may block. It returns a future that is already resolved or
 * rejected; %NULL and pending futures are a fault of the program.
 *
 * Returns: (transfer full): the result
 */

typedef struct
{
  MokedWorkFunc  func;
  gpointer       data;
  GDestroyNotify data_destroy;
  DexPromise    *promise;
} Work;

static void
work_free (Work *work)
{
  if (work->data_destroy != NULL)
    work->data_destroy (work->data);
  dex_clear (&work->promise);
  g_free (work);
}

static void
work_settle (Work *work, DexFuture *result)
{
  g_autoptr (GError) error = NULL;
  const GValue *value = NULL;

  if (result != NULL)
    value = dex_future_get_value (result, &error);
  else
    g_set_error_literal (&error, MOKED_ERROR, MOKED_ERROR_INTERNAL, "The work gave no result");

  if (value != NULL)
    dex_promise_resolve (work->promise, value);
  else
    dex_promise_reject (work->promise, g_steal_pointer (&error));
}

static gpointer
worker_thread (gpointer data)
{
  g_autoptr (GAsyncQueue) queue = data;

  for (;;)
    {
      Work *work = g_async_queue_pop (queue);
      DexFuture *result;

      if (work->func == NULL)
        {
          work_free (work);
          return NULL;
        }
      result = work->func (work->data);
      /* The data goes before anyone sees the result: who waits may then rely on it being gone. */
      if (work->data_destroy != NULL)
        g_steal_pointer (&work->data_destroy) (work->data);
      work_settle (work, result);
      dex_clear (&result);
      work_free (work);
    }
}

/**
 * moked_worker_new:
 * @name: a name for the threads, seen in debuggers; the system shows 15 characters
 * @n_threads: how many, at least 1
 *
 * Starts a pool.
 *
 * Returns: (transfer full): a pool, ended with moked_worker_close()
 */
MokedWorker *
moked_worker_new (const char *name, guint n_threads)
{
  MokedWorker *self;

  g_return_val_if_fail (name != NULL && n_threads > 0, NULL);

  self = g_new0 (MokedWorker, 1);
  self->queue = g_async_queue_new ();
  self->threads = g_ptr_array_new ();
  for (guint i = 0; i < n_threads; i++)
    g_ptr_array_add (self->threads, g_thread_new (name, worker_thread, g_async_queue_ref (self->queue)));
  return self;
}

/**
 * moked_worker_run:
 * @func: what to do
 * @data: (nullable): what @func gets
 * @data_destroy: (nullable): frees @data, on the pool's thread
 *
 * Queues work. It runs even when nobody waits for the future any more, so a write that was asked for
 * is never half a matter of luck. Safe from every thread.
 *
 * Returns: (transfer full): resolves or rejects with what @func returned
 */
DexFuture *
moked_worker_run (MokedWorker *self, MokedWorkFunc func, gpointer data, GDestroyNotify data_destroy)
{
  Work *work;
  DexFuture *future;

  g_return_val_if_fail (self != NULL && func != NULL, NULL);

  work = g_new0 (Work, 1);
  work->func = func;
  work->data = data;
  work->data_destroy = data_destroy;
  work->promise = dex_promise_new ();
  future = dex_ref (DEX_FUTURE (work->promise));
  g_async_queue_push (self->queue, work);
  return future;
}

/**
 * moked_worker_close:
 * @self: (transfer full): a pool that nobody gives work to any more
 *
 * Runs what is queued, ends the threads and frees the pool. Blocks until all of it is done.
 */
void
moked_worker_close (MokedWorker *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->threads->len; i++)
    g_async_queue_push (self->queue, g_new0 (Work, 1));
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));

  g_ptr_array_unref (self->threads);
  g_async_queue_unref (self->queue);
  g_free (self);
}
