/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-office-import.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "base/moked-error.h"
#include "base/moked-worker.h"
#include "service/moked-office-files.h"
#include "store/sqlite/moked-sqlite-store.h"
#include "transfer/moked-transfer.h"

/* An export becomes the office. It is unpacked beside the data, checked to the last byte, and then put in the place of
 * the database as a backup is; until then nothing of the present office is touched. */

typedef struct
{
  const char         *path;
  const char         *folder;
  GCancellable       *cancellable;
  MokedExportContent *content;
} Unpack;

void
moked_import_outcome_clear (MokedImportOutcome *self)
{
  g_clear_pointer (&self->made_at, g_free);
  g_clear_pointer (&self->kept, g_free);
}

static DexFuture *
unpack_on_thread (gpointer data)
{
  Unpack *unpack = data;
  g_autofree char *database = g_build_filename (unpack->folder, MOKED_EXPORT_DATABASE, NULL);
  MokedBackupContent content;
  GError *error = NULL;

  if (!moked_export_unpack (unpack->path, unpack->folder, unpack->cancellable, unpack->content, &error))
    return dex_future_new_for_error (error);
  if (moked_backup_check (database, &content, unpack->cancellable, &error))
    return dex_future_new_true ();
  g_prefix_error (&error, "%s cannot be imported. ", unpack->path);
  return dex_future_new_for_error (error);
}

/**
 * moked_office_import_remove_folder:
 * @folder: may not be there
 *
 * Three folders deep, and nothing in it but files: what was unpacked.
 */
void
moked_office_import_remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (folder, name, NULL);

      if (g_unlink (child) != 0)
        moked_office_import_remove_folder (child);
    }
  g_rmdir (folder);
}

/**
 * moked_office_import_unpack:
 * @path: an export
 * @cancellable: (nullable): ends it
 * @out_content: to be cleared
 * @error: moked_export_unpack()'s and moked_backup_check()'s
 *
 * In a fiber. Unpacks an export beside the data, and makes sure that it can take the place of the office.
 *
 * Returns: (transfer full) (nullable): the folder, for the caller to remove
 */
char *
moked_office_import_unpack (MokedService       *service,
                            const char         *path,
                            GCancellable       *cancellable,
                            MokedExportContent *out_content,
                            GError            **error)
{
  const char *dir = moked_service_config_get_dir (moked_service_get_config (service));
  g_autofree char *folder = g_build_filename (dir, "import-XXXXXX", NULL);
  g_autoptr (MokedWorker) worker = moked_worker_new ("import", 1);
  Unpack unpack = { path, folder, cancellable, out_content };

  if (g_mkdtemp_full (folder, 0700) == NULL)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", folder, g_strerror (errno));
      return NULL;
    }
  if (dex_await (moked_worker_run (worker, unpack_on_thread, &unpack, NULL), error))
    return g_steal_pointer (&folder);
  moked_office_import_remove_folder (folder);
  return NULL;
}

/* What there is now. A database that cannot be opened has nothing that could be asked for, and is kept as it is. */
static gboolean
look_at_present (MokedService *service,
                 gboolean      replace,
                 GPtrArray   **out_pairings,
                 GError      **error)
{
  g_autofree char *path = moked_service_config_dup_database (moked_service_get_config (service), error);
  MokedBackupContent content = { 0 };
  g_autoptr (GError) local_error = NULL;
  gboolean known;

  if (path == NULL)
    return FALSE;
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  known = moked_service_open_to_leave (service, &local_error) &&
          dex_await (moked_backup_content_read (moked_service_get_store (service), &content), &local_error);
  if (known)
    *out_pairings = moked_service_list_pairings (service, NULL);
  moked_service_close (service);
  if (g_error_matches (local_error, MOKED_ERROR, MOKED_ERROR_BUSY) || (!known && !replace))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (replace || content.offices == 0)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT,
               "There is an office in %s. To have the imported one in its place, say --replace; the present database is "
               "kept beside it.",
               path);
  return FALSE;
}

static gboolean
put_in_place (MokedService       *service,
              const char         *folder,
              GPtrArray          *pairings,
              MokedExportContent *content,
              MokedImportOutcome *outcome,
              GError            **error)
{
  g_autofree char *database = g_build_filename (folder, MOKED_EXPORT_DATABASE, NULL);

  outcome->made_at = g_strdup (content->made_at);
  outcome->files = content->files->len;
  return moked_office_files_take (service, content->files, error) &&
         moked_service_restore (service, database, pairings, &outcome->content, &outcome->kept, error);
}

/* Into the database of a server: it must be empty, and what is half there goes on where it was. */
static gboolean
move_in (MokedService       *service,
         const char         *folder,
         MokedExportContent *content,
         MokedImportOutcome *outcome,
         GError            **error)
{
  g_autofree char *database = g_build_filename (folder, MOKED_EXPORT_DATABASE, NULL);
  g_autoptr (MokedStore) from = moked_sqlite_store_new (database, 1, moked_service_get_clock (service));
  const MokedTransferOptions options = { .id = content->sha256 };
  MokedTransferCounts counts;
  gboolean moved;

  if (!dex_await (moked_store_open (from, moked_service_get_schema (service)), error))
    return FALSE;
  moved = moked_service_open_to_leave (service, error) &&
          moked_transfer_run (from, moked_service_get_store (service), moked_service_get_schema (service), &options,
                              &counts, error) &&
          dex_await (moked_backup_content_read (moked_service_get_store (service), &outcome->content), error);
  moked_service_close (service);
  return dex_await (moked_store_close (from), moved ? error : NULL) && moved;
}

static gboolean
import_to_server (MokedService       *service,
                  const char         *path,
                  MokedImportOutcome *outcome,
                  GError            **error)
{
  g_auto (MokedExportContent) content = { 0 };
  g_autofree char *folder = moked_office_import_unpack (service, path, NULL, &content, error);
  gboolean done;

  if (folder == NULL)
    return FALSE;
  outcome->made_at = g_strdup (content.made_at);
  outcome->files = content.files->len;
  done = moked_office_files_take (service, content.files, error) && move_in (service, folder, &content, outcome, error);
  moked_office_import_remove_folder (folder);
  return done;
}

/**
 * moked_office_import:
 * @service: one that is not open
 * @path: an export
 * @replace: whether it may take the place of an office
 * @out_outcome: to be cleared
 * @error: %MOKED_ERROR_BUSY when another process has the data, %MOKED_ERROR_CONFLICT when there is an office and
 *   @replace is %FALSE; moked_export_unpack()'s and moked_service_restore()'s. Nothing has happened then
 *
 * In a fiber. The former database stays beside the new one, and the devices that are paired stay so.
 */
gboolean
moked_office_import (MokedService       *service,
                     const char         *path,
                     gboolean            replace,
                     MokedImportOutcome *out_outcome,
                     GError            **error)
{
  g_autofree char *url = moked_service_config_dup_database_url (moked_service_get_config (service));
  g_auto (MokedExportContent) content = { 0 };
  g_autoptr (GPtrArray) pairings = NULL;
  g_autofree char *folder = NULL;
  gboolean done;

  if (url != NULL && replace)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID,
                           "On a PostgreSQL server an office is imported into a new database: give its address");
      return FALSE;
    }
  if (url != NULL)
    return import_to_server (service, path, out_outcome, error);
  if (!look_at_present (service, replace, &pairings, error))
    return FALSE;
  folder = moked_office_import_unpack (service, path, NULL, &content, error);
  if (folder == NULL)
    return FALSE;
  done = put_in_place (service, folder, pairings, &content, out_outcome, error);
  moked_office_import_remove_folder (folder);
  return done;
}
