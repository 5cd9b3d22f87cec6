/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jobs/moked-job-table.h"

#include "base/moked-error.h"
#include "base/moked-ulid.h"
#include "jobs/moked-job-wake.h"

static const MokedMigration migrations[] = {
  { 1, "CREATE TABLE job ("
       " id TEXT PRIMARY KEY,"
       " kind TEXT NOT NULL,"
       " business_id TEXT,"
       " order_key TEXT,"
       " args TEXT NOT NULL,"
       " state TEXT NOT NULL DEFAULT 'waiting'," /* waiting, running, done, failed, cancelled */
       " attempts INTEGER NOT NULL DEFAULT 0,"
       " run_at BIGINT NOT NULL,"
       " lease_until BIGINT,"
       " first_run_at BIGINT,"
       " created_at BIGINT NOT NULL,"
       " ended_at BIGINT,"
       " error TEXT)"
       "\n;\n"
       "CREATE INDEX job_due ON job (kind, run_at, id) WHERE state IN ('waiting', 'running')"
       "\n;\n"
       "CREATE INDEX job_order ON job (kind, order_key, id) WHERE state IN ('waiting', 'running') AND order_key IS NOT NULL"
       "\n;\n"
       "CREATE INDEX job_ended ON job (ended_at) WHERE ended_at IS NOT NULL" },
  { 2, "ALTER TABLE job ADD COLUMN holder TEXT" }, /* the service that runs it */
  { 0 },
};

const MokedSchemaPart moked_job_queue_schema = {
  .name = "jobs",
  .migrations = migrations,
};

#define COLUMNS "id, kind, business_id, order_key, args, attempts, first_run_at"

MokedJob *
moked_job_read (MokedCursor *cursor)
{
  MokedJob *self = g_new0 (MokedJob, 1);

  self->id = moked_cursor_dup_text (cursor, 0);
  self->kind = moked_cursor_dup_text (cursor, 1);
  self->business = moked_cursor_dup_text (cursor, 2);
  self->key = moked_cursor_dup_text (cursor, 3);
  self->args_json = moked_cursor_dup_text (cursor, 4);
  self->attempt = moked_cursor_get_int (cursor, 5) + 1;
  self->first_run_at = moked_cursor_get_int (cursor, 6);
  self->document = yyjson_read (self->args_json, strlen (self->args_json), YYJSON_READ_NOFLAG);
  self->args = yyjson_doc_get_root (self->document);
  return self;
}

void
moked_job_free (MokedJob *self)
{
  yyjson_doc_free (self->document);
  g_free (self->id);
  g_free (self->kind);
  g_free (self->business);
  g_free (self->key);
  g_free (self->args_json);
  g_free (self);
}

static gboolean
wake_queues (gpointer data)
{
  moked_job_wake_all ();
  return G_SOURCE_REMOVE;
}

/**
 * moked_job_enqueue:
 * @session: the job exists when its transaction is committed, and belongs to its business
 * @kind: the name of a #MokedJobKind
 * @key: (nullable): jobs of this kind with the same key run one after the other
 * @args_json: (nullable): a JSON object
 * @run_at: not before this time, microseconds since 1970; 0 for at once
 * @out_id: (out) (optional) (transfer full): the job's id
 *
 * Asks for work that is done after this transaction, whatever happens to the service meanwhile.
 */
