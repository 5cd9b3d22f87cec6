/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "files/moked-file-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/moked-error.h"

#define THREADS 2
#define HASH_LENGTH 64
#define MAX_SUMS 64

/**
 * MokedFileStore:
 *
 * A folder of files that are named by their content: `AREA/ab/cd…` has the bytes whose SHA-256 is `abcd…`. An
 * area is a business: nothing of one is visible in another. A file is written under another name, synced, and
 * renamed when it is whole; afterwards it never changes. Several processes may use one folder.
 *
 * All functions but moked_file_store_run() block, and are safe from every thread.
 */
struct _MokedFileStore
{
  GObject        parent_instance;
  char          *path;
  MokedWorker   *worker;
  GMutex         mutex;
  GHashTable    *sums; /* path of a part → Sum: what was hashed as it came */
  MokedFileFault fault;
  gpointer       fault_data;
};

typedef struct
{
  GChecksum *checksum;
  gint64     offset;
} Sum;

G_DEFINE_FINAL_TYPE (MokedFileStore, moked_file_store, G_TYPE_OBJECT)

static void
sum_free (gpointer data)
{
  Sum *sum = data;

  g_checksum_free (sum->checksum);
  g_free (sum);
}

static void
moked_file_store_finalize (GObject *object)
{
  MokedFileStore *self = MOKED_FILE_STORE (object);

  g_clear_pointer (&self->worker, moked_worker_close);
  g_clear_pointer (&self->sums, g_hash_table_unref);
  g_clear_pointer (&self->path, g_free);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (moked_file_store_parent_class)->finalize (object);
}

static void
moked_file_store_class_init (MokedFileStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_file_store_finalize;
}

static void
moked_file_store_init (MokedFileStore *self)
{
  g_mutex_init (&self->mutex);
  self->sums = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, sum_free);
  self->worker = moked_worker_new ("moked-files", THREADS);
}

/**
 * moked_file_store_new:
 * @path: the folder; made when the first file comes
 *
 * Returns: (transfer full): the store
 */
MokedFileStore *
moked_file_store_new (const char *path)
{
  MokedFileStore *self = g_object_new (MOKED_TYPE_FILE_STORE, NULL);

  self->path = g_strdup (path);
  return self;
}

/**
 * moked_file_store_run:
 * @func: what to do, see [callback@WorkFunc]
 * @data: for @func
 * @destroy: (nullable): frees @data
 *
 * Runs what blocks on the store's own threads. @func must not hold the last reference to the store.
 *
 * Returns: (transfer full): what @func gave
 */
DexFuture *
moked_file_store_run (MokedFileStore *self,
                      MokedWorkFunc   func,
                      gpointer        data,
                      GDestroyNotify  destroy)
{
  g_return_val_if_fail (MOKED_IS_FILE_STORE (self), NULL);

  return moked_worker_run (self->worker, func, data, destroy);
}

/**
 * moked_file_store_set_fault:
 * @fault: (nullable): for tests
 */
void
moked_file_store_set_fault (MokedFileStore *self,
                            MokedFileFault  fault,
                            gpointer        user_data)
{
  self->fault = fault;
  self->fault_data = user_data;
}

void
moked_file_store_pass (MokedFileStore *self,
                       const char     *step)
{
  if (self->fault != NULL)
    self->fault (step, self->fault_data);
}

/* Names */

/**
 * moked_file_store_is_hash:
 * @text: (nullable): from anywhere
 *
 * Returns: whether @text is a SHA-256 in lower-case hexadecimal digits, and nothing that leads elsewhere
 */
gboolean
moked_file_store_is_hash (const char *text)
{
  return text != NULL && strlen (text) == HASH_LENGTH && strspn (text, "0123456789abcdef") == HASH_LENGTH;
}

