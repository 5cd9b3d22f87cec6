/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sqlite/moked-sqlite-backup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/moked-error.h"

/* A copy that grows between the writer's transactions. What the connection writes meanwhile SQLite writes into the
 * copy, too, where it has been already. The copy is brought to the disk by who asked for it: waiting for that would
 * stop the writer. */
struct _MokedSqliteBackup
{
  char           *path;
  sqlite3        *copy;
  sqlite3_backup *backup;
  int             code; /* SQLite's, of what failed first */
};

/**
 * moked_sqlite_backup_begin:
 * @from: the writer's connection; used by one thread until the copy is finished
 * @path: a file that does not exist yet
 *
 * Returns: (transfer full) (nullable): a copy to go on with and to finish
 */
MokedSqliteBackup *
moked_sqlite_backup_begin (MokedSqliteConnection *from,
                           const char            *path,
                           GError               **error)
{
  MokedSqliteBackup *self;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT, "There is a file %s already", path);
      return NULL;
    }
  self = g_new0 (MokedSqliteBackup, 1);
  self->path = g_strdup (path);
  self->code = sqlite3_open_v2 (path, &self->copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
  if (self->code == SQLITE_OK)
    self->code = sqlite3_exec (self->copy, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
  if (self->code == SQLITE_OK)
    {
      self->backup = sqlite3_backup_init (self->copy, "main", moked_sqlite_connection_get_db (from), "main");
      self->code = self->backup != NULL ? SQLITE_OK : sqlite3_errcode (self->copy);
    }
  if (self->code == SQLITE_OK)
    return self;
  moked_sqlite_backup_finish (self, error);
  return NULL;
}

/**
 * moked_sqlite_backup_step:
 * @n_pages: at most so many; -1 for all that are left
 * @out_more: whether pages are left
 *
 * Between two transactions. A failure is told by [func@sqlite_backup_finish].
 */
gboolean
moked_sqlite_backup_step (MokedSqliteBackup *self,
                          int                n_pages,
                          gboolean          *out_more)
{
  int code = sqlite3_backup_step (self->backup, n_pages);

  *out_more = code == SQLITE_OK;
  /* A lock ends a step early and is no error to SQLite. */
  if (code != SQLITE_OK && code != SQLITE_DONE)
    self->code = code;
  return self->code == SQLITE_OK;
}

/**
 * moked_sqlite_backup_finish:
 * @self: (transfer full): a copy that has all its pages, or failed
 *
 * Has the copy say that it is one: [func@sqlite_connection_is_copy]. Half a copy is removed, and so is what failed.
 */
gboolean
moked_sqlite_backup_finish (MokedSqliteBackup *self,
                            GError           **error)
{
  int code = self->backup != NULL ? sqlite3_backup_finish (self->backup) : SQLITE_OK;
  gboolean good;

  if (self->code == SQLITE_OK)
    self->code = code;
  if (self->code == SQLITE_OK)
    self->code = sqlite3_exec (self->copy, "PRAGMA user_version=" MOKED_SQLITE_IS_COPY, NULL, NULL, NULL);
  good = self->code == SQLITE_OK;
  if (!good)
    moked_sqlite_set_error (error, self->copy, self->code);
  sqlite3_close_v2 (self->copy);
  /* Half a copy must not look like one. */
  if (!good)
    g_unlink (self->path);
  g_free (self->path);
  g_free (self);
  return good;
}

static gboolean
bring_to_disk (const char *path,
               GError    **error)
{
  g_autofd int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd >= 0 && fsync (fd) == 0)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
  return FALSE;
}

/**
 * moked_sqlite_backup_make:
 * @from: a connection that nobody else uses
 * @path: a file that does not exist yet
 *
 * Makes a copy at once, and waits until it is on the disk.
 */
gboolean
moked_sqlite_backup_make (MokedSqliteConnection *from,
                          const char            *path,
                          GError               **error)
{
  MokedSqliteBackup *self = moked_sqlite_backup_begin (from, path, error);
  gboolean more;

  if (self == NULL)
    return FALSE;
  moked_sqlite_backup_step (self, -1, &more);
  return moked_sqlite_backup_finish (self, error) && bring_to_disk (path, error);
}