gboolean
moked_job_enqueue (MokedSession *session,
                   const char   *kind,
                   const char   *key,
                   const char   *args_json,
                   gint64        run_at,
                   char        **out_id,
                   GError      **error)
{
  g_autofree char *id = moked_ulid_new (NULL);
  gint64 now = moked_session_get_now (session);
  const char *args = args_json != NULL ? args_json : "{}";
  gboolean good;

  if (moked_session_get_business (session) != NULL)
    good = moked_session_exec (session, error,
                               "INSERT INTO job (business_id, id, kind, order_key, args, run_at, created_at)"
                               " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                               "ttttii", id, kind, key, args, MAX (run_at, now), now);
  else
    good = moked_session_exec (session, error,
                               "INSERT INTO job (id, kind, order_key, args, run_at, created_at)"
                               " VALUES ($1, $2, $3, $4, $5, $6)",
                               "ttttii", id, kind, key, args, MAX (run_at, now), now);
  if (!good)
    return FALSE;
  moked_session_after_commit (session, wake_queues, NULL, NULL);
  if (out_id != NULL)
    *out_id = g_steal_pointer (&id);
  return TRUE;
}

/**
 * moked_job_cancel:
 * @session: a session of the job's business
 * @id: a job
 * @out_cancelled: (out) (optional): whether it will not run; %FALSE when it runs already, or has ended
 *
 * Takes back a job that waits. Its kind's `ended` is not called: whoever cancels knows.
 */
gboolean
moked_job_cancel (MokedSession *session,
                  const char   *id,
                  gboolean     *out_cancelled,
                  GError      **error)
{
  if (!moked_session_exec (session, error,
                           "UPDATE job SET state = 'cancelled', ended_at = $3"
                           " WHERE business_id = $1 AND id = $2 AND state = 'waiting'",
                           "ti", id, moked_session_get_now (session)))
    return FALSE;
  if (out_cancelled != NULL)
    *out_cancelled = moked_session_get_changes (session) > 0;
  return TRUE;
}

/* At the start of a service: what it was at when it died waits again. With %NULL it is the only one on this database,
 * and whoever held a lease is dead; what another one was at waits until its lease is over. */
gboolean
moked_job_table_recover (MokedSession *session,
                         const char   *holder,
                         GError      **error)
{
  return moked_session_exec (session, error,
                             "UPDATE job SET state = 'waiting', lease_until = NULL WHERE state = 'running'"
                             " AND (holder = $1 OR $1 IS NULL)",
                             "t", holder);
}

gboolean
moked_job_table_claim (MokedSession *session,
                       MokedJob     *job,
                       const char   *holder,
                       gint64        lease_until,
                       gboolean     *claimed,
                       GError      **error)
{
  gint64 now = moked_session_get_now (session);

  if (!moked_session_exec (session, error,
                           "UPDATE job SET state = 'running', attempts = $2, lease_until = $3,"
                           " first_run_at = coalesce(first_run_at, $4), holder = $5 WHERE id = $1 AND attempts = $2 - 1"
                           " AND (state = 'waiting' OR (state = 'running' AND lease_until < $4))",
                           "tiiit", job->id, (gint64) job->attempt, lease_until, now, holder))
    return FALSE;
  *claimed = moked_session_get_changes (session) > 0;
  if (job->first_run_at == 0)
    job->first_run_at = now;
  return TRUE;
}

gboolean
moked_job_table_retry (MokedSession *session,
                       MokedJob     *job,
                       gint64        run_at,
                       const char   *why,
                       GError      **error)
{
  return moked_session_exec (session, error,
                             "UPDATE job SET state = 'waiting', lease_until = NULL, run_at = $2, error = $3"
                             " WHERE id = $1 AND state = 'running' AND attempts = $4",
                             "titi", job->id, run_at, why, (gint64) job->attempt);
}

gboolean
moked_job_table_end (MokedSession *session,
                     MokedJob     *job,
                     const char   *state,
                     const char   *why,
                     gboolean     *ended,
                     GError      **error)
{
  /* Whoever ran longer than its lease may have lost the job to another service, whose run counts then. */
  if (!moked_session_exec (session, error,
                           "UPDATE job SET state = $2, lease_until = NULL, ended_at = $3, error = $4"
                           " WHERE id = $1 AND state = 'running' AND attempts = $5",
                           "ttiti", job->id, state, moked_session_get_now (session), why, (gint64) job->attempt))
    return FALSE;
  *ended = moked_session_get_changes (session) > 0;
  return TRUE;
}

gboolean
moked_job_table_list_due (MokedSession *session,
                          const char   *kind,
                          gint64        now,
                          guint         max,
                          GPtrArray    *jobs,
                          GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT " COLUMNS " FROM job AS j WHERE kind = $3 AND state IN ('waiting', 'running') AND run_at <= $1"
      " AND (state = 'waiting' OR lease_until < $1) AND NOT EXISTS"
      " (SELECT 1 FROM job AS e WHERE e.state IN ('waiting', 'running') AND e.kind = j.kind"
      " AND e.order_key = j.order_key AND e.id < j.id) ORDER BY run_at, id LIMIT $2",
      "iit", now, (gint64) max, kind);

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    g_ptr_array_add (jobs, moked_job_read (cursor));
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
moked_job_table_get_next (MokedSession *session,
                          gint64        now,
                          gint64       *next_at,
                          gint64       *waiting,
                          GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT coalesce(min(CASE WHEN run_at > $1 THEN run_at END), 0), count(*) FILTER (WHERE state = 'waiting') FROM job"
      " WHERE state IN ('waiting', 'running')",
      "i", now);

  if (cursor == NULL || !moked_cursor_next (cursor, &local_error))
    {
      if (local_error != NULL)
        g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *next_at = moked_cursor_get_int (cursor, 0);
  *waiting = moked_cursor_get_int (cursor, 1);
  return TRUE;
}

gboolean
moked_job_table_prune (MokedSession *session,
                       gint64        before,
                       gint64       *pruned,
                       GError      **error)
{
  if (!moked_session_exec (session, error,
                           "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE ended_at IS NOT NULL AND ended_at < $1 LIMIT 500)",
                           "i", before))
    return FALSE;
  *pruned = moked_session_get_changes (session);
  return TRUE;
}
