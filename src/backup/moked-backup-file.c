/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "backup/moked-backup-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/moked-error.h"

/* Files that are whole or not there, and nobody's but their owner's. All of it blocks. */

#define BLOCK (1 << 20)

void
moked_backup_set_error (GError    **error,
                        const char *path,
                        int         code)
{
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", path, g_strerror (code));
}

static gboolean
write_all (int         fd,
           const char *data,
           gsize       length)
{
  while (length > 0)
    {
      gssize written = write (fd, data, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return FALSE;
      data += written;
      length -= (gsize) written;
    }
  return TRUE;
}

/* Returns: what failed, as errno has it; 0 when all is copied */
static int
copy_content (int from,
              int to)
{
  g_autofree char *block = g_malloc (BLOCK);
  gssize length;

  while ((length = read (from, block, BLOCK)) != 0)
    {
      if (length < 0 && errno == EINTR)
        continue;
      if (length < 0 || !write_all (to, block, (gsize) length))
        return errno;
    }
  return fsync (to) == 0 ? 0 : errno;
}

/**
 * moked_backup_file_copy:
 * @to: must not exist
 *
 * What could not be finished does not stay.
 */
gboolean
moked_backup_file_copy (const char *from,
                        const char *to,
                        GError    **error)
{
  g_autofd int in = open (from, O_RDONLY | O_CLOEXEC);
  g_autofd int out = -1;
  int code;

  if (in < 0)
    {
      moked_backup_set_error (error, from, errno);
      return FALSE;
    }
  out = open (to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (out < 0)
    {
      moked_backup_set_error (error, to, errno);
      return FALSE;
    }
  code = copy_content (in, out);
  if (code == 0)
    return TRUE;
  moked_backup_set_error (error, to, code);
  g_unlink (to);
  return FALSE;
}

/**
 * moked_backup_file_sync:
 * @path: a file or a folder
 *
 * Waits until it is on the disk.
 */
gboolean
moked_backup_file_sync (const char *path,
                        GError    **error)
{
  g_autofd int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd >= 0 && fsync (fd) == 0)
    return TRUE;
  moked_backup_set_error (error, path, errno);
  return FALSE;
}

/**
 * moked_backup_file_publish:
 * @part: a whole file in the folder of @path
 * @path: takes the place of what is there
 *
 * Gives the file its name, so that it has it after a power cut too.
 */
gboolean
moked_backup_file_publish (const char *part,
                           const char *path,
                           GError    **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_chmod (part, 0600) != 0)
    {
      moked_backup_set_error (error, part, errno);
      return FALSE;
    }
  if (!moked_backup_file_sync (part, error))
    return FALSE;
  if (g_rename (part, path) != 0)
    {
      moked_backup_set_error (error, path, errno);
      return FALSE;
    }
  return moked_backup_file_sync (folder, error);
}

/**
 * moked_backup_file_remove:
 * @path: a database that nobody has open; may not be there
 *
 * Removes it with what SQLite has beside it.
 */
void
moked_backup_file_remove (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *one = g_strconcat (path, suffixes[i], NULL);

      g_unlink (one);
    }
}
