/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/moked-postgres-store.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-worker.h"
#include "store/postgres/moked-postgres-backup.h"
#include "store/postgres/moked-postgres-listener.h"
#include "store/postgres/moked-postgres-schema.h"
#include "store/postgres/moked-postgres-session.h"
#include "store/postgres/moked-postgres-writer.h"

/**
 * MokedPostgresStore:
 *
 * A store in a PostgreSQL database: a writer thread and @n_readers reader threads, each with a connection of its own,
 * so that nothing but these threads ever waits for the server. Several programs may have one database open.
 */
struct _MokedPostgresStore
{
  MokedStore           parent_instance;
  char                *url;
  char                *copies;
  guint                n_readers;
  MokedClock          *clock;
  const MokedSchema   *schema;
  GMainContext        *context;
  MokedPostgresWriter *writer;
  MokedPostgresListener *listener;
  GAsyncQueue         *reads; /* MokedStoreJob; an empty one ends a reader */
  GPtrArray           *readers;
  gboolean             open; /* of the caller's thread: work is taken */
  DexFuture           *closing;
};

/* PostgreSQL's limit is 8000 bytes. */
#define MAX_TOLD 7900

G_DEFINE_FINAL_TYPE (MokedPostgresStore, moked_postgres_store, MOKED_TYPE_STORE)

