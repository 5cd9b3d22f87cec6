/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sqlite/moked-sqlite-writer.h"

#include "base/moked-error.h"
#include "store/sqlite/moked-sqlite-backup.h"
#include "store/sqlite/moked-sqlite-session.h"

/* One thread owns the only connection that writes. While a commit waits for the disk, jobs queue up;
 * the next transaction takes them all (group commit), each inside its own savepoint so that one that
 * fails takes nothing with it. Background jobs run when no urgent one waits, or when they have waited
 * for BACKGROUND_WAIT_USEC, so that neither a flood of webhooks nor their processing starves the other.
 *
 * A bulk job has a transaction for itself and no savepoint: inside one, SQLite keeps the former content of
 * every page that is changed and walks through all of that at the end of each statement, so that a large
 * job would take time in the square of its size. */

#define MAX_BATCH 512

/* A megabyte: some milliseconds. */
#define BACKUP_PAGES 256
#define MAX_BATCH_USEC 5000
#define BACKGROUND_WAIT_USEC 100000

/* A checkpoint lets everybody wait who comes meanwhile, so it is seldom: a page that changed many times is copied once.
 * The log is then up to 32 MB, in a bulk job's case 48. While there is nothing else to do, a small log is enough. */
#define LOG_PAGES 8000
#define LOG_PAGES_BULK 12000
#define LOG_PAGES_REST 1000

/* How long the writer waits for work before it rests, when the last was a bulk job: the next is on its way. */
#define BULK_REST_USEC (2 * G_USEC_PER_SEC)

struct _MokedSqliteWriter
{
  MokedStore            *store; /* borrowed: the store closes its writer before it goes */
  MokedSqliteConnection *connection;
  MokedSession          *session;
  MokedClock            *clock;
  GMainContext          *context;
  GThread               *thread;
  MokedSqliteWritten     written;

  GMutex                 lock;
  GCond                  cond;
  GQueue                 queues[3]; /* by MokedPriority; guarded by lock */
  gboolean               closing;   /* guarded by lock */
  char                  *backup_path; /* guarded by lock */
  DexPromise            *backup;      /* guarded by lock */
  MokedSqliteBackup     *copying;     /* of the writer's thread; %NULL before the first step */
  gint64                 background_ran_at;
  gboolean               bulky; /* the connection has the memory for bulk jobs */
};

static MokedStoreJob *
pop_locked (MokedSqliteWriter *self)
{
  GQueue *urgent = &self->queues[MOKED_PRIORITY_URGENT];
  GQueue *background = &self->queues[MOKED_PRIORITY_BACKGROUND];
  gboolean due = g_get_monotonic_time () - self->background_ran_at > BACKGROUND_WAIT_USEC;
  GQueue *from = urgent->length == 0 || (background->length > 0 && due) ? background : urgent;
  GList *link = g_queue_pop_head_link (from);

  if (from == background && link != NULL)
    self->background_ran_at = g_get_monotonic_time ();
  return link != NULL ? link->data : NULL;
}

/* What joins a transaction behind @last. Once an urgent job is in it somebody waits for the commit, and
 * background work would make that longer. */
static MokedStoreJob *
pop_next (MokedSqliteWriter *self,
          MokedStoreJob    *last)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GQueue *urgent = &self->queues[MOKED_PRIORITY_URGENT];
  GList *link;

  if (last->priority == MOKED_PRIORITY_BACKGROUND && urgent->length == 0)
    return pop_locked (self);
  link = g_queue_pop_head_link (urgent);
  return link != NULL ? link->data : NULL;
}

/* Tells who waits for the copy. */
static void
end_backup (MokedSqliteWriter *self)
{
  g_autoptr (GError) error = NULL;
  gboolean done = moked_sqlite_backup_finish (g_steal_pointer (&self->copying), &error);
  DexPromise *promise;

  g_mutex_lock (&self->lock);
  promise = g_steal_pointer (&self->backup);
  g_clear_pointer (&self->backup_path, g_free);
  g_mutex_unlock (&self->lock);
  if (done)
    dex_promise_resolve_boolean (promise, TRUE);
  else
    dex_promise_reject (promise, g_steal_pointer (&error));
  dex_unref (promise);
}

static void
refuse_backup (MokedSqliteWriter *self,
               GError            *error)
{
  DexPromise *promise;

  g_mutex_lock (&self->lock);
  promise = g_steal_pointer (&self->backup);
  g_clear_pointer (&self->backup_path, g_free);
  g_mutex_unlock (&self->lock);
  dex_promise_reject (promise, error);
  dex_unref (promise);
}

