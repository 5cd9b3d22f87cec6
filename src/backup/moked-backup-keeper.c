/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "backup/moked-backup-keeper.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/statvfs.h>

#include "backup/moked-backup-file.h"
#include "base/moked-error.h"
#include "base/moked-log.h"
#include "base/moked-wake.h"
#include "base/moked-worker.h"

/* Makes the copies. A failure is told and tried again, and never ends anything else. */

#define EVERY (24 * G_TIME_SPAN_HOUR)

/* A service that was just started has better things to do. */
#define AFTER_START (5 * G_TIME_SPAN_MINUTE)
#define AFTER_FAILURE G_TIME_SPAN_HOUR

/* Sleeping computers and clocks that are set: the calendar is looked at this often. */
#define LOOK_EVERY G_TIME_SPAN_HOUR

/* The office must be able to go on writing beside its copy. */
#define SPARE_BYTES (64 << 20)

struct _MokedBackupKeeper
{
  MokedStore          *store;
  MokedClock          *clock;
  MokedBackupSettings  settings;
  MokedBackupStatus    status;
  GCancellable        *cancellable;
  MokedWake           *wake;
  DexFuture           *fiber;  /* (nullable): looks at the calendar */
  DexFuture           *making; /* (nullable): the copy that is made, or the last one */
  gboolean             stopping;
};

/* One copy, on its way through the worker's thread; the fiber that owns it waits meanwhile. */
typedef struct
{
  const MokedBackupSettings *settings;
  GCancellable              *cancellable;
  gint64                     now;
  MokedBackupContent         before;
  MokedBackupContent         content;
  char                      *path;
  char                      *part;
} Copy;

void
moked_backup_settings_clear (MokedBackupSettings *self)
{
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->database, g_free);
  g_clear_pointer (&self->server, g_free);
}

static void
take_newest (MokedBackupKeeper *self)
{
  g_autoptr (GPtrArray) backups = moked_backup_folder_list (self->settings.folder, self->settings.database);

  for (guint i = 0; i < backups->len; i++)
    {
      const MokedBackup *backup = g_ptr_array_index (backups, i);

      /* What was made while the clock was ahead says nothing about today. */
      if (backup->before_migration || backup->made_at > moked_clock_get_real (self->clock))
        continue;
      g_set_str (&self->status.path, backup->path);
      self->status.made_at = backup->made_at;
      self->status.size = backup->size;
      return;
    }
}

/**
 * moked_backup_keeper_new:
 * @store: outlives the keeper
 *
 * Returns: (transfer full): a keeper that knows the copies that there are and makes none by itself yet
 */
MokedBackupKeeper *
moked_backup_keeper_new (MokedStore                *store,
                         MokedClock                *clock,
                         const MokedBackupSettings *settings)
{
  MokedBackupKeeper *self = g_new0 (MokedBackupKeeper, 1);

  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->settings.folder = g_strdup (settings->folder);
  self->settings.database = g_strdup (settings->database);
  self->settings.server = g_strdup (settings->server);
  self->settings.keep = settings->keep;
  self->cancellable = g_cancellable_new ();
  self->wake = moked_wake_new ();
  take_newest (self);
  return self;
}

/**
 * moked_backup_keeper_free:
 * @self: (transfer full): one that was stopped, or never used
 */
void
moked_backup_keeper_free (MokedBackupKeeper *self)
{
  dex_clear (&self->fiber);
  dex_clear (&self->making);
  moked_wake_free (self->wake);
  g_object_unref (self->cancellable);
  g_object_unref (self->clock);
  g_object_unref (self->store);
  moked_backup_settings_clear (&self->settings);
  g_free (self->status.path);
  g_free (self->status.problem);
  g_free (self);
}

/* One copy ------------------------------------------------------------------------------------------------ */

static guint64
size_of (const char *database,
         const char *suffix)
{
  g_autofree char *path = g_strconcat (database, suffix, NULL);
  GStatBuf status;

  return g_stat (path, &status) == 0 ? (guint64) status.st_size : 0;
}

