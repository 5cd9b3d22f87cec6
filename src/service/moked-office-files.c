/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-office-files.h"

#include "features/attachments/moked-attachment-content.h"

/* Which attachments belong to the offices of a database, and where they are. A file never changes, so that nobody
 * has to wait while it is read. */

typedef struct
{
  MokedFileStore *store;
  const char     *business;
  GPtrArray      *files;
} Listing;

static void
add_file (const Listing *listing,
          const char    *sha256)
{
  MokedExportFile *file;

  /* A mark may be older than the loss of what it marks; who still has the file sends it again. */
  if (!moked_file_store_has (listing->store, listing->business, sha256, NULL))
    return;
  file = g_new0 (MokedExportFile, 1);
  file->area = g_strdup (listing->business);
  file->sha256 = g_strdup (sha256);
  file->path = moked_file_store_dup_path (listing->store, listing->business, sha256);
  g_ptr_array_add (listing->files, file);
}

static DexFuture *
list_in_session (MokedSession *session,
                 gpointer      data)
{
  const Listing *listing = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) hashes = moked_attachment_list_files (session, &error);

  if (hashes == NULL)
    return dex_future_new_for_error (error);
  for (guint i = 0; i < hashes->len; i++)
    add_file (listing, g_ptr_array_index (hashes, i));
  return dex_future_new_true ();
}

static DexFuture *
list_businesses (MokedSession *session,
                 gpointer      data)
{
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, &error, "SELECT business_id FROM business_seq", "");

  while (cursor != NULL && moked_cursor_next (cursor, &error))
    g_ptr_array_add (data, moked_cursor_dup_text (cursor, 0));
  return error == NULL ? dex_future_new_true () : dex_future_new_for_error (error);
}

/**
 * moked_office_files_list:
 * @service: an open service
 *
 * In a fiber.
 *
 * Returns: (transfer full) (nullable) (element-type MokedExportFile): the attachments that records name
 */
GPtrArray *
moked_office_files_list (MokedService *service,
                         GError      **error)
{
  g_autoptr (MokedFileStore) store = moked_service_new_file_store (service);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) moked_export_file_free);
  g_autoptr (GPtrArray) businesses = g_ptr_array_new_with_free_func (g_free);

  if (!dex_await (moked_store_read (moked_service_get_store (service), NULL, list_businesses, businesses, NULL), error))
    return NULL;
  for (guint i = 0; i < businesses->len; i++)
    {
      Listing listing = { store, g_ptr_array_index (businesses, i), files };

      if (!dex_await (moked_store_read (moked_service_get_store (service), listing.business, list_in_session, &listing,
                                        NULL), error))
        return NULL;
    }
  return g_steal_pointer (&files);
}

typedef struct
{
  MokedFileStore *store;
  GPtrArray      *files;
} Taking;

static DexFuture *
take_on_thread (gpointer data)
{
  const Taking *taking = data;
  GError *error = NULL;

  for (guint i = 0; i < taking->files->len; i++)
    {
      const MokedExportFile *file = g_ptr_array_index (taking->files, i);
      g_autoptr (GFile) source = g_file_new_for_path (file->path);
      g_auto (MokedStoredFile) stored = { 0 };

      if (!moked_file_store_import (taking->store, file->area, source, NULL, &stored, &error))
        return dex_future_new_for_error (error);
    }
  return dex_future_new_true ();
}

/**
 * moked_office_files_take:
 * @files: (element-type MokedExportFile): attachments of an export, unpacked
 *
 * In a fiber. Keeps them with the office's.
 */
gboolean
moked_office_files_take (MokedService *service,
                         GPtrArray    *files,
                         GError      **error)
{
  g_autoptr (MokedFileStore) store = moked_service_new_file_store (service);
  Taking taking = { store, files };

  return dex_await (moked_file_store_run (store, take_on_thread, &taking, NULL), error);
}
