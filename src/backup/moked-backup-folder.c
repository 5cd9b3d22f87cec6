/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "backup/moked-backup-folder.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "backup/moked-backup-file.h"
#include "base/moked-time.h"

/* Which copies there are and which stay. Their names say when they were made, so that nothing else has to. */

/* Whatever the calendar says: these are never too old. */
#define NEWEST_KEPT 3

static const char name_format[] = "moked-%Y%m%dT%H%M%SZ";

void
moked_backup_free (MokedBackup *self)
{
  g_free (self->path);
  g_free (self);
}

static gint64
to_usec (GDateTime *time)
{
  return time != NULL ? g_date_time_to_unix_usec (time) : -1;
}

/* Returns: when the copy of this name was made; -1 when it is no copy's name */
static gint64
parse_name (const char *name)
{
  int year, month, day, hour, minute, second, end = 0;
  g_autoptr (GDateTime) time = NULL;

  if (sscanf (name, "moked-%4d%2d%2dT%2d%2d%2dZ%n", &year, &month, &day, &hour, &minute, &second, &end) != 6 ||
      end == 0 || (!g_str_equal (&name[end], MOKED_BACKUP_FILE) && !g_str_equal (&name[end], MOKED_BACKUP_DUMP)))
    return -1;
  time = g_date_time_new_utc (year, month, day, hour, minute, second);
  return to_usec (time);
}

static MokedBackup *
backup_new (char     *path,
            gint64    made_at,
            gboolean  before_migration)
{
  MokedBackup *self = g_new0 (MokedBackup, 1);
  GStatBuf status;

  self->path = path;
  self->made_at = made_at;
  self->size = g_stat (path, &status) == 0 ? status.st_size : 0;
  self->before_migration = before_migration;
  return self;
}

static void
list_made (const char *folder,
           GPtrArray  *backups)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      gint64 made_at = parse_name (name);

      if (made_at >= 0)
        g_ptr_array_add (backups, backup_new (g_build_filename (folder, name, NULL), made_at, FALSE));
    }
}

/* The store names them. */
static void
list_before_migrations (const char *database,
                        GPtrArray  *backups)
{
  g_autofree char *folder = g_path_get_dirname (database);
  g_autofree char *base = g_path_get_basename (database);
  g_autofree char *prefix = g_strconcat (base, ".before-", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      gint64 made_at;

      if (g_str_has_prefix (name, prefix) &&
          g_ascii_string_to_signed (name + strlen (prefix), 10, 0, G_MAXINT64, &made_at, NULL))
        g_ptr_array_add (backups, backup_new (g_build_filename (folder, name, NULL), made_at, TRUE));
    }
}

static int
compare_newest_first (gconstpointer a,
                      gconstpointer b)
{
  const MokedBackup *one = *(MokedBackup *const *) a, *two = *(MokedBackup *const *) b;

  if (one->made_at != two->made_at)
    return one->made_at > two->made_at ? -1 : 1;
  return strcmp (one->path, two->path);
}

/**
 * moked_backup_folder_list:
 * @folder: may not be there
 * @database: the copies that were made before migrations lie beside it
 *
 * Returns: (transfer full) (element-type MokedBackup): newest first
 */
GPtrArray *
moked_backup_folder_list (const char *folder,
                          const char *database)
{
  GPtrArray *backups = g_ptr_array_new_with_free_func ((GDestroyNotify) moked_backup_free);

  list_made (folder, backups);
  list_before_migrations (database, backups);
  g_ptr_array_sort (backups, compare_newest_first);
  return backups;
}

/**
 * moked_backup_folder_prepare:
 *
 * Makes the folder, for its owner alone, and takes away what was left there unfinished. Nobody may be making a copy.
 */
gboolean
moked_backup_folder_prepare (const char *folder,
                             GError    **error)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      moked_backup_set_error (error, folder, errno);
      return FALSE;
    }
  dir = g_dir_open (folder, 0, error);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "moked-") && strstr (name, MOKED_BACKUP_PART) != NULL)
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        g_unlink (path);
      }
  return dir != NULL;
}

/**
 * moked_backup_folder_dup_path:
 * @now: in microseconds
 * @suffix: %MOKED_BACKUP_FILE or %MOKED_BACKUP_DUMP
 *
 * Returns: (transfer full): a path in @folder for a copy that is made now; there is no such file
 */
char *
moked_backup_folder_dup_path (const char *folder,
                              gint64      now,
                              const char *suffix)
{
  for (gint64 usec = now;; usec += G_USEC_PER_SEC)
    {
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc_usec (usec);
      g_autofree char *stem = g_date_time_format (time, name_format);
      g_autofree char *name = g_strconcat (stem, suffix, NULL);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
}

/* Keeps the newest copy of each of the newest @count days, weeks or months that have one. */
static void
keep_by (GPtrArray  *backups,
         gboolean   *kept,
         const char *period,
         guint       count)
{
  g_autofree char *last = NULL;

  for (guint i = 0; i < backups->len && count > 0; i++)
    {
      const MokedBackup *backup = g_ptr_array_index (backups, i);
      g_autoptr (GDateTime) time = moked_time_to_local (backup->made_at);
      g_autofree char *name = g_date_time_format (time, period);

      if (backup->before_migration || g_strcmp0 (name, last) == 0)
        continue;
      kept[i] = TRUE;
      count--;
      g_set_str (&last, name);
    }
}

static void
keep_newest (GPtrArray *backups,
             gboolean  *kept,
             gboolean   before_migration)
{
  guint count = NEWEST_KEPT;

  for (guint i = 0; i < backups->len && count > 0; i++)
    {
      const MokedBackup *backup = g_ptr_array_index (backups, i);

      if (backup->before_migration != before_migration)
        continue;
      kept[i] = TRUE;
      count--;
    }
}

/**
 * moked_backup_folder_rotate:
 * @keep: how many of each age
 *
 * Removes copies that are too old. The newest ones of each kind stay in any case.
 *
 * Returns: how many were removed
 */
guint
moked_backup_folder_rotate (const char            *folder,
                            const char            *database,
                            const MokedBackupKeep *keep)
{
  g_autoptr (GPtrArray) backups = moked_backup_folder_list (folder, database);
  g_autofree gboolean *kept = g_new0 (gboolean, backups->len + 1);
  guint removed = 0;

  keep_newest (backups, kept, FALSE);
  keep_newest (backups, kept, TRUE);
  keep_by (backups, kept, "%F", keep->daily);
  keep_by (backups, kept, "%G-%V", keep->weekly);
  keep_by (backups, kept, "%Y-%m", keep->monthly);
  for (guint i = 0; i < backups->len; i++)
    if (!kept[i])
      {
        moked_backup_file_remove (((MokedBackup *) g_ptr_array_index (backups, i))->path);
        removed++;
      }
  return removed;
}
