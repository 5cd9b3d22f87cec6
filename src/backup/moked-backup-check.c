/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "backup/moked-backup-check.h"

#include "base/moked-error.h"
#include "store/postgres/moked-postgres-restore.h"
#include "store/sqlite/moked-sqlite-copy.h"

/* The numbers of the log's counters, and those of the log itself, which must be the same. A desktop's cache has no
 * sync_client, and is refused. */
static const char question[] = "SELECT count(*), coalesce (sum (seq), 0), "
                               "(SELECT coalesce (sum (head), 0) FROM "
                               "(SELECT max (seq) AS head FROM change GROUP BY business_id)), "
                               "EXISTS (SELECT 1 FROM sync_client) FROM business_seq";

static DexFuture *
read_in_session (MokedSession *session,
                 gpointer      data)
{
  MokedBackupContent *content = data;
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, &error, "SELECT count(*), coalesce (sum (seq), 0) FROM business_seq", "");

  if (cursor == NULL || !moked_cursor_next (cursor, &error))
    return dex_future_new_for_error (error);
  content->offices = moked_cursor_get_int (cursor, 0);
  content->changes = moked_cursor_get_int (cursor, 1);
  return dex_future_new_true ();
}

/**
 * moked_backup_content_read:
 * @out_content: stays until the future is settled
 *
 * Returns: (transfer full): resolves when @out_content is filled
 */
DexFuture *
moked_backup_content_read (MokedStore         *store,
                           MokedBackupContent *out_content)
{
  return moked_store_read (store, NULL, read_in_session, out_content, NULL);
}

/* A program that died left the rest of its data there; without it the file is of an earlier time, or damaged. */
static gboolean
is_alone (const char *path,
          GError    **error)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (wal);
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, 0, NULL, NULL);

  if (info == NULL || g_file_info_get_size (info) == 0)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_CORRUPT,
               "It is no finished copy: the rest of its data is in %s. Give a file that was made by a backup.", wal);
  return FALSE;
}

static gboolean
take_numbers (const gint64       *numbers,
              MokedBackupContent *out_content,
              GError            **error)
{
  out_content->offices = numbers[0];
  out_content->changes = numbers[1];
  if (numbers[1] == numbers[2])
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_CORRUPT,
               "Its log ends at %" G_GINT64_FORMAT " changes and should have %" G_GINT64_FORMAT, numbers[2],
               numbers[1]);
  return FALSE;
}

/**
 * moked_backup_check:
 * @path: a copy of a service's database that nobody has open
 * @cancellable: (nullable): ends a long check, from any thread
 * @error: %MOKED_ERROR_CORRUPT for what is damaged and for what is no service's database
 *
 * Reads all of the copy. Blocks, for seconds when it is large.
 */
gboolean
moked_backup_check (const char         *path,
                    MokedBackupContent *out_content,
                    GCancellable       *cancellable,
                    GError            **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 numbers[3] = { 0 };

  if (!is_alone (path, error))
    return FALSE;
  if (!moked_sqlite_copy_check (path, question, numbers, G_N_ELEMENTS (numbers), cancellable, &local_error))
    {
      if (g_error_matches (local_error, MOKED_ERROR, MOKED_ERROR_INTERNAL))
        g_set_error (error, MOKED_ERROR, MOKED_ERROR_CORRUPT, "It is no database of a moked-service");
      else
        g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return take_numbers (numbers, out_content, error);
}

/**
 * moked_backup_check_dump:
 * @path: a copy of a database on a server
 * @server: the office's database there
 * @out_content: stays as it is where the role may not make a database to try the copy in
 * @error: %MOKED_ERROR_CORRUPT, or the server's
 *
 * As moked_backup_check(), by making a database of the copy.
 */
gboolean
moked_backup_check_dump (const char         *path,
                         const char         *server,
                         MokedBackupContent *out_content,
                         GError            **error)
{
  gint64 numbers[3] = { out_content->offices, out_content->changes, out_content->changes };

  return moked_postgres_restore_check (server, path, question, numbers, G_N_ELEMENTS (numbers), error) &&
         take_numbers (numbers, out_content, error);
}

/**
 * moked_backup_restore_dump:
 * @out_kept: (out): what the former database is called now
 *
 * Puts a copy in the place of the database on a server. Blocks.
 */
gboolean
moked_backup_restore_dump (const char         *path,
                           const char         *server,
                           MokedBackupContent *out_content,
                           char              **out_kept,
                           GError            **error)
{
  gint64 numbers[3] = { 0 };

  if (!moked_backup_check_dump (path, server, out_content, error))
    return FALSE;
  return moked_postgres_restore_replace (server, path, question, numbers, G_N_ELEMENTS (numbers), out_kept, error);
}