/* A backup copies committed pages, some of them between two transactions, so that nobody waits for all of it. Lets the
 * lock go meanwhile. */
static void
step_backup (MokedSqliteWriter *self)
{
  GError *error = NULL;
  gboolean more = FALSE;

  g_mutex_unlock (&self->lock);
  if (self->copying == NULL)
    self->copying = moked_sqlite_backup_begin (self->connection, self->backup_path, &error);
  if (self->copying == NULL)
    refuse_backup (self, error);
  else if (!moked_sqlite_backup_step (self->copying, BACKUP_PAGES, &more) || !more)
    end_backup (self);
  g_mutex_lock (&self->lock);
}

static MokedStoreJob *
pop_any_locked (MokedSqliteWriter *self)
{
  MokedStoreJob *job = pop_locked (self);
  GList *link = job == NULL ? g_queue_pop_head_link (&self->queues[MOKED_PRIORITY_BULK]) : NULL;

  return link != NULL ? link->data : job;
}

/* Brings the log in and gives memory back, all that bulk jobs were given too. Lets the lock go meanwhile. */
static void
rest (MokedSqliteWriter *self)
{
  g_mutex_unlock (&self->lock);
  if (self->bulky)
    moked_sqlite_connection_end_bulk (self->connection);
  else
    {
      moked_sqlite_connection_checkpoint (self->connection, LOG_PAGES_REST);
      moked_sqlite_connection_rest (self->connection);
    }
  self->bulky = FALSE;
  g_mutex_lock (&self->lock);
}

/* Returns %NULL when the writer is closing and nothing is left. */
static MokedStoreJob *
wait_pop (MokedSqliteWriter *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 rest_at = g_get_monotonic_time () + (self->bulky ? BULK_REST_USEC : MOKED_SQLITE_REST_USEC);
  gboolean resting = FALSE;
  MokedStoreJob *job;

  if (self->backup != NULL)
    step_backup (self);
  for (;;)
    {
      job = pop_any_locked (self);
      if (job != NULL)
        return job;
      if (self->backup != NULL)
        step_backup (self);
      else if (self->closing)
        return NULL;
      else if (resting)
        g_cond_wait (&self->cond, &self->lock);
      else if (!g_cond_wait_until (&self->cond, &self->lock, rest_at))
        {
          rest (self);
          resting = TRUE;
        }
    }
}

static gboolean
in_transaction (MokedSqliteWriter *self)
{
  return !sqlite3_get_autocommit (moked_sqlite_connection_get_db (self->connection));
}

/* Whole-transaction failures (disk full, IO) end the transaction inside SQLite: nothing of the batch is kept. */
static gboolean
run_work (MokedSqliteWriter *self,
          MokedStoreJob    *job,
          gint64             now,
          GError           **error)
{
  moked_store_job_run (job, self->session, now);
  if (in_transaction (self))
    return TRUE;
  dex_future_get_value (job->result, error);
  if (error != NULL && *error == NULL)
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "The database gave the transaction up");
  return FALSE;
}

static gboolean
run_alone (MokedSqliteWriter *self,
           MokedStoreJob    *job,
           gint64             now,
           GError           **error)
{
  gboolean kept;

  if (!self->bulky)
    moked_sqlite_connection_begin_bulk (self->connection);
  self->bulky = TRUE;
  if (!moked_sqlite_connection_run (self->connection, "BEGIN IMMEDIATE", error) || !run_work (self, job, now, error))
    return FALSE;
  kept = dex_future_is_resolved (job->result);
  return moked_sqlite_connection_run (self->connection, kept ? "COMMIT" : "ROLLBACK", error);
}

static gboolean
run_job (MokedSqliteWriter *self,
         MokedStoreJob    *job,
         gint64             now,
         GError           **error)
{
  gboolean kept;

  if (!moked_sqlite_connection_run (self->connection, "SAVEPOINT job", error) || !run_work (self, job, now, error))
    return FALSE;
  kept = dex_future_is_resolved (job->result);
  return moked_sqlite_connection_run (self->connection, kept ? "RELEASE job" : "ROLLBACK TO job; RELEASE job", error);
}

