/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-office-work.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/moked-error.h"
#include "base/moked-log.h"
#include "base/moked-worker.h"
#include "service/moked-office-files.h"
#include "service/moked-office-import.h"
#include "store/sqlite/moked-sqlite-copy.h"

/* Long work on the whole office that an owner asked for from afar: one at a time in a process. Its outcome is asked for
 * and not awaited, and outlives the service that it replaces. Of files there is one each way, in a folder of their own:
 * the export that is fetched, and the import that is brought. */

#define FOLDER "exchange"
#define EXPORT "office-export.zip"
#define IMPORT "office-import.zip"

/* What goes over at once. */
#define PIECE (1024 * 1024)

static MokedService *the_service;
static DexPromise *the_end; /* of the service: resolved when another database is to take its place */

static struct
{
  GMutex             lock; /* of done and total, which a thread of the store writes */
  gint64             done;
  gint64             total;
  const char        *kind; /* (nullable) */
  gboolean           running;
  char              *problem;
  gint64             size;
  guint              number; /* of this piece of work, so that nobody takes one's outcome for another's */
  GCancellable      *cancellable;
  MokedRestoreOrder *order;
} work;

static char *
dup_path (const char *name)
{
  const char *dir = moked_service_config_get_dir (moked_service_get_config (the_service));

  return g_build_filename (dir, FOLDER, name, NULL);
}

static void
remove_file (const char *name)
{
  g_autofree char *path = dup_path (name);

  g_unlink (path);
}

/**
 * moked_office_work_begin_service:
 * @service: outlives the server
 * @told: resolved when the service is to end for another database
 *
 * What an earlier process left unfinished is removed.
 */
void
moked_office_work_begin_service (MokedService *service,
                                 DexPromise   *told)
{
  g_autofree char *folder = NULL;

  the_service = service;
  dex_clear (&the_end);
  the_end = dex_ref (told);
  folder = dup_path (NULL);
  moked_office_import_remove_folder (folder);
}

static DexFuture *
count_in_session (MokedSession *session,
                  gpointer      data)
{
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, &error, "SELECT count(*) FROM business_seq", "");

  if (cursor == NULL || !moked_cursor_next (cursor, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_for_int64 (moked_cursor_get_int (cursor, 0));
}

/* Whoever owns one office must not get at another one's data. */
static gboolean
check_alone (GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 offices = dex_await_int64 (moked_store_read (moked_service_get_store (the_service), NULL, count_in_session,
                                                      NULL, NULL),
                                    &local_error);

  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (offices == 1)
    return TRUE;
  else
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORBIDDEN,
                         "There are several offices in this service, and only who looks after it may do that");
  return FALSE;
}

static gboolean
begin (const char *kind,
       GError    **error)
{
  g_autofree char *folder = dup_path (NULL);

  if (!check_alone (error))
    return FALSE;
  if (work.running)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CONFLICT,
                           "The office is being exported or replaced already");
      return FALSE;
    }
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", folder, g_strerror (errno));
      return FALSE;
    }
  g_set_object (&work.cancellable, NULL);
  work.cancellable = g_cancellable_new ();
  g_clear_pointer (&work.problem, g_free);
  work.kind = kind;
  work.running = TRUE;
  work.done = work.total = work.size = 0;
  work.number++;
  return TRUE;
}

static void
end (const GError *error)
{
  work.running = FALSE;
  g_set_str (&work.problem, error != NULL ? error->message : NULL);
  if (error != NULL && !g_error_matches (error, MOKED_ERROR, MOKED_ERROR_CANCELLED))
    moked_log (G_LOG_LEVEL_WARNING, "office", "work on the office failed", "work", work.kind, "reason", error->message,
               NULL);
}

/* export -------------------------------------------------------------------------------------------------- */

static void
note_progress (gint64   done,
               gint64   total,
               gpointer data)
{
  g_mutex_lock (&work.lock);
  work.done = done;
  work.total = total;
  g_mutex_unlock (&work.lock);
}

static DexFuture *
export_fiber (gpointer data)
{
  g_autofree char *path = dup_path (EXPORT);
  const MokedTransferOptions options = { .cancellable = work.cancellable, .progress = note_progress };
  g_autoptr (GPtrArray) files = NULL;
  MokedExportCounts counts = { 0 };
  g_autoptr (GError) error = NULL;

  files = moked_office_files_list (the_service, &error);
  if (files != NULL &&
      moked_export_make (moked_service_get_store (the_service), moked_service_get_schema (the_service),
                         moked_service_get_clock (the_service), files, path, &options, &counts, &error))
    work.size = counts.size;
  end (error);
  return dex_future_new_true ();
}

