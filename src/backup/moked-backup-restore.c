/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "backup/moked-backup-restore.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/moked-backup-file.h"
#include "base/moked-error.h"
#include "base/moked-lock-file.h"
#include "base/moked-worker.h"
#include "store/sqlite/moked-sqlite-copy.h"
#include "store/sqlite/moked-sqlite-store.h"

/* All that can fail is done with a second file beside the database: it is copied there, checked, opened as the service
 * opens it (which brings its tables up to date and ends the lives of its logs) and closed. Then one rename puts it in
 * the place of the present one, which has got a second name before. A process that dies anywhere leaves the one or
 * the other. */

typedef struct
{
  const char         *backup;
  const char         *database;
  char               *part;
  char               *kept; /* (nullable): the present database's other name; %NULL when there is none */
  MokedBackupContent *content;
  MokedBackupAdopt    adopt; /* (nullable) */
  gpointer            adopt_data;
} Restore;

static gboolean
explain (const char *path,
         GError    **error)
{
  g_prefix_error (error, "%s cannot be restored. ", path);
  return FALSE;
}

/* Only root can make a file that the service could not open. */
static gboolean
give_to_owner (const Restore *restore,
               GError       **error)
{
  g_autofree char *folder = g_path_get_dirname (restore->database);
  struct stat status;

  if (geteuid () != 0 || (stat (folder, &status) == 0 && chown (restore->part, status.st_uid, status.st_gid) == 0))
    return TRUE;
  moked_backup_set_error (error, restore->part, errno);
  return FALSE;
}

static DexFuture *
prepare_on_thread (gpointer data)
{
  Restore *restore = data;
  GError *error = NULL;

  moked_backup_file_remove (restore->part);
  if (!moked_backup_check (restore->backup, restore->content, NULL, &error) ||
      !moked_backup_file_copy (restore->backup, restore->part, &error) ||
      !moked_sqlite_copy_mark (restore->part, &error))
    {
      explain (restore->backup, &error);
      return dex_future_new_for_error (error);
    }
  return dex_future_new_true ();
}

static gboolean
open_once (const Restore     *restore,
           const MokedSchema *schema,
           MokedClock        *clock,
           GError           **error)
{
  g_autoptr (MokedStore) store = moked_sqlite_store_new (restore->part, 1, clock);
  gboolean adopted;

  if (!dex_await (moked_store_open (store, schema), error))
    return explain (restore->backup, error);
  adopted = restore->adopt == NULL || restore->adopt (store, restore->adopt_data, error);
  return dex_await (moked_store_close (store), adopted ? error : NULL) && adopted;
}

/* A disk that knows no second names has to do without the first one for a moment. */
static gboolean
give_second_name (const char *path,
                  const char *second,
                  GError    **error)
{
  if (link (path, second) == 0 || errno == ENOENT || g_rename (path, second) == 0)
    return TRUE;
  moked_backup_set_error (error, second, errno);
  return FALSE;
}

/* Nothing opens the present database: SQLite would do away with what it cannot read. The rest of its data, when it was
 * not closed, must be gone before the copy has its name, or would become part of the copy. */
static gboolean
put_beside (const Restore *restore,
            GError       **error)
{
  g_autofree char *wal = g_strconcat (restore->database, "-wal", NULL);
  g_autofree char *shm = g_strconcat (restore->database, "-shm", NULL);
  g_autofree char *kept_wal = g_strconcat (restore->kept, "-wal", NULL);

  if (!give_second_name (wal, kept_wal, error) || !give_second_name (restore->database, restore->kept, error))
    return FALSE;
  g_unlink (wal);
  g_unlink (shm);
  return TRUE;
}

static DexFuture *
replace_on_thread (gpointer data)
{
  Restore *restore = data;
  GError *error = NULL;

  if (!give_to_owner (restore, &error) || (restore->kept != NULL && !put_beside (restore, &error)) ||
      !moked_backup_file_publish (restore->part, restore->database, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

static char *
dup_kept_path (const char *database,
               MokedClock *clock)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc_usec (moked_clock_get_real (clock));
  g_autofree char *time = g_date_time_format (now, "%Y%m%dT%H%M%SZ");
  g_autofree char *path = g_strdup_printf ("%s.replaced-%s", database, time);

  if (!g_file_test (database, G_FILE_TEST_EXISTS))
    return NULL;
  for (guint i = 2; g_file_test (path, G_FILE_TEST_EXISTS); i++)
    {
      g_free (path);
      path = g_strdup_printf ("%s.replaced-%s-%u", database, time, i);
    }
  return g_steal_pointer (&path);
}

/* What the second file's life left beside it: its lock, and a copy when it was migrated; the backup is that already. */
static void
clear_up (const Restore *restore)
{
  g_autofree char *folder = g_path_get_dirname (restore->part);
  g_autofree char *base = g_path_get_basename (restore->part);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, base))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        g_unlink (path);
      }
}

static gboolean
restore_locked (Restore           *restore,
                const MokedSchema *schema,
                MokedClock        *clock,
                GError           **error)
{
  g_autoptr (MokedWorker) worker = moked_worker_new ("restore", 1);

  return dex_await (moked_worker_run (worker, prepare_on_thread, restore, NULL), error) &&
         open_once (restore, schema, clock, error) &&
         dex_await (moked_worker_run (worker, replace_on_thread, restore, NULL), error);
}

/**
 * moked_backup_restore:
 * @backup: a copy; stays as it is
 * @database: takes its place; may be damaged, or not be there
 * @schema: the service's
 * @adopt: (nullable): changes the copy before it takes the place
 * @user_data: for @adopt
 * @out_content: what the copy has
 * @out_kept: (out) (nullable): where the former database is now
 * @error: %MOKED_ERROR_CORRUPT when @backup is damaged or no database of a service, %MOKED_ERROR_IN_USE when a program
 *   has the database, %MOKED_ERROR_STORAGE; nothing has happened then
 *
 * In a fiber. Puts a copy in the place of the database. The logs in it begin another life, so that desktops give back
 * what the copy lacks.
 */
gboolean
moked_backup_restore (const char         *backup,
                      const char         *database,
                      const MokedSchema  *schema,
                      MokedClock         *clock,
                      MokedBackupAdopt    adopt,
                      gpointer            user_data,
                      MokedBackupContent *out_content,
                      char              **out_kept,
                      GError            **error)
{
  g_autofree char *lock_path = g_strconcat (database, ".lock", NULL);
  Restore restore = { backup, database, g_strconcat (database, ".restoring", NULL), NULL, out_content,
                      adopt, user_data };
  int lock = moked_lock_file_take (lock_path, error);
  gboolean done;

  if (lock < 0)
    {
      g_free (restore.part);
      return FALSE;
    }
  restore.kept = dup_kept_path (database, clock);
  done = restore_locked (&restore, schema, clock, error);
  clear_up (&restore);
  moked_lock_file_release (lock);
  g_free (restore.part);
  *out_kept = done ? g_steal_pointer (&restore.kept) : NULL;
  g_free (restore.kept);
  return done;
}