static void
read_one (MokedPostgresStore      *self,
          MokedPostgresConnection *connection,
          MokedSession            *session,
          MokedStoreJob           *job)
{
  GPtrArray *finished = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  gboolean entered;

  if (moked_postgres_connection_begin (connection, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", &error) &&
      moked_postgres_session_enter (MOKED_POSTGRES_SESSION (session), job->business, FALSE, &entered, &error))
    moked_store_job_run (job, session, moked_clock_get_real (self->clock));
  else
    moked_store_job_reject (job, error);
  if (moked_postgres_connection_is_alive (connection))
    moked_postgres_connection_run (connection, "ROLLBACK", NULL);
  g_ptr_array_add (finished, job);
  moked_store_job_finish (MOKED_STORE (self), self->context, finished);
}

static gpointer
reader_thread (gpointer data)
{
  MokedPostgresStore *self = data;
  g_autoptr (MokedPostgresConnection) connection = moked_postgres_connection_new (self->url);
  g_autoptr (MokedSession) session = moked_postgres_session_new (connection, FALSE);
  MokedStoreJob *job;

  while ((job = g_async_queue_pop (self->reads))->func != NULL)
    read_one (self, connection, session, job);
  g_free (job);
  return NULL;
}

static DexFuture *
open_on_thread (gpointer data)
{
  MokedPostgresStore *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MokedPostgresConnection) connection = moked_postgres_connection_new (self->url);

  if (!moked_postgres_schema_prepare (connection, self->schema, self->copies, moked_clock_get_real (self->clock),
                                      &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  self->listener = moked_postgres_listener_new (MOKED_STORE (self), self->url, self->context);
  self->writer = moked_postgres_writer_new (MOKED_STORE (self), g_steal_pointer (&connection), self->listener,
                                            self->clock, self->context);
  for (guint i = 0; i < self->n_readers; i++)
    g_ptr_array_add (self->readers, g_thread_new ("store-reader", reader_thread, self));
  return dex_future_new_true ();
}

static DexFuture *
close_on_thread (gpointer data)
{
  MokedPostgresStore *self = data;

  for (guint i = 0; i < self->readers->len; i++)
    g_async_queue_push (self->reads, g_new0 (MokedStoreJob, 1));
  for (guint i = 0; i < self->readers->len; i++)
    g_thread_join (g_ptr_array_index (self->readers, i));
  g_ptr_array_set_size (self->readers, 0);
  g_clear_pointer (&self->writer, moked_postgres_writer_close);
  g_clear_pointer (&self->listener, moked_postgres_listener_close);
  return dex_future_new_true ();
}

typedef struct
{
  char *url;
  char *path;
} Backup;

static void
free_backup (gpointer data)
{
  Backup *backup = data;

  g_free (backup->url);
  g_free (backup->path);
  g_free (backup);
}

static DexFuture *
backup_on_thread (gpointer data)
{
  Backup *backup = data;
  g_autoptr (MokedPostgresConnection) connection = moked_postgres_connection_new (backup->url);
  g_autoptr (GError) error = NULL;

  if (moked_postgres_connection_open (connection, &error) &&
      moked_postgres_back_up (moked_postgres_connection_get_db (connection), backup->path, &error))
    return dex_future_new_true ();
  return dex_future_new_for_error (g_steal_pointer (&error));
}

/* These block for long and come seldom, so each has a thread for as long as it lasts. */
static DexFuture *
worker_done (DexFuture *future,
             gpointer   data)
{
  moked_worker_close (data);
  return dex_ref (future);
}

static DexFuture *
run_once (const char    *name,
          MokedWorkFunc  func,
          gpointer       data,
          GDestroyNotify destroy)
{
  MokedWorker *worker = moked_worker_new (name, 1);

  return dex_future_finally (moked_worker_run (worker, func, data, destroy), worker_done, worker, NULL);
}

static DexFuture *
opened (DexFuture *future,
        gpointer   data)
{
  MOKED_POSTGRES_STORE (data)->open = TRUE;
  return NULL;
}

static DexFuture *
moked_postgres_store_open (MokedStore        *store,
                           const MokedSchema *schema)
{
  MokedPostgresStore *self = MOKED_POSTGRES_STORE (store);

  self->schema = schema;
  dex_clear (&self->closing);
  return dex_future_then (run_once ("store-open", open_on_thread, g_object_ref (self), g_object_unref), opened,
                          g_object_ref (self), g_object_unref);
}

/* From here on nothing is taken any more: behind the readers' end it would wait for ever. */
static DexFuture *
moked_postgres_store_close (MokedStore *store)
{
  MokedPostgresStore *self = MOKED_POSTGRES_STORE (store);

  self->open = FALSE;
  if (self->closing == NULL)
    self->closing = run_once ("store-close", close_on_thread, g_object_ref (self), g_object_unref);
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
moked_postgres_store_write (MokedStore      *store,
                            MokedPriority    priority,
                            const char      *business,
                            MokedSessionFunc func,
                            gpointer         user_data,
                            GDestroyNotify   destroy)
{
  MokedPostgresStore *self = MOKED_POSTGRES_STORE (store);
  MokedStoreJob *job;
  DexFuture *future;

  if (!self->open)
    return not_open (user_data, destroy);
  job = moked_store_job_new (business, func, user_data, destroy);
  future = dex_ref (DEX_FUTURE (job->promise));
  moked_postgres_writer_push (self->writer, priority, job);
  return future;
}

static DexFuture *
moked_postgres_store_read (MokedStore      *store,
                           const char      *business,
                           MokedSessionFunc func,
                           gpointer         user_data,
                           GDestroyNotify   destroy)
{
  MokedPostgresStore *self = MOKED_POSTGRES_STORE (store);
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
moked_postgres_store_backup (MokedStore *store,
                             const char *path)
{
  MokedPostgresStore *self = MOKED_POSTGRES_STORE (store);
  Backup *backup;

  if (!self->open)
    return not_open (NULL, NULL);
  backup = g_new (Backup, 1);
  backup->url = g_strdup (self->url);
  backup->path = g_strdup (path);
  return run_once ("store-backup", backup_on_thread, backup, free_backup);
}

static DexFuture *
tell_in_session (MokedSession *session,
                 gpointer      payload)
{
  GError *error = NULL;

  return moked_session_exec (session, &error, "SELECT pg_notify ('moked', $1)", "t", payload)
             ? dex_future_new_true ()
             : dex_future_new_for_error (error);
}

static void
moked_postgres_store_tell (MokedStore *store,
                           const char *text)
{
  MokedPostgresStore *self = MOKED_POSTGRES_STORE (store);
  GString *payload = g_string_new (NULL);

  if (!self->open || strlen (text) > MAX_TOLD)
    {
      g_string_free (payload, TRUE);
      return;
    }
  moked_postgres_listener_append_told (self->listener, payload, text);
  dex_future_disown (moked_store_write (store, MOKED_PRIORITY_URGENT, NULL, tell_in_session,
                                        g_string_free (payload, FALSE), g_free));
}

static void
moked_postgres_store_finalize (GObject *object)
{
  MokedPostgresStore *self = MOKED_POSTGRES_STORE (object);

  g_assert (self->writer == NULL && self->readers->len == 0);
  dex_clear (&self->closing);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->copies, g_free);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->reads, g_async_queue_unref);
  g_clear_pointer (&self->readers, g_ptr_array_unref);
  G_OBJECT_CLASS (moked_postgres_store_parent_class)->finalize (object);
}

static void
moked_postgres_store_class_init (MokedPostgresStoreClass *klass)
{
  MokedStoreClass *store_class = MOKED_STORE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = moked_postgres_store_finalize;
  store_class->open = moked_postgres_store_open;
  store_class->close = moked_postgres_store_close;
  store_class->write = moked_postgres_store_write;
  store_class->read = moked_postgres_store_read;
  store_class->backup = moked_postgres_store_backup;
  store_class->tell = moked_postgres_store_tell;
}

static void
moked_postgres_store_init (MokedPostgresStore *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->reads = g_async_queue_new ();
  self->readers = g_ptr_array_new ();
}

/**
 * moked_postgres_store_new:
 * @url: `postgresql://…`, as libpq takes it
 * @copies: where a copy is put before a migration: a path that a suffix is added to
 * @n_readers: reader threads, at least 1
 * @clock: gives transactions their time
 *
 * Returns: (transfer full): a store to open; it hands results back in the thread-default context of the
 *   caller and must be closed before its last reference goes
 */
MokedStore *
moked_postgres_store_new (const char *url,
                          const char *copies,
                          guint       n_readers,
                          MokedClock *clock)
{
  MokedPostgresStore *self = g_object_new (MOKED_TYPE_POSTGRES_STORE, NULL);

  self->url = g_strdup (url);
  self->copies = g_strdup (copies);
  self->n_readers = n_readers;
  self->clock = g_object_ref (clock);
  return MOKED_STORE (self);
}