/**
 * moked_office_work_start_export:
 * @error: %MOKED_ERROR_CONFLICT when something is under way
 *
 * Begins to make a file of the office.
 */
gboolean
moked_office_work_start_export (GError **error)
{
  if (!begin ("export", error))
    return FALSE;
  remove_file (EXPORT);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, export_fiber, NULL, NULL));
  return TRUE;
}

/**
 * moked_office_work_read_export:
 * @offset: from where
 * @error: %MOKED_ERROR_NOT_FOUND when there is none that is whole
 *
 * Returns: (transfer full) (nullable): the next piece; empty at the end
 */
GBytes *
moked_office_work_read_export (gint64   offset,
                               GError **error)
{
  g_autofree char *path = dup_path (EXPORT);
  g_autofd int fd = work.running ? -1 : open (path, O_RDONLY | O_CLOEXEC);
  g_autofree char *piece = g_malloc (PIECE);
  gssize length = fd >= 0 && offset >= 0 ? pread (fd, piece, PIECE, offset) : -1;

  if (length >= 0)
    return g_bytes_new_take (g_steal_pointer (&piece), (gsize) length);
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "There is no export of the office here");
  return NULL;
}

/* import and restore -------------------------------------------------------------------------------------- */

static void
free_order (MokedRestoreOrder *order)
{
  g_free (order->path);
  g_free (order->folder);
  g_clear_pointer (&order->files, g_ptr_array_unref);
  g_free (order);
}

/**
 * moked_office_work_take_bytes:
 * @offset: where they belong; 0 begins anew
 * @out_size: how much has come
 * @error: %MOKED_ERROR_CONFLICT when they are not the next ones
 *
 * Takes a piece of a file that is to be imported.
 */
gboolean
moked_office_work_take_bytes (gint64   offset,
                              GBytes  *bytes,
                              gint64  *out_size,
                              GError **error)
{
  g_autofree char *path = dup_path (IMPORT);
  g_autofree char *folder = dup_path (NULL);
  g_autofd int fd = -1;
  struct stat status = { 0 };
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  if (work.running || offset < 0)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CONFLICT, "Nothing can be taken now");
  else if (g_mkdir_with_parents (folder, 0700) != 0 ||
           (fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC | (offset == 0 ? O_TRUNC : 0), 0600)) < 0 ||
           fstat (fd, &status) != 0)
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
  else if (offset != status.st_size)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CONFLICT, "A piece of the file is missing");
  else if (pwrite (fd, data, length, offset) != (gssize) length)
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
  else
    {
      *out_size = offset + (gint64) length;
      return TRUE;
    }
  return FALSE;
}

/* There the database is not the service's to take away. */
static gboolean
check_replaceable (GError **error)
{
  g_autofree char *url = moked_service_config_dup_database_url (moked_service_get_config (the_service));

  if (url == NULL)
    return TRUE;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_REJECTED,
                       "The office is on a PostgreSQL server: who looks after that restores or imports it there");
  return FALSE;
}

/* From here on it is the program's: it ends this service, and begins another one with the other database. */
static void
give_order (char      *path,
            char      *folder,
            GPtrArray *files)
{
  work.order = g_new0 (MokedRestoreOrder, 1);
  work.order->path = path;
  work.order->folder = folder;
  work.order->files = files;
  if (dex_future_is_pending (DEX_FUTURE (the_end)))
    dex_promise_resolve_boolean (the_end, TRUE);
}

/* @business is an id that this service made. */
static gboolean
check_same_office (const char *path,
                   const char *business,
                   GError    **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) = 1 AND sum (business_id = '%s') = 1 FROM business_seq",
                                          business);
  gint64 same = 0;

  if (!moked_sqlite_copy_ask (path, sql, &same, 1, error))
    return FALSE;
  if (same == 0)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_REJECTED, "It is a copy of another office");
  return same != 0;
}

static DexFuture *
import_fiber (gpointer business)
{
  g_autofree char *database = NULL;
  g_autofree char *path = dup_path (IMPORT);
  g_auto (MokedExportContent) content = { 0 };
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;

  folder = moked_office_import_unpack (the_service, path, work.cancellable, &content, &error);
  remove_file (IMPORT);
  database = folder != NULL ? g_build_filename (folder, MOKED_EXPORT_DATABASE, NULL) : NULL;
  if (database != NULL && check_same_office (database, business, &error))
    {
      give_order (g_steal_pointer (&database), g_steal_pointer (&folder), g_steal_pointer (&content.files));
      return dex_future_new_true ();
    }
  if (folder != NULL)
    moked_office_import_remove_folder (folder);
  end (error);
  return dex_future_new_true ();
}

