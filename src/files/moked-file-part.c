/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "files/moked-file-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/moked-error.h"

/* A file that comes in pieces, in their order: AREA/incoming/HASH grows by whole pieces, and what is there says
 * where to go on, after any interruption on either side. What it is for is its name, so that two senders of the same
 * content work on one part: the later of two equal pieces finds that it is not the next one. */

static char *
dup_part (MokedFileStore *self,
          const char     *area,
          const char     *sha256)
{
  g_autofree char *folder = moked_file_store_dup_folder (self, area, "incoming");

  return g_build_filename (folder, sha256, NULL);
}

/**
 * moked_file_store_get_offset:
 *
 * Returns: how many bytes of an incoming file are here; 0 when nothing is
 */
gint64
moked_file_store_get_offset (MokedFileStore *self,
                             const char     *area,
                             const char     *sha256)
{
  g_autofree char *path = dup_part (self, area, sha256);
  struct stat status;

  return stat (path, &status) == 0 ? status.st_size : 0;
}

/* Alone on the part; the one that is there under its name, and not one that was just renamed away. */
static int
open_part (const char *path,
           GError    **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat held, named;
  int fd;

  if (g_mkdir_with_parents (folder, 0700) != 0 || (fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0)
    {
      moked_file_store_fail (path, error);
      return -1;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) == 0 && fstat (fd, &held) == 0 && stat (path, &named) == 0 &&
      held.st_ino == named.st_ino && held.st_dev == named.st_dev)
    return fd;
  close (fd);
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_BUSY, "Somebody else sends this file at this moment");
  return -1;
}

/* A piece that does not fit on the disk leaves nothing of it. */
static gboolean
write_piece (int     fd,
             gint64  offset,
             GBytes *bytes,
             GError **error)
{
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  if (lseek (fd, offset, SEEK_SET) == offset && moked_file_store_write_all (fd, data, length, error))
    return TRUE;
  if (ftruncate (fd, offset) != 0)
    g_warning ("A piece of a file could not be taken back: %s", g_strerror (errno));
  return FALSE;
}

static gboolean
finish (MokedFileStore *self,
        const char     *area,
        const char     *sha256,
        int             fd,
        const char     *path,
        GChecksum      *given,
        GError        **error)
{
  g_autoptr (GChecksum) sum = given != NULL ? given : g_checksum_new (G_CHECKSUM_SHA256);

  if (given == NULL && !moked_file_store_sum_fd (fd, sum, error))
    return FALSE;
  if (g_str_equal (g_checksum_get_string (sum), sha256))
    return moked_file_store_keep (self, area, sha256, fd, path, error);
  unlink (path);
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_REJECTED,
                       "What was sent is not the file that was announced; it was put away");
  return FALSE;
}

static gboolean
append_to (MokedFileStore *self,
           const char     *area,
           const char     *sha256,
           int             fd,
           const char     *path,
           gint64          size,
           gint64          offset,
           GBytes         *bytes,
           gint64         *out_offset,
           GError        **error)
{
  gint64 length = g_bytes_get_size (bytes);
  struct stat status;
  GChecksum *sum;

  if (fstat (fd, &status) != 0)
    return moked_file_store_fail (path, error);
  *out_offset = status.st_size;
  if (status.st_size > size)
    {
      unlink (path);
      *out_offset = 0;
    }
  if (offset != *out_offset)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT, "The next piece begins at %" G_GINT64_FORMAT, *out_offset);
      return FALSE;
    }
  sum = moked_file_store_take_sum (self, path, offset);
  if (!write_piece (fd, offset, bytes, error))
    {
      g_clear_pointer (&sum, g_checksum_free);
      return FALSE;
    }
  if (sum != NULL)
    g_checksum_update (sum, g_bytes_get_data (bytes, NULL), length);
  moked_file_store_pass (self, "piece");
  *out_offset = offset + length;
  if (*out_offset == size)
    return finish (self, area, sha256, fd, path, sum, error);
  if (sum != NULL)
    moked_file_store_note_sum (self, path, *out_offset, sum);
  return TRUE;
}

/**
 * moked_file_store_append:
 * @size: of the whole file
 * @offset: where @bytes belong; what is there already, neither more nor less
 * @bytes: the piece; an empty one only has a part that is already whole verified
 * @out_offset: how much is there now, also after %MOKED_ERROR_CONFLICT; @size means that the file is whole,
 *   verified and kept
 * @error: %MOKED_ERROR_CONFLICT when @offset is not the next one, %MOKED_ERROR_INVALID when there is more than
 *   @size, %MOKED_ERROR_REJECTED when the whole is not what the hash says (and is put away), %MOKED_ERROR_BUSY,
 *   %MOKED_ERROR_FULL, %MOKED_ERROR_STORAGE
 *
 * Takes the next piece of a file. It does not matter whether the file is here already: who sends it all has shown that
 * they have it.
 */
gboolean
moked_file_store_append (MokedFileStore *self,
                         const char     *area,
                         const char     *sha256,
                         gint64          size,
                         gint64          offset,
                         GBytes         *bytes,
                         gint64         *out_offset,
                         GError        **error)
{
  g_autofree char *path = dup_part (self, area, sha256);
  gboolean good;
  int fd;

  g_return_val_if_fail (MOKED_IS_FILE_STORE (self), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);

  *out_offset = 0;
  if (offset < 0 || size < 0 || offset > size || (gint64) g_bytes_get_size (bytes) > size - offset)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "The piece lies outside the file");
      return FALSE;
    }
  fd = open_part (path, error);
  if (fd < 0)
    return FALSE;
  good = append_to (self, area, sha256, fd, path, size, offset, bytes, out_offset, error);
  close (fd);
  return good;
}
