/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "files/moked-file-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/moked-error.h"
#include "base/moked-ulid.h"

/* Taking in a file of this computer: read once, hashed and copied block by block, whatever its size. */

#define HEAD 4096

void
moked_stored_file_clear (MokedStoredFile *file)
{
  g_clear_pointer (&file->sha256, g_free);
  g_clear_pointer (&file->head, g_bytes_unref);
}

static gboolean
fail_reading (GError  *reason,
              GError **error)
{
  g_autoptr (GError) cause = reason;
  MokedError code = MOKED_ERROR_STORAGE;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    code = MOKED_ERROR_CANCELLED;
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    code = MOKED_ERROR_NOT_FOUND;
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY))
    code = MOKED_ERROR_INVALID;
  g_set_error_literal (error, MOKED_ERROR, code, cause->message);
  return FALSE;
}

static gboolean
copy (GInputStream    *input,
      int              fd,
      GChecksum       *sum,
      GCancellable    *cancellable,
      MokedStoredFile *file,
      GError         **error)
{
  g_autofree guchar *block = g_malloc (MOKED_FILE_BLOCK);
  GError *reason = NULL;
  gsize got;

  do
    {
      if (!g_input_stream_read_all (input, block, MOKED_FILE_BLOCK, &got, cancellable, &reason))
        return fail_reading (reason, error);
      if (file->head == NULL)
        file->head = g_bytes_new (block, MIN (got, HEAD));
      g_checksum_update (sum, block, got);
      file->size += got;
      if (!moked_file_store_write_all (fd, block, got, error))
        return FALSE;
    }
  while (got == MOKED_FILE_BLOCK);
  return TRUE;
}

static gboolean
import_to (MokedFileStore  *self,
           const char      *area,
           GInputStream    *input,
           const char      *path,
           GCancellable    *cancellable,
           MokedStoredFile *file,
           GError         **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  gboolean good;

  if (fd < 0)
    return moked_file_store_fail (path, error);
  good = copy (input, fd, sum, cancellable, file, error);
  if (good)
    {
      file->sha256 = g_strdup (g_checksum_get_string (sum));
      good = moked_file_store_keep (self, area, file->sha256, fd, path, error);
    }
  close (fd);
  return good;
}

/**
 * moked_file_store_import:
 * @source: a file that can be read to its end
 * @out_file: what it is now; cleared by the caller
 * @error: %MOKED_ERROR_NOT_FOUND, %MOKED_ERROR_INVALID for a folder, %MOKED_ERROR_FULL, %MOKED_ERROR_CANCELLED,
 *   %MOKED_ERROR_STORAGE; nothing is left behind
 *
 * Takes a copy of a file. One that changes while it is read is kept as it was read.
 */
gboolean
moked_file_store_import (MokedFileStore  *self,
                         const char      *area,
                         GFile           *source,
                         GCancellable    *cancellable,
                         MokedStoredFile *out_file,
                         GError         **error)
{
  g_autofree char *folder = moked_file_store_dup_folder (self, area, "incoming");
  g_autofree char *id = moked_ulid_new (NULL);
  g_autofree char *path = g_strconcat (folder, "/import-", id, NULL);
  g_autoptr (GFileInputStream) input = NULL;
  GError *reason = NULL;
  gboolean good;

  *out_file = (MokedStoredFile) { 0 };
  input = g_file_read (source, cancellable, &reason);
  if (input == NULL)
    return fail_reading (reason, error);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return moked_file_store_fail (folder, error);
  good = import_to (self, area, G_INPUT_STREAM (input), path, cancellable, out_file, error);
  if (!good)
    unlink (path);
  return good;
}
