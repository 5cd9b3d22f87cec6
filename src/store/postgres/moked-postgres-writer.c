/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/moked-postgres-writer.h"

#include "base/moked-error.h"
#include "store/postgres/moked-postgres-session.h"

/* One thread writes, in the order in which it was asked, as with SQLite: while a commit waits for the disk, jobs queue
 * up, and the next transaction takes them all, each inside its own savepoint. Other programs on the same database have
 * writers of their own; what two of them do to one business is in turn, because each transaction holds the lock of
 * every business that it writes. It waits for the first of them only: a job of a business that another program holds
 * stays in the queue and begins the next transaction, so that two never wait for each other. */

#define MAX_BATCH 512
#define MAX_BATCH_USEC 5000
#define BACKGROUND_WAIT_USEC 100000

struct _MokedPostgresWriter
{
  MokedStore              *store; /* borrowed: the store closes its writer before it goes */
  MokedPostgresConnection *connection;
  MokedPostgresListener   *listener; /* borrowed */
  MokedPostgresStatistics *growth;
  MokedSession            *session;
  MokedClock              *clock;
  GMainContext            *context;
  GThread                 *thread;
  gint64                   background_ran_at;

  GMutex                   lock;
  GCond                    cond;
  GQueue                   queues[3]; /* by MokedPriority; guarded by lock */
  gboolean                 closing;   /* guarded by lock */
};

static MokedStoreJob *
pop_locked (MokedPostgresWriter *self)
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
pop_next (MokedPostgresWriter *self,
          MokedStoreJob       *last)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GQueue *urgent = &self->queues[MOKED_PRIORITY_URGENT];
  GList *link;

  if (last->priority == MOKED_PRIORITY_BACKGROUND && urgent->length == 0)
    return pop_locked (self);
  link = g_queue_pop_head_link (urgent);
  return link != NULL ? link->data : NULL;
}

static void
put_back (MokedPostgresWriter *self,
          MokedStoreJob       *job)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_queue_push_head_link (&self->queues[job->priority], &job->link);
}

/* Returns %NULL when the writer is closing and nothing is left. */
static MokedStoreJob *
wait_pop (MokedPostgresWriter *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  for (;;)
    {
      MokedStoreJob *job = pop_locked (self);
      GList *link = job == NULL ? g_queue_pop_head_link (&self->queues[MOKED_PRIORITY_BULK]) : NULL;

      if (job != NULL || link != NULL)
        return job != NULL ? job : link->data;
      if (self->closing)
        return NULL;
      g_cond_wait (&self->cond, &self->lock);
    }
}

static gboolean
enter (MokedPostgresWriter *self,
       MokedStoreJob       *job,
       gboolean             wait,
       gboolean            *out_entered,
       GError             **error)
{
  return moked_postgres_session_enter (MOKED_POSTGRES_SESSION (self->session), job->business, wait, out_entered, error);
}

/* A job that went on after one of its statements had failed is given up: the database kept nothing of it. */
static gboolean
run_work (MokedPostgresWriter *self,
          MokedStoreJob       *job,
          gint64               now)
{
  const GError *failure;

  moked_store_job_run (job, self->session, now);
  failure = moked_postgres_session_get_failure (MOKED_POSTGRES_SESSION (self->session));
  if (failure != NULL && dex_future_is_resolved (job->result))
    moked_store_job_reject (job, failure);
  return dex_future_is_resolved (job->result);
}

/* One for each business, whatever the number of its transactions in this commit. */
static void
append_notify (MokedPostgresWriter *self,
               GString             *sql,
               const char          *business,
               GPtrArray           *entities)
{
  g_autoptr (GString) payload = g_string_new (NULL);

  moked_postgres_listener_append_changed (self->listener, payload, business, entities);
  g_string_replace (payload, "'", "''", 0);
  g_string_append_printf (sql, "SELECT pg_notify ('moked', '%s'); ", payload->str);
}

static void
collect_changed (GHashTable          *changed,
                 const MokedStoreJob *job)
{
  const char *business = job->changed_business != NULL ? job->changed_business : "";
  GPtrArray *entities = g_hash_table_lookup (changed, business);

  if (entities == NULL)
    {
      entities = g_ptr_array_new ();
      g_hash_table_insert (changed, (gpointer) business, entities);
    }
  for (guint i = 0; i < job->changed->len; i++)
    if (!g_ptr_array_find (entities, g_ptr_array_index (job->changed, i), NULL))
      g_ptr_array_add (entities, g_ptr_array_index (job->changed, i));
}

/* The other programs hear of it with the commit, and not at all without. */
static gboolean
commit (MokedPostgresWriter *self,
        GPtrArray           *batch,
        GError             **error)
{
  g_autoptr (GHashTable) changed = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                                          (GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GString) sql = g_string_new (NULL);
  GHashTableIter iter;
  gpointer business, entities;

  for (guint i = 0; i < batch->len; i++)
    if (((MokedStoreJob *) g_ptr_array_index (batch, i))->changed != NULL)
      collect_changed (changed, g_ptr_array_index (batch, i));
  g_hash_table_iter_init (&iter, changed);
  while (g_hash_table_iter_next (&iter, &business, &entities))
    append_notify (self, sql, business, entities);
  g_string_append (sql, "COMMIT");
  return moked_postgres_connection_run (self->connection, sql->str, error);
}

