/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-lock-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/moked-error.h"

/* The file stays when the lock goes: who takes a file away that others have open makes two locks of one. */

/**
 * moked_lock_file_take:
 * @path: a file that is only there to be locked; made when it does not exist
 * @error: %MOKED_ERROR_IN_USE when somebody has it, in this process or another one; %MOKED_ERROR_STORAGE
 *
 * Makes sure that there is one user of something. The lock goes with the process, however it ends, and is not
 * passed on to programs that it starts.
 *
 * Returns: a lock to give back with [func@lock_file_release]; -1 with @error set
 */
int
moked_lock_file_take (const char *path,
                      GError    **error)
{
  int lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  int code;

  /* A lock of the open file, not of the process: two users in one process are two as well. */
  if (lock >= 0 && flock (lock, LOCK_EX | LOCK_NB) == 0)
    return lock;
  code = errno;
  if (lock >= 0)
    close (lock);
  if (lock >= 0 && code == EWOULDBLOCK)
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_IN_USE, "Another program has locked %s", path);
  else
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", path, g_strerror (code));
  return -1;
}

/**
 * moked_lock_file_release:
 * @lock: what [func@lock_file_take] gave; -1 is no lock
 */
void
moked_lock_file_release (int lock)
{
  if (lock >= 0)
    close (lock);
}
