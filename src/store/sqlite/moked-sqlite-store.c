/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sqlite/moked-sqlite-store.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "base/moked-error.h"
#include "base/moked-lock-file.h"
#include "base/moked-worker.h"
#include "store/sqlite/moked-sqlite-backup.h"
#include "store/sqlite/moked-sqlite-session.h"
#include "store/sqlite/moked-sqlite-writer.h"

/**
 * MokedSqliteStore:
 *
 * A store in one SQLite file: a writer thread and @n_readers reader threads, each with a connection of
 * its own.
 */
struct _MokedSqliteStore
{
  MokedStore         parent_instance;
  char              *path;
  int                lock; /* of the store's threads; -1: none */
  guint              n_readers;
  MokedClock        *clock;
  const MokedSchema *schema;
  GMainContext      *context;
  MokedSqliteWriter *writer;
  GAsyncQueue       *reads; /* MokedStoreJob; an empty one ends a reader */
  GPtrArray         *readers;
  int                damaged; /* atomic: it was told since the store was opened */
  gboolean           open;    /* of the caller's thread: work is taken */
  DexFuture         *closing;
};

G_DEFINE_FINAL_TYPE (MokedSqliteStore, moked_sqlite_store, MOKED_TYPE_STORE)

static gboolean
emit_damaged (gpointer store)
{
  moked_store_emit_damaged (store);
  return G_SOURCE_REMOVE;
}

/* On any of its threads, after a job and before it is handed back: whoever learns that it failed learns the reason
 * first. */
static void
look_for_damage (MokedSqliteStore      *self,
                 MokedSqliteConnection *connection)
{
  g_autoptr (GSource) source = NULL;

  if (!moked_sqlite_connection_is_damaged (connection) ||
      !g_atomic_int_compare_and_exchange (&self->damaged, FALSE, TRUE))
    return;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, emit_damaged, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

static void
read_one (MokedSqliteStore      *self,
          MokedSqliteConnection *connection,
          MokedSession          *session,
          MokedStoreJob        *job)
{
  GPtrArray *finished = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  if (moked_sqlite_connection_run (connection, "BEGIN", &error))
    {
      moked_store_job_run (job, session, moked_clock_get_real (self->clock));
      moked_sqlite_connection_run (connection, "ROLLBACK", NULL);
    }
  else
    moked_store_job_reject (job, error);
  g_ptr_array_add (finished, job);
  look_for_damage (self, connection);
  moked_store_job_finish (MOKED_STORE (self), self->context, finished);
}

static void
on_written (MokedStore            *store,
            MokedSqliteConnection *connection)
{
  look_for_damage (MOKED_SQLITE_STORE (store), connection);
}

static MokedStoreJob *
wait_pop (MokedSqliteStore      *self,
          MokedSqliteConnection *connection)
{
  MokedStoreJob *job = g_async_queue_timeout_pop (self->reads, MOKED_SQLITE_REST_USEC);

  if (job != NULL)
    return job;
  if (connection != NULL)
    moked_sqlite_connection_rest (connection);
  return g_async_queue_pop (self->reads);
}

static gpointer
reader_thread (gpointer data)
{
  MokedSqliteStore *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MokedSqliteConnection) connection = moked_sqlite_connection_open (self->path, FALSE, &error);
  g_autoptr (MokedSession) session = connection != NULL ? moked_sqlite_session_new (connection) : NULL;
  MokedStoreJob *job;

  while ((job = wait_pop (self, connection))->func != NULL)
    {
      if (session != NULL)
        read_one (self, connection, session, job);
      else
        {
          GPtrArray *failed = g_ptr_array_new ();

          moked_store_job_reject (job, error);
          g_ptr_array_add (failed, job);
          moked_store_job_finish (MOKED_STORE (self), self->context, failed);
        }
    }
  g_free (job);
  g_clear_object (&session);
  return NULL;
}

static gboolean
read_schema_state (MokedSqliteStore      *self,
                   MokedSqliteConnection *connection,
                   MokedSession          *session,
                   MokedSchemaState      *out_state,
                   GError               **error)
{
  gboolean known;

  if (!moked_sqlite_connection_run (connection, "BEGIN", error))
    return FALSE;
  moked_session_begin (session, NULL, moked_clock_get_real (self->clock));
  known = moked_schema_get_state (self->schema, session, out_state, error);
  moked_sqlite_connection_run (connection, "ROLLBACK", NULL);
  return known;
}