static gboolean
run_batch (MokedSqliteWriter *self,
           MokedStoreJob    *first,
           GPtrArray         *batch,
           GError           **error)
{
  gint64 started = g_get_monotonic_time ();
  gint64 now = moked_clock_get_real (self->clock);
  MokedStoreJob *job = first;

  g_ptr_array_add (batch, job);
  if (job->priority == MOKED_PRIORITY_BULK)
    return run_alone (self, job, now, error);
  if (!moked_sqlite_connection_run (self->connection, "BEGIN IMMEDIATE", error))
    return FALSE;
  while (job != NULL)
    {
      if (!run_job (self, job, now, error))
        return FALSE;
      if (batch->len >= MAX_BATCH || g_get_monotonic_time () - started > MAX_BATCH_USEC)
        break;
      job = pop_next (self, job);
      if (job != NULL)
        g_ptr_array_add (batch, job);
    }
  return moked_sqlite_connection_run (self->connection, "COMMIT", error);
}

static gpointer
writer_thread (gpointer data)
{
  MokedSqliteWriter *self = data;
  MokedStoreJob *job;

  while ((job = wait_pop (self)) != NULL)
    {
      GPtrArray *batch = g_ptr_array_new ();
      g_autoptr (GError) error = NULL;

      if (!run_batch (self, job, batch, &error))
        {
          if (in_transaction (self))
            moked_sqlite_connection_run (self->connection, "ROLLBACK", NULL);
          for (guint i = 0; i < batch->len; i++)
            moked_store_job_reject (g_ptr_array_index (batch, i), error);
        }
      self->written (self->store, self->connection);
      moked_store_job_finish (self->store, self->context, batch);
      moked_sqlite_connection_checkpoint (self->connection, self->bulky ? LOG_PAGES_BULK : LOG_PAGES);
    }
  return NULL;
}

/**
 * moked_sqlite_writer_new:
 * @store: whose writer it is
 * @connection: (transfer full): the only connection that writes its file
 * @clock: gives transactions their time
 * @context: where results are handed back
 * @written: called on the writer's thread after each transaction, whatever came of it, before it is handed back
 *
 * Returns: (transfer full): a writer; end it with [func@sqlite_writer_close]
 */
MokedSqliteWriter *
moked_sqlite_writer_new (MokedStore            *store,
                         MokedSqliteConnection *connection,
                         MokedClock            *clock,
                         GMainContext          *context,
                         MokedSqliteWritten     written)
{
  MokedSqliteWriter *self = g_new0 (MokedSqliteWriter, 1);

  self->store = store;
  self->connection = connection;
  self->session = moked_sqlite_session_new (connection);
  self->clock = g_object_ref (clock);
  self->context = g_main_context_ref (context);
  self->written = written;
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_queue_init (&self->queues[MOKED_PRIORITY_URGENT]);
  g_queue_init (&self->queues[MOKED_PRIORITY_BACKGROUND]);
  g_queue_init (&self->queues[MOKED_PRIORITY_BULK]);
  self->thread = g_thread_new ("store-writer", writer_thread, self);
  return self;
}

void
moked_sqlite_writer_push (MokedSqliteWriter *self,
                          MokedPriority      priority,
                          MokedStoreJob    *job)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gboolean was_empty = self->queues[0].length + self->queues[1].length + self->queues[2].length == 0;

  job->priority = priority;
  g_queue_push_tail_link (&self->queues[priority], &job->link);
  if (was_empty)
    g_cond_signal (&self->cond);
}

/**
 * moked_sqlite_writer_backup:
 * @path: a file that does not exist yet
 *
 * Transactions go on meanwhile, and are in the copy.
 *
 * Returns: (transfer full): resolves when the copy is complete, though perhaps not on the disk; one at a time, a
 *   second one meanwhile is rejected with %MOKED_ERROR_BUSY
 */
DexFuture *
moked_sqlite_writer_backup (MokedSqliteWriter *self,
                            const char        *path)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->backup != NULL)
    return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_BUSY, "A backup is under way");
  self->backup_path = g_strdup (path);
  self->backup = dex_promise_new ();
  g_cond_signal (&self->cond);
  return dex_ref (DEX_FUTURE (self->backup));
}

/**
 * moked_sqlite_writer_close:
 * @self: (transfer full): a writer
 *
 * Does what is queued, closes the file (with a last checkpoint) and joins the thread; blocks meanwhile.
 */
void
moked_sqlite_writer_close (MokedSqliteWriter *self)
{
  g_mutex_lock (&self->lock);
  self->closing = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  g_clear_object (&self->session);
  moked_sqlite_connection_close (self->connection);
  g_clear_object (&self->clock);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self);
}