static gboolean
is_area (const char *area)
{
  gsize length = strlen (area);

  return length > 0 && length <= 64 &&
         strspn (area, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-") == length;
}

const char *
moked_file_store_get_path (MokedFileStore *self)
{
  return self->path;
}

char *
moked_file_store_dup_folder (MokedFileStore *self,
                             const char     *area,
                             const char     *name)
{
  g_return_val_if_fail (is_area (area), NULL);

  return g_build_filename (self->path, area, name, NULL);
}

static char *
dup_shelf (MokedFileStore *self,
           const char     *area,
           const char     *sha256)
{
  const char name[] = { sha256[0], sha256[1], '\0' };

  return moked_file_store_dup_folder (self, area, name);
}

/**
 * moked_file_store_dup_path:
 * @area: the business
 * @sha256: a hash, see moked_file_store_is_hash()
 *
 * Returns: (transfer full): where these bytes are or would be; never to be written to
 */
char *
moked_file_store_dup_path (MokedFileStore *self,
                           const char     *area,
                           const char     *sha256)
{
  g_autofree char *shelf = NULL;

  g_return_val_if_fail (MOKED_IS_FILE_STORE (self), NULL);
  g_return_val_if_fail (moked_file_store_is_hash (sha256), NULL);

  shelf = dup_shelf (self, area, sha256);
  return g_build_filename (shelf, sha256 + 2, NULL);
}

/* Errors and bytes */

gboolean
moked_file_store_fail (const char *path,
                       GError    **error)
{
  int number = errno;
  MokedError code = MOKED_ERROR_STORAGE;

  if (number == ENOSPC || number == EDQUOT || number == EFBIG)
    code = MOKED_ERROR_FULL;
  else if (number == ENOENT)
    code = MOKED_ERROR_NOT_FOUND;
  g_set_error (error, MOKED_ERROR, code, "%s: %s", path, g_strerror (number));
  return FALSE;
}

gboolean
moked_file_store_write_all (int         fd,
                            const void *data,
                            gsize       length,
                            GError    **error)
{
  const char *at = data;

  while (length > 0)
    {
      gssize n = write (fd, at, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return moked_file_store_fail ("A file could not be written", error);
      at += n;
      length -= n;
    }
  return TRUE;
}

/* From the file's beginning to its end. */
gboolean
moked_file_store_sum_fd (int        fd,
                         GChecksum *sum,
                         GError   **error)
{
  g_autofree guchar *block = g_malloc (MOKED_FILE_BLOCK);
  gint64 offset = 0;
  gssize n;

  while ((n = pread (fd, block, MOKED_FILE_BLOCK, offset)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return moked_file_store_fail ("A file could not be read", error);
      g_checksum_update (sum, block, n);
      offset += n;
    }
  return TRUE;
}

/* What was hashed while it came, so that the last piece of a large file does not cost reading all of it again.
 * Whoever takes a sum gives it back with moked_file_store_note_sum(). */
GChecksum *
moked_file_store_take_sum (MokedFileStore *self,
                           const char     *path,
                           gint64          offset)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Sum *sum = g_hash_table_lookup (self->sums, path);
  GChecksum *checksum = NULL;

  if (sum != NULL && sum->offset == offset)
    checksum = g_checksum_copy (sum->checksum);
  g_hash_table_remove (self->sums, path);
  return checksum == NULL && offset == 0 ? g_checksum_new (G_CHECKSUM_SHA256) : checksum;
}

void
moked_file_store_note_sum (MokedFileStore *self,
                           const char     *path,
                           gint64          offset,
                           GChecksum      *checksum)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Sum *sum = g_new (Sum, 1);

  /* Forgetting costs time, nothing else. */
  if (g_hash_table_size (self->sums) >= MAX_SUMS)
    g_hash_table_remove_all (self->sums);
  *sum = (Sum) { checksum, offset };
  g_hash_table_insert (self->sums, g_strdup (path), sum);
}

/* Keeping */

static gboolean
sync_folder (const char *path,
             GError    **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean good = fd >= 0 && fsync (fd) == 0;

  if (!good)
    moked_file_store_fail (path, error);
  if (fd >= 0)
    close (fd);
  return good;
}

/**
 * moked_file_store_lock:
 * @operation: `LOCK_SH` to keep or claim a file, `LOCK_EX` to remove one
 *
 * Returns: a file descriptor; closing it lets go; -1 on an error
 */
int
moked_file_store_lock (MokedFileStore *self,
                       const char     *area,
                       int             operation,
                       GError        **error)
{
  g_autofree char *folder = moked_file_store_dup_folder (self, area, NULL);
  g_autofree char *path = moked_file_store_dup_folder (self, area, "lock");
  int fd;

  if (g_mkdir_with_parents (folder, 0700) != 0 || (fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0)
    {
      moked_file_store_fail (path, error);
      return -1;
    }
  while (flock (fd, operation) != 0)
    if (errno != EINTR)
      {
        moked_file_store_fail (path, error);
        close (fd);
        return -1;
      }
  return fd;
}

static gboolean
rename_into (MokedFileStore *self,
             const char     *shelf,
             const char     *path,
             const char     *final,
             GError        **error)
{
  g_autofree char *area = g_path_get_dirname (shelf);
  gboolean made = g_mkdir_with_parents (shelf, 0700) == 0;

  if (!made || rename (path, final) != 0)
    return moked_file_store_fail (final, error);
  moked_file_store_pass (self, "renamed");
  return sync_folder (shelf, error) && sync_folder (area, error);
}

/**
 * moked_file_store_keep:
 * @fd: of @path, with all the bytes that belong to @sha256
 * @path: its name until now; gone afterwards
 *
 * Gives whole and verified bytes their name.
 */
gboolean
moked_file_store_keep (MokedFileStore *self,
                       const char     *area,
                       const char     *sha256,
                       int             fd,
                       const char     *path,
                       GError        **error)
{
  g_autofree char *final = moked_file_store_dup_path (self, area, sha256);
  g_autofree char *shelf = dup_shelf (self, area, sha256);
  gboolean good;
  int lock;

  moked_file_store_pass (self, "written");
  if (fsync (fd) != 0)
    return moked_file_store_fail (path, error);
  moked_file_store_pass (self, "synced");
  lock = moked_file_store_lock (self, area, LOCK_SH, error);
  if (lock < 0)
    return FALSE;
  if (moked_file_store_has (self, area, sha256, NULL))
    good = utimensat (AT_FDCWD, final, NULL, 0) == 0 && unlink (path) == 0;
  else
    good = rename_into (self, shelf, path, final, error) && fchmod (fd, 0400) == 0;
  close (lock);
  return good;
}

/* Asking */

/**
 * moked_file_store_has:
 * @out_size: (out) (optional): bytes
 *
 * Returns: whether the whole file is here
 */
gboolean
moked_file_store_has (MokedFileStore *self,
                      const char     *area,
                      const char     *sha256,
                      gint64         *out_size)
{
  g_autofree char *path = moked_file_store_dup_path (self, area, sha256);
  struct stat status;

  if (stat (path, &status) != 0 || !S_ISREG (status.st_mode))
    return FALSE;
  if (out_size != NULL)
    *out_size = status.st_size;
  return TRUE;
}

/**
 * moked_file_store_claim:
 * @size: what the record says; another size is another file
 * @out_here: whether it is here
 *
 * Asks for a file that something is about to refer to, and keeps it from being removed as idle from now on.
 */
gboolean
moked_file_store_claim (MokedFileStore *self,
                        const char     *area,
                        const char     *sha256,
                        gint64          size,
                        gboolean       *out_here,
                        GError        **error)
{
  g_autofree char *path = moked_file_store_dup_path (self, area, sha256);
  gint64 found;
  int lock;

  *out_here = FALSE;
  if (!moked_file_store_has (self, area, sha256, NULL))
    return TRUE;
  lock = moked_file_store_lock (self, area, LOCK_SH, error);
  if (lock < 0)
    return FALSE;
  *out_here = moked_file_store_has (self, area, sha256, &found) && found == size &&
              utimensat (AT_FDCWD, path, NULL, 0) == 0;
  close (lock);
  return TRUE;
}

/**
 * moked_file_store_read:
 * @offset: from where
 * @length: at most so many bytes
 * @error: %MOKED_ERROR_NOT_FOUND, %MOKED_ERROR_STORAGE
 *
 * Returns: (transfer full) (nullable): the bytes; empty at the end
 */
GBytes *
moked_file_store_read (MokedFileStore *self,
                       const char     *area,
                       const char     *sha256,
                       gint64          offset,
                       gsize           length,
                       GError        **error)
{
  g_autofree char *path = moked_file_store_dup_path (self, area, sha256);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  g_autofree guchar *data = NULL;
  gsize got = 0;
  gssize n = 1;

  if (fd < 0)
    {
      moked_file_store_fail (path, error);
      return NULL;
    }
  data = g_malloc (length > 0 ? length : 1);
  while (got < length && (n = pread (fd, data + got, length - got, offset + got)) != 0)
    {
      if (n < 0 && errno != EINTR)
        break;
      got += MAX (n, 0);
    }
  if (n < 0)
    moked_file_store_fail (path, error);
  close (fd);
  return n < 0 ? NULL : g_bytes_new_take (g_steal_pointer (&data), got);
}

/**
 * moked_file_store_check:
 * @error: %MOKED_ERROR_CORRUPT: it was not what its name says, and is removed; %MOKED_ERROR_NOT_FOUND
 *
 * Reads a file from its first byte to its last.
 */
gboolean
moked_file_store_check (MokedFileStore *self,
                        const char     *area,
                        const char     *sha256,
                        GError        **error)
{
  g_autofree char *path = moked_file_store_dup_path (self, area, sha256);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean good;

  if (fd < 0)
    return moked_file_store_fail (path, error);
  good = moked_file_store_sum_fd (fd, sum, error);
  close (fd);
  if (!good || g_str_equal (g_checksum_get_string (sum), sha256))
    return good;
  unlink (path);
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_CORRUPT, "A stored file was damaged: %s", sha256);
  return FALSE;
}

/**
 * moked_file_store_copy_out:
 * @target: is replaced when it is there
 * @cancellable: (nullable): leaves no target
 *
 * Copies a file for a person or another program, which may change what it got.
 */
gboolean
moked_file_store_copy_out (MokedFileStore *self,
                           const char     *area,
                           const char     *sha256,
                           GFile          *target,
                           GCancellable   *cancellable,
                           GError        **error)
{
  g_autofree char *path = moked_file_store_dup_path (self, area, sha256);
  g_autoptr (GFile) source = g_file_new_for_path (path);
  g_autoptr (GError) local_error = NULL;
  MokedError code = MOKED_ERROR_STORAGE;

  if (g_file_copy (source, target, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS, cancellable, NULL, NULL,
                   &local_error))
    return TRUE;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    code = MOKED_ERROR_FULL;
  else if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    code = MOKED_ERROR_CANCELLED;
  else if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    code = MOKED_ERROR_NOT_FOUND;
  g_set_error_literal (error, MOKED_ERROR, code, local_error->message);
  return FALSE;
}