static gboolean
back_up (MokedSqliteStore      *self,
         MokedSqliteConnection *connection,
         GError               **error)
{
  g_autofree char *copy = g_strdup_printf ("%s.before-%" G_GINT64_FORMAT, self->path,
                                           moked_clock_get_real (self->clock));
  g_autofree char *part = g_strconcat (self->path, ".before.part", NULL);

  /* A process that dies meanwhile leaves nothing that looks like a copy. */
  g_unlink (part);
  if (!moked_sqlite_backup_make (connection, part, error))
    return FALSE;
  if (g_rename (part, copy) == 0)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", copy, g_strerror (errno));
  g_unlink (part);
  return FALSE;
}

static gboolean
bring_up_to_date (MokedSqliteStore      *self,
                  MokedSqliteConnection *connection,
                  MokedSession          *session,
                  gboolean               migrates,
                  gboolean               is_copy,
                  GError               **error)
{
  if (migrates && !moked_schema_migrate (self->schema, session, error))
    return FALSE;
  return !is_copy || (moked_schema_tell_restored (self->schema, session, error) &&
                      moked_sqlite_connection_run (connection, "PRAGMA user_version=0", error));
}

static gboolean
prepare (MokedSqliteStore      *self,
         MokedSqliteConnection *connection,
         GError               **error)
{
  g_autoptr (MokedSession) session = moked_sqlite_session_new (connection);
  gboolean is_copy = moked_sqlite_connection_is_copy (connection);
  MokedSchemaState state;

  if (!read_schema_state (self, connection, session, &state, error))
    return FALSE;
  if (state == MOKED_SCHEMA_CURRENT && !is_copy)
    return TRUE;
  if ((state == MOKED_SCHEMA_OLD && !back_up (self, connection, error)) ||
      !moked_sqlite_connection_run (connection, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (!bring_up_to_date (self, connection, session, state != MOKED_SCHEMA_CURRENT, is_copy, error))
    {
      moked_sqlite_connection_run (connection, "ROLLBACK", NULL);
      return FALSE;
    }
  return moked_sqlite_connection_run (connection, "COMMIT", error);
}

/* SQLite's own locks let two programs write in turn; but only one may ever checkpoint. */
static gboolean
take_lock (MokedSqliteStore *self,
           GError          **error)
{
  g_autofree char *path = g_strconcat (self->path, ".lock", NULL);

  self->lock = moked_lock_file_take (path, error);
  return self->lock >= 0;
}

static void
release_lock (MokedSqliteStore *self)
{
  moked_lock_file_release (self->lock);
  self->lock = -1;
}

static DexFuture *
open_on_thread (gpointer data)
{
  MokedSqliteStore *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MokedSqliteConnection) connection = NULL;

  if (!take_lock (self, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  connection = moked_sqlite_connection_open (self->path, TRUE, &error);
  if (connection == NULL || !prepare (self, connection, &error))
    {
      g_clear_pointer (&connection, moked_sqlite_connection_close);
      release_lock (self);
      return dex_future_new_for_error (g_steal_pointer (&error));
    }
  self->writer = moked_sqlite_writer_new (MOKED_STORE (self), g_steal_pointer (&connection), self->clock,
                                          self->context, on_written);
  for (guint i = 0; i < self->n_readers; i++)
    g_ptr_array_add (self->readers, g_thread_new ("store-reader", reader_thread, self));
  return dex_future_new_true ();
}

static DexFuture *
close_on_thread (gpointer data)
{
  MokedSqliteStore *self = data;

  for (guint i = 0; i < self->readers->len; i++)
    g_async_queue_push (self->reads, g_new0 (MokedStoreJob, 1));
  for (guint i = 0; i < self->readers->len; i++)
    g_thread_join (g_ptr_array_index (self->readers, i));
  g_ptr_array_set_size (self->readers, 0);
  g_clear_pointer (&self->writer, moked_sqlite_writer_close);
  release_lock (self);
  return dex_future_new_true ();
}

/* Opening and closing block, so each has a thread for as long as it lasts. */
static DexFuture *
worker_done (DexFuture *future,
             gpointer   data)
{
  moked_worker_close (data);
  return dex_ref (future);
}

static DexFuture *
run_once (MokedSqliteStore *self,
          MokedWorkFunc     func)
{
  MokedWorker *worker = moked_worker_new ("store-open", 1);
  DexFuture *done = moked_worker_run (worker, func, g_object_ref (self), g_object_unref);

  return dex_future_finally (done, worker_done, worker, NULL);
}

static DexFuture *
opened (DexFuture *future,
        gpointer   data)
{
  MOKED_SQLITE_STORE (data)->open = TRUE;
  return NULL;
}

static DexFuture *
moked_sqlite_store_open (MokedStore        *store,
                         const MokedSchema *schema)
{
  MokedSqliteStore *self = MOKED_SQLITE_STORE (store);

  self->schema = schema;
  g_atomic_int_set (&self->damaged, FALSE);
  dex_clear (&self->closing);
  return dex_future_then (run_once (self, open_on_thread), opened, g_object_ref (self), g_object_unref);
}

/* From here on nothing is taken any more: behind the readers' end it would wait for ever. */
static DexFuture *
moked_sqlite_store_close (MokedStore *store)
{
  MokedSqliteStore *self = MOKED_SQLITE_STORE (store);

  self->open = FALSE;
  if (self->closing == NULL)
    self->closing = run_once (self, close_on_thread);
  return dex_ref (self->closing);
}

static DexFuture *
not_open (gpointer       user_data,
          GDestroyNotify destroy)
{
  if (destroy != NULL)
    destroy (user_data);
  return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_STORAGE, "The database is not open");
}

static DexFuture *
moked_sqlite_store_write (MokedStore      *store,
                          MokedPriority    priority,
                          const char      *business,
                          MokedSessionFunc func,
                          gpointer         user_data,
                          GDestroyNotify   destroy)
{
  MokedSqliteStore *self = MOKED_SQLITE_STORE (store);
  MokedStoreJob *job;
  DexFuture *future;

  if (!self->open)
    return not_open (user_data, destroy);
  job = moked_store_job_new (business, func, user_data, destroy);
  future = dex_ref (DEX_FUTURE (job->promise));
  moked_sqlite_writer_push (self->writer, priority, job);
  return future;
}

static DexFuture *
moked_sqlite_store_read (MokedStore      *store,
                         const char      *business,
                         MokedSessionFunc func,
                         gpointer         user_data,
                         GDestroyNotify   destroy)
{
  MokedSqliteStore *self = MOKED_SQLITE_STORE (store);
  MokedStoreJob *job;
  DexFuture *future;

  if (!self->open)
    return not_open (user_data, destroy);
  job = moked_store_job_new (business, func, user_data, destroy);
  future = dex_ref (DEX_FUTURE (job->promise));
  g_async_queue_push (self->reads, job);
  return future;
}

static DexFuture *
moked_sqlite_store_backup (MokedStore *store,
                           const char *path)
{
  MokedSqliteStore *self = MOKED_SQLITE_STORE (store);

  if (!self->open)
    return not_open (NULL, NULL);
  return moked_sqlite_writer_backup (self->writer, path);
}

static void
moked_sqlite_store_finalize (GObject *object)
{
  MokedSqliteStore *self = MOKED_SQLITE_STORE (object);

  g_assert (self->writer == NULL && self->readers->len == 0);
  dex_clear (&self->closing);
  g_clear_pointer (&self->path, g_free);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->reads, g_async_queue_unref);
  g_clear_pointer (&self->readers, g_ptr_array_unref);
  G_OBJECT_CLASS (moked_sqlite_store_parent_class)->finalize (object);
}

static void
moked_sqlite_store_class_init (MokedSqliteStoreClass *klass)
{
  MokedStoreClass *store_class = MOKED_STORE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = moked_sqlite_store_finalize;
  store_class->open = moked_sqlite_store_open;
  store_class->close = moked_sqlite_store_close;
  store_class->write = moked_sqlite_store_write;
  store_class->read = moked_sqlite_store_read;
  store_class->backup = moked_sqlite_store_backup;
}

static void
moked_sqlite_store_init (MokedSqliteStore *self)
{
  self->lock = -1;
  self->context = g_main_context_ref_thread_default ();
  self->reads = g_async_queue_new ();
  self->readers = g_ptr_array_new ();
}

/**
 * moked_sqlite_store_new:
 * @path: the file; made when it does not exist. `@path.lock` beside it keeps others out while it is open
 * @n_readers: reader threads, at least 1
 * @clock: gives transactions their time
 *
 * Returns: (transfer full): a store to open; it hands results back in the thread-default context of the
 *   caller and must be closed before its last reference goes
 */
MokedStore *
moked_sqlite_store_new (const char *path,
                        guint       n_readers,
                        MokedClock *clock)
{
  MokedSqliteStore *self = g_object_new (MOKED_TYPE_SQLITE_STORE, NULL);

  self->path = g_strdup (path);
  self->n_readers = n_readers;
  self->clock = g_object_ref (clock);
  return MOKED_STORE (self);
}
