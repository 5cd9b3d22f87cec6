/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-store-job.h"

#include "base/moked-error.h"
#include "store/moked-session-private.h"

MokedStoreJob *
moked_store_job_new (const char      *business,
                     MokedSessionFunc func,
                     gpointer user_data,
                     GDestroyNotify destroy)
{
  MokedStoreJob *self = g_new0 (MokedStoreJob, 1);

  self->link.data = self;
  self->business = g_strdup (business);
  self->func = func;
  self->user_data = user_data;
  self->destroy = destroy;
  self->promise = dex_promise_new ();
  return self;
}

static void
free_job (gpointer data)
{
  MokedStoreJob *self = data;

  if (self->destroy != NULL)
    self->destroy (self->user_data);
  dex_clear (&self->result);
  dex_clear (&self->promise);
  g_clear_pointer (&self->hooks, g_array_unref);
  g_clear_pointer (&self->changed, g_ptr_array_unref);
  g_free (self->changed_business);
  g_free (self->business);
  g_free (self);
}

/**
 * moked_store_job_run:
 * @self: a job
 * @session: a store thread's session, inside a transaction
 * @now: the transaction's time
 *
 * Runs the work and keeps its result and hooks; the caller looks at the result to commit or roll back.
 */
void
moked_store_job_run (MokedStoreJob *self,
                     MokedSession *session,
                     gint64 now)
{
  moked_session_begin (session, self->business, now);
  self->result = self->func (session, self->user_data);
  if (self->result == NULL || dex_future_is_pending (self->result))
    {
      dex_clear (&self->result);
      self->result = dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_INTERNAL, "A transaction must end with a result");
    }
  if (dex_future_is_resolved (self->result))
    {
      self->hooks = moked_session_take_hooks (session);
      self->changed = moked_session_take_changed (session);
      if (self->changed != NULL)
        self->changed_business = g_strdup (moked_session_get_business (session));
    }
}

/* The transaction that the job was part of did not happen. */
void
moked_store_job_reject (MokedStoreJob *self,
                        const GError *error)
{
  dex_clear (&self->result);
  g_clear_pointer (&self->hooks, g_array_unref);
  g_clear_pointer (&self->changed, g_ptr_array_unref);
  self->result = dex_future_new_for_error (g_error_copy (error));
}

static void
settle (MokedStoreJob *self)
{
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (self->result, &error);

  for (guint i = 0; self->hooks != NULL && i < self->hooks->len; i++)
    {
      MokedCommitHook *hook = &g_array_index (self->hooks, MokedCommitHook, i);

      hook->func (hook->data);
    }
  if (value != NULL)
    dex_promise_resolve (self->promise, value);
  else
    dex_promise_reject (self->promise, g_steal_pointer (&error));
}

typedef struct
{
  MokedStore *store;
  GPtrArray  *jobs;
} Finish;

static void
free_finish (gpointer data)
{
  Finish *finish = data;

  g_object_unref (finish->store);
  g_ptr_array_unref (finish->jobs);
  g_free (finish);
}

/* One signal for each business, whatever the number of its transactions in this commit. */
static void
emit_changed (Finish *finish)
{
  for (guint i = 0; i < finish->jobs->len; i++)
    {
      MokedStoreJob *job = g_ptr_array_index (finish->jobs, i);

      for (guint j = i + 1; job->changed != NULL && j < finish->jobs->len; j++)
        {
          MokedStoreJob *later = g_ptr_array_index (finish->jobs, j);

          if (later->changed == NULL || g_strcmp0 (later->changed_business, job->changed_business) != 0)
            continue;
          for (guint e = 0; e < later->changed->len; e++)
            if (!g_ptr_array_find (job->changed, g_ptr_array_index (later->changed, e), NULL))
              g_ptr_array_add (job->changed, g_ptr_array_index (later->changed, e));
          g_clear_pointer (&later->changed, g_ptr_array_unref);
        }
      if (job->changed != NULL)
        moked_store_emit_changed (finish->store, job->changed_business, job->changed);
    }
}

static gboolean
finish_in_context (gpointer data)
{
  Finish *finish = data;

  for (guint i = 0; i < finish->jobs->len; i++)
    settle (g_ptr_array_index (finish->jobs, i));
  emit_changed (finish);
  return G_SOURCE_REMOVE;
}

/**
 * moked_store_job_finish:
 * @store: the store of the jobs
 * @context: where whoever asked lives
 * @jobs: (transfer full) (element-type MokedStoreJob): jobs with results
 *
 * Hands results back, a whole commit's worth with one wake-up.
 */
void
moked_store_job_finish (MokedStore   *store,
                        GMainContext *context,
                        GPtrArray *jobs)
{
  Finish *finish = g_new (Finish, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  finish->store = g_object_ref (store);
  finish->jobs = jobs;
  g_ptr_array_set_free_func (jobs, free_job);
  /* Not g_main_context_invoke(): between two iterations nobody owns the context, and it would run the
   * callbacks of the main thread on this one. */
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, finish_in_context, finish, free_finish);
  g_source_attach (source, context);
}
