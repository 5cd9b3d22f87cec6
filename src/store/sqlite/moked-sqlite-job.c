/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sqlite/moked-sqlite-job.h"

#include "base/moked-error.h"
#include "store/moked-session-private.h"

MokedSqliteJob *
moked_sqlite_job_new (const char      *business,
                      MokedSessionFunc func,
                      gpointer         user_data,
                      GDestroyNotify   destroy)
{
  MokedSqliteJob *self = g_new0 (MokedSqliteJob, 1);

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
  MokedSqliteJob *self = data;

  if (self->destroy != NULL)
    self->destroy (self->user_data);
  dex_clear (&self->result);
  dex_clear (&self->promise);
  g_clear_pointer (&self->hooks, g_array_unref);
  g_free (self->business);
  g_free (self);
}

/**
 * moked_sqlite_job_run:
 * @self: a job
 * @session: a store thread's session, inside a transaction
 * @now: the transaction's time
 *
 * Runs the work and keeps its result and hooks; the caller looks at the result to commit or roll back.
 */
void
moked_sqlite_job_run (MokedSqliteJob *self,
                      MokedSession   *session,
                      gint64          now)
{
  moked_session_begin (session, self->business, now);
  self->result = self->func (session, self->user_data);
  if (self->result == NULL || dex_future_is_pending (self->result))
    {
      dex_clear (&self->result);
      self->result = dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_INTERNAL, "A transaction must end with a result");
    }
  if (dex_future_is_resolved (self->result))
    self->hooks = moked_session_take_hooks (session);
}

/* The transaction that the job was part of did not happen. */
void
moked_sqlite_job_reject (MokedSqliteJob *self,
                         const GError   *error)
{
  dex_clear (&self->result);
  g_clear_pointer (&self->hooks, g_array_unref);
  self->result = dex_future_new_for_error (g_error_copy (error));
}

static void
settle (MokedSqliteJob *self)
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

static gboolean
finish_in_context (gpointer data)
{
  GPtrArray *jobs = data;

  for (guint i = 0; i < jobs->len; i++)
    settle (g_ptr_array_index (jobs, i));
  return G_SOURCE_REMOVE;
}

/**
 * moked_sqlite_job_finish:
 * @context: where whoever asked lives
 * @jobs: (transfer full) (element-type MokedSqliteJob): jobs with results
 *
 * Hands results back, a whole commit's worth with one wake-up.
 */
void
moked_sqlite_job_finish (GMainContext *context,
                         GPtrArray    *jobs)
{
  g_ptr_array_set_free_func (jobs, free_job);
  g_main_context_invoke_full (context, G_PRIORITY_DEFAULT, finish_in_context, jobs, (GDestroyNotify) g_ptr_array_unref);
}