/* A disk that is filled by copies would stop the office. */
static gboolean
has_room (const MokedBackupSettings *settings,
          GError                   **error)
{
  guint64 needed = size_of (settings->database, "") + size_of (settings->database, "-wal") + SPARE_BYTES;
  struct statvfs disk;
  guint64 room;

  if (statvfs (settings->folder, &disk) != 0)
    {
      moked_backup_set_error (error, settings->folder, errno);
      return FALSE;
    }
  room = (guint64) disk.f_bavail * disk.f_frsize;
  if (room >= needed)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE,
               "%s: a backup needs %" G_GUINT64_FORMAT " MB and there are %" G_GUINT64_FORMAT " MB free",
               settings->folder, needed >> 20, room >> 20);
  return FALSE;
}

static DexFuture *
prepare_on_thread (gpointer data)
{
  Copy *copy = data;
  GError *error = NULL;

  if (!moked_backup_folder_prepare (copy->settings->folder, &error) || !has_room (copy->settings, &error))
    return dex_future_new_for_error (error);
  copy->path = moked_backup_folder_dup_path (copy->settings->folder, copy->now,
                                             copy->settings->server != NULL ? MOKED_BACKUP_DUMP : MOKED_BACKUP_FILE);
  copy->part = g_strconcat (copy->path, MOKED_BACKUP_PART, NULL);
  return dex_future_new_true ();
}

/* What was there before the copy was begun must be in it. */
static gboolean
has_all (const Copy *copy,
         GError    **error)
{
  if (copy->content.offices >= copy->before.offices && copy->content.changes >= copy->before.changes)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_CORRUPT,
               "The copy has %" G_GINT64_FORMAT " changes of %" G_GINT64_FORMAT, copy->content.changes,
               copy->before.changes);
  return FALSE;
}

static gboolean
check (Copy    *copy,
       GError **error)
{
  if (copy->settings->server == NULL)
    return moked_backup_check (copy->part, &copy->content, copy->cancellable, error);
  copy->content = copy->before;
  return moked_backup_check_dump (copy->part, copy->settings->server, &copy->content, error);
}

static DexFuture *
finish_on_thread (gpointer data)
{
  Copy *copy = data;
  GError *error = NULL;

  if (!check (copy, &error) || !has_all (copy, &error) ||
      !moked_backup_file_publish (copy->part, copy->path, &error))
    {
      moked_backup_file_remove (copy->part);
      return dex_future_new_for_error (error);
    }
  moked_backup_folder_rotate (copy->settings->folder, copy->settings->database, &copy->settings->keep);
  return dex_future_new_true ();
}

static gboolean
make_copy (MokedBackupKeeper *self,
           Copy              *copy,
           MokedWorker       *worker,
           GError           **error)
{
  if (!dex_await (moked_worker_run (worker, prepare_on_thread, copy, NULL), error) ||
      !dex_await (moked_backup_content_read (self->store, &copy->before), error))
    return FALSE;
  if (!dex_await (moked_store_backup (self->store, copy->part), error))
    {
      moked_backup_file_remove (copy->part);
      return FALSE;
    }
  return dex_await (moked_worker_run (worker, finish_on_thread, copy, NULL), error);
}

static void
note_success (MokedBackupKeeper *self,
              const Copy        *copy)
{
  g_set_str (&self->status.path, copy->path);
  g_clear_pointer (&self->status.problem, g_free);
  self->status.made_at = copy->now;
  self->status.size = (gint64) size_of (copy->path, "");
  self->status.content = copy->content;
  self->status.made++;
  moked_log (G_LOG_LEVEL_INFO, "backup", "backup made", "file", copy->path, NULL);
}

static void
note_failure (MokedBackupKeeper *self,
              const GError      *error)
{
  g_set_str (&self->status.problem, error->message);
  self->status.failed++;
  moked_log (G_LOG_LEVEL_WARNING, "backup", "a backup failed", "reason", error->message, NULL);
}

static DexFuture *
make_fiber (gpointer data)
{
  MokedBackupKeeper *self = data;
  Copy copy = { &self->settings, self->cancellable, moked_clock_get_real (self->clock) };
  MokedWorker *worker = moked_worker_new ("backup", 1);
  GError *error = NULL;
  gboolean made = make_copy (self, &copy, worker, &error);

  moked_worker_close (worker);
  self->status.running = FALSE;
  if (made)
    note_success (self, &copy);
  else
    note_failure (self, error);
  g_free (copy.path);
  g_free (copy.part);
  return made ? dex_future_new_true () : dex_future_new_for_error (error);
}