static gboolean
run_alone (MokedPostgresWriter *self,
           MokedStoreJob       *job,
           gint64               now,
           GPtrArray           *batch,
           GError             **error)
{
  if (run_work (self, job, now))
    return commit (self, batch, error);
  return moked_postgres_connection_run (self->connection, "ROLLBACK", error);
}

static gboolean
run_job (MokedPostgresWriter *self,
         MokedStoreJob       *job,
         gint64               now,
         GError             **error)
{
  gboolean kept;

  if (!moked_postgres_connection_run (self->connection, "SAVEPOINT job", error))
    return FALSE;
  kept = run_work (self, job, now);
  return moked_postgres_connection_run (self->connection,
                                        kept ? "RELEASE job" : "ROLLBACK TO job; RELEASE job", error);
}

/* The job that joins the transaction; %NULL with @error unset when none does. */
static MokedStoreJob *
join (MokedPostgresWriter *self,
      MokedStoreJob       *last,
      GPtrArray           *batch,
      GError             **error)
{
  MokedStoreJob *job = pop_next (self, last);
  gboolean entered = FALSE;

  if (job == NULL)
    return NULL;
  if (!enter (self, job, FALSE, &entered, error) || !entered)
    {
      put_back (self, job);
      return NULL;
    }
  g_ptr_array_add (batch, job);
  return job;
}

static gboolean
run_group (MokedPostgresWriter *self,
           MokedStoreJob       *job,
           gint64               now,
           GPtrArray           *batch,
           GError             **error)
{
  gint64 started = g_get_monotonic_time ();
  g_autoptr (GError) local_error = NULL;

  while (job != NULL)
    {
      if (!run_job (self, job, now, error))
        return FALSE;
      if (batch->len >= MAX_BATCH || g_get_monotonic_time () - started > MAX_BATCH_USEC)
        break;
      job = join (self, job, batch, &local_error);
    }
  if (local_error == NULL)
    return commit (self, batch, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
run_batch (MokedPostgresWriter *self,
           MokedStoreJob       *first,
           GPtrArray           *batch,
           GError             **error)
{
  gint64 now = moked_clock_get_real (self->clock);
  gboolean entered;

  g_ptr_array_add (batch, first);
  if (!moked_postgres_connection_begin (self->connection, "BEGIN", error) ||
      !enter (self, first, TRUE, &entered, error))
    return FALSE;
  if (first->priority == MOKED_PRIORITY_BULK)
    return run_alone (self, first, now, batch, error);
  return run_group (self, first, now, batch, error);
}

static gpointer
writer_thread (gpointer data)
{
  MokedPostgresWriter *self = data;
  MokedStoreJob *job;

  while ((job = wait_pop (self)) != NULL)
    {
      GPtrArray *batch = g_ptr_array_new ();
      g_autoptr (GError) error = NULL;

      if (!run_batch (self, job, batch, &error))
        {
          if (moked_postgres_connection_is_alive (self->connection))
            moked_postgres_connection_run (self->connection, "ROLLBACK", NULL);
          for (guint i = 0; i < batch->len; i++)
            moked_store_job_reject (g_ptr_array_index (batch, i), error);
        }
      moked_store_job_finish (self->store, self->context, batch);
      moked_postgres_statistics_update (self->growth, self->connection);
    }
  return NULL;
}

/**
 * moked_postgres_writer_new:
 * @store: whose writer it is
 * @connection: (transfer full): for the writer alone
 * @listener: outlives the writer
 * @clock: gives transactions their time
 * @context: where results are handed back
 *
 * Returns: (transfer full): a writer; end it with [func@postgres_writer_close]
 */
MokedPostgresWriter *
moked_postgres_writer_new (MokedStore              *store,
                           MokedPostgresConnection *connection,
                           MokedPostgresListener   *listener,
                           MokedClock              *clock,
                           GMainContext            *context)
{
  MokedPostgresWriter *self = g_new0 (MokedPostgresWriter, 1);

  self->store = store;
  self->connection = connection;
  self->listener = listener;
  self->growth = moked_postgres_statistics_new ();
  self->session = moked_postgres_session_new (connection, TRUE);
  moked_postgres_session_count_growth (MOKED_POSTGRES_SESSION (self->session), self->growth);
  self->clock = g_object_ref (clock);
  self->context = g_main_context_ref (context);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  for (guint i = 0; i < G_N_ELEMENTS (self->queues); i++)
    g_queue_init (&self->queues[i]);
  self->thread = g_thread_new ("store-writer", writer_thread, self);
  return self;
}

void
moked_postgres_writer_push (MokedPostgresWriter *self,
                            MokedPriority        priority,
                            MokedStoreJob       *job)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  job->priority = priority;
  g_queue_push_tail_link (&self->queues[priority], &job->link);
  g_cond_signal (&self->cond);
}

/**
 * moked_postgres_writer_close:
 * @self: (transfer full): a writer
 *
 * Does what is queued and joins the thread; blocks meanwhile.
 */
void
moked_postgres_writer_close (MokedPostgresWriter *self)
{
  g_mutex_lock (&self->lock);
  self->closing = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  g_clear_object (&self->session);
  moked_postgres_statistics_free (self->growth);
  moked_postgres_connection_free (self->connection);
  g_clear_object (&self->clock);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self);
}