/**
 * moked_office_work_start_import:
 * @business: whose owner asks; the file must be of the same
 * @error: %MOKED_ERROR_CONFLICT, %MOKED_ERROR_FORBIDDEN when there are other offices
 *
 * Begins to put the file that was brought in the place of the office.
 */
gboolean
moked_office_work_start_import (const char *business,
                                GError    **error)
{
  if (!check_replaceable (error) || !begin ("import", error))
    return FALSE;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, import_fiber, g_strdup (business), g_free));
  return TRUE;
}

static DexFuture *
check_on_thread (gpointer path)
{
  MokedBackupContent content;
  GError *error = NULL;

  return moked_backup_check (path, &content, work.cancellable, &error) ? dex_future_new_true ()
                                                                       : dex_future_new_for_error (error);
}

static DexFuture *
restore_fiber (gpointer path)
{
  g_autoptr (MokedWorker) worker = moked_worker_new ("restore", 1);
  g_autoptr (GError) error = NULL;

  if (dex_await (moked_worker_run (worker, check_on_thread, path, NULL), &error))
    give_order (g_strdup (path), NULL, NULL);
  else
    end (error);
  return dex_future_new_true ();
}

/* By its name among those that there are: a path from outside leads nowhere. */
static char *
find_backup (const char *name,
             GError    **error)
{
  g_auto (MokedBackupSettings) settings = { 0 };
  g_autoptr (GPtrArray) backups = NULL;

  if (!moked_service_config_load_backup (moked_service_get_config (the_service), &settings, error))
    return NULL;
  backups = moked_backup_folder_list (settings.folder, settings.database);
  for (guint i = 0; i < backups->len; i++)
    {
      const MokedBackup *backup = g_ptr_array_index (backups, i);
      g_autofree char *base = g_path_get_basename (backup->path);

      if (g_strcmp0 (base, name) == 0)
        return g_strdup (backup->path);
    }
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "There is no such backup");
  return NULL;
}

/**
 * moked_office_work_start_restore:
 * @name: of a backup
 * @error: %MOKED_ERROR_NOT_FOUND, %MOKED_ERROR_CONFLICT
 *
 * Begins to put a backup in the place of the office.
 */
gboolean
moked_office_work_start_restore (const char *name,
                                 GError    **error)
{
  g_autofree char *path = check_replaceable (error) ? find_backup (name, error) : NULL;

  if (path == NULL || !begin ("restore", error))
    return FALSE;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, restore_fiber, g_steal_pointer (&path), g_free));
  return TRUE;
}

/* -------------------------------------------------------------------------------------------------------- */

/**
 * moked_office_work_cancel:
 *
 * Ends what is under way, if it can still be ended, and removes the files that were exchanged.
 */
void
moked_office_work_cancel (void)
{
  if (work.cancellable != NULL)
    g_cancellable_cancel (work.cancellable);
  if (work.running)
    return;
  remove_file (EXPORT);
  remove_file (IMPORT);
}

void
moked_office_work_add_status (yyjson_mut_doc *doc,
                              yyjson_mut_val *object)
{
  g_mutex_lock (&work.lock);
  yyjson_mut_obj_add_sint (doc, object, "done", work.done);
  yyjson_mut_obj_add_sint (doc, object, "total", work.total);
  g_mutex_unlock (&work.lock);
  yyjson_mut_obj_add_str (doc, object, "kind", work.kind);
  yyjson_mut_obj_add_uint (doc, object, "number", work.number);
  yyjson_mut_obj_add_bool (doc, object, "running", work.running);
  yyjson_mut_obj_add_sint (doc, object, "size", work.size);
  yyjson_mut_obj_add_val (doc, object, "problem",
                          work.problem != NULL ? yyjson_mut_strcpy (doc, work.problem) : yyjson_mut_null (doc));
}

/**
 * moked_office_work_get_order:
 *
 * Returns: (nullable): what is to take the place of the office, now that the service has ended
 */
MokedRestoreOrder *
moked_office_work_get_order (void)
{
  return work.order;
}

/**
 * moked_office_work_end_order:
 * @error: (nullable): why the former office is still there
 */
void
moked_office_work_end_order (const GError *error)
{
  if (work.order->folder != NULL)
    moked_office_import_remove_folder (work.order->folder);
  g_clear_pointer (&work.order, free_order);
  end (error);
}