/**
 * moked_backup_keeper_make:
 *
 * Makes a copy now, or waits for the one that is being made. Others go on meanwhile.
 *
 * Returns: (transfer full): resolves when the copy has its name, is checked and is on the disk; rejected with
 *   %MOKED_ERROR_STORAGE, %MOKED_ERROR_CORRUPT, %MOKED_ERROR_CANCELLED
 */
DexFuture *
moked_backup_keeper_make (MokedBackupKeeper *self)
{
  if (self->stopping)
    return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_CANCELLED, "The service is ending");
  if (!self->status.running)
    {
      dex_clear (&self->making);
      self->status.running = TRUE;
      self->making = dex_scheduler_spawn (NULL, 0, make_fiber, self, NULL);
    }
  return dex_ref (self->making);
}

/* The calendar -------------------------------------------------------------------------------------------- */

/* How long until the next one; in a clock that was set back the last one may lie ahead. */
static gint64
get_due (MokedBackupKeeper *self)
{
  gint64 since = moked_clock_get_real (self->clock) - self->status.made_at;

  return since < 0 ? 0 : MAX (EVERY - since, 0);
}

static void
sleep_for (MokedBackupKeeper *self,
           gint64             usec)
{
  if (!self->stopping)
    moked_wake_wait (self->wake, self->clock, MIN (usec, LOOK_EVERY));
}

static DexFuture *
calendar_fiber (gpointer data)
{
  MokedBackupKeeper *self = data;

  sleep_for (self, AFTER_START);
  while (!self->stopping)
    {
      gint64 due = get_due (self);

      if (due > 0)
        sleep_for (self, due);
      else if (!dex_await (moked_backup_keeper_make (self), NULL))
        sleep_for (self, AFTER_FAILURE);
    }
  return dex_future_new_true ();
}

/**
 * moked_backup_keeper_start:
 *
 * Has copies made by themselves, one a day, from a few minutes on.
 */
void
moked_backup_keeper_start (MokedBackupKeeper *self)
{
  self->fiber = dex_scheduler_spawn (NULL, 0, calendar_fiber, self, NULL);
}

static DexFuture *
stop_fiber (gpointer data)
{
  MokedBackupKeeper *self = data;

  if (self->making != NULL)
    dex_await (dex_ref (self->making), NULL);
  if (self->fiber != NULL)
    dex_await (dex_ref (self->fiber), NULL);
  return dex_future_new_true ();
}

/**
 * moked_backup_keeper_stop:
 *
 * Makes no more copies. One that is being checked is given up.
 *
 * Returns: (transfer full): resolves when the store is not needed any more
 */
DexFuture *
moked_backup_keeper_stop (MokedBackupKeeper *self)
{
  self->stopping = TRUE;
  g_cancellable_cancel (self->cancellable);
  moked_wake_up (self->wake);
  return dex_scheduler_spawn (NULL, 0, stop_fiber, self, NULL);
}

const MokedBackupStatus *
moked_backup_keeper_get_status (MokedBackupKeeper *self)
{
  return &self->status;
}

/**
 * moked_backup_keeper_write_metrics:
 * @keeper: a #MokedBackupKeeper
 *
 * A #MokedMetricsFunc.
 */
void
moked_backup_keeper_write_metrics (GString *text,
                                   gpointer keeper)
{
  const MokedBackupStatus *status = moked_backup_keeper_get_status (keeper);

  g_string_append_printf (text,
                          "# HELP moked_backup_last_timestamp_seconds When the newest backup was made; 0: never.\n"
                          "# TYPE moked_backup_last_timestamp_seconds gauge\n"
                          "moked_backup_last_timestamp_seconds %" G_GINT64_FORMAT "\n"
                          "# HELP moked_backup_size_bytes Its size.\n"
                          "# TYPE moked_backup_size_bytes gauge\n"
                          "moked_backup_size_bytes %" G_GINT64_FORMAT "\n"
                          "# HELP moked_backups_total Backups by outcome.\n"
                          "# TYPE moked_backups_total counter\n"
                          "moked_backups_total{outcome=\"made\"} %" G_GUINT64_FORMAT "\n"
                          "moked_backups_total{outcome=\"failed\"} %" G_GUINT64_FORMAT "\n",
                          status->made_at / G_USEC_PER_SEC, status->size, status->made, status->failed);
}
