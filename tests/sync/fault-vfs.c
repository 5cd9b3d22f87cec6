/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault-vfs.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

/* Counts what a database writes, and lets it fail where the test wants. What was written since the last fsync of a
 * file is remembered: when the power goes some of it is on the disk and some is not, in any order, and of a write only
 * some sectors, perhaps. */

#define SECTOR 512

typedef struct
{
  sqlite3_int64 at;
  sqlite3_int64 size_before; /* of the file */
  GBytes       *before;      /* what was there, as far as there was something */
  GBytes       *written;     /* NULL: the file was cut at @at */
} Write;

typedef struct
{
  char      *path;
  GPtrArray *writes; /* Write: since the last fsync */
} Log;

typedef struct
{
  char      *path; /* of the database; its log has a longer one */
  FaultKind  kind;
  gint64     left; /* writes until the fault; -1: none is planned */
  gboolean   met;
  guint      count;
  GPtrArray *logs; /* Log */
} Group;

typedef struct
{
  sqlite3_file base;
  Group       *group;
  Log         *log;
  sqlite3_file real[]; /* the system's, in the room behind */
} FaultFile;

static GMutex lock;
static GPtrArray *groups; /* Group; they live as long as the program */
static sqlite3_vfs fault_vfs;
static sqlite3_vfs *system_vfs;

static void
free_write (gpointer data)
{
  Write *write = data;

  g_bytes_unref (write->before);
  g_clear_pointer (&write->written, g_bytes_unref);
  g_free (write);
}

static Group *
find_group (const char *path,
            gboolean    make)
{
  for (guint i = 0; i < groups->len; i++)
    {
      Group *group = g_ptr_array_index (groups, i);

      if (strcmp (group->path, path) == 0 ||
          (g_str_has_prefix (path, group->path) && path[strlen (group->path)] == '-' &&
           (g_str_has_suffix (path, "-wal") || g_str_has_suffix (path, "-journal"))))
        return group;
    }
  if (!make)
    return NULL;
  g_ptr_array_add (groups, g_new0 (Group, 1));
  {
    Group *group = g_ptr_array_index (groups, groups->len - 1);

    group->path = g_strdup (path);
    group->left = -1;
    group->logs = g_ptr_array_new ();
    return group;
  }
}

static Log *
find_log (Group      *group,
          const char *path)
{
  Log *log;

  for (guint i = 0; i < group->logs->len; i++)
    {
      log = g_ptr_array_index (group->logs, i);
      if (strcmp (log->path, path) == 0)
        return log;
    }
  log = g_new0 (Log, 1);
  log->path = g_strdup (path);
  log->writes = g_ptr_array_new_with_free_func (free_write);
  g_ptr_array_add (group->logs, log);
  return log;
}

/* Whether something may still be written; SQLITE_OK or what it fails with. */
static int
pass (FaultFile *file)
{
  Group *group = file->group;

  if (group == NULL)
    return SQLITE_OK;
  if (!group->met)
    {
      group->count++;
      if (group->left < 0 || group->left-- > 0)
        return SQLITE_OK;
      group->met = TRUE;
      if (group->kind == FAULT_IO)
        return SQLITE_IOERR_WRITE;
    }
  if (group->kind == FAULT_IO)
    return SQLITE_OK;
  return group->kind == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static sqlite3_file *
real_of (sqlite3_file *file)
{
  return ((FaultFile *) file)->real;
}

static void
remember (FaultFile    *file,
          sqlite3_int64 at,
          const void   *data,
          int           length)
{
  Write *write = g_new0 (Write, 1);
  sqlite3_int64 known;

  file->real->pMethods->xFileSize (file->real, &write->size_before);
  write->at = at;
  known = data != NULL ? MIN (length, write->size_before - at) : write->size_before - at;
  if (known > 0)
    {
      char *before = g_malloc (known);

      file->real->pMethods->xRead (file->real, before, (int) known, at);
      write->before = g_bytes_new_take (before, known);
    }
  else
    write->before = g_bytes_new (NULL, 0);
  write->written = data != NULL ? g_bytes_new (data, length) : NULL;
  g_ptr_array_add (file->log->writes, write);
}

static int
fault_close (sqlite3_file *file)
{
  return real_of (file)->pMethods->xClose (real_of (file));
}

static int
fault_read (sqlite3_file *file,
            void         *to,
            int           length,
            sqlite3_int64 at)
{
  return real_of (file)->pMethods->xRead (real_of (file), to, length, at);
}

static int
fault_write (sqlite3_file *base,
             const void   *data,
             int           length,
             sqlite3_int64 at)
{
  FaultFile *file = (FaultFile *) base;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  int code = pass (file);

  if (code != SQLITE_OK)
    return code;
  if (file->log != NULL)
    remember (file, at, data, length);
  return file->real->pMethods->xWrite (file->real, data, length, at);
}

static int
fault_truncate (sqlite3_file *base,
                sqlite3_int64 size)
{
  FaultFile *file = (FaultFile *) base;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  int code = pass (file);

  if (code != SQLITE_OK)
    return code;
  if (file->log != NULL)
    remember (file, size, NULL, 0);
  return file->real->pMethods->xTruncate (file->real, size);
}

/* The test's disk is not asked to wait: what counts as durable is known here. */
static int
fault_sync (sqlite3_file *base,
            int           flags)
{
  FaultFile *file = (FaultFile *) base;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  int code = pass (file);

  if (code != SQLITE_OK)
    return code == SQLITE_IOERR_WRITE ? SQLITE_IOERR_FSYNC : code;
  if (file->log == NULL)
    return file->real->pMethods->xSync (file->real, flags);
  g_ptr_array_set_size (file->log->writes, 0);
  return SQLITE_OK;
}

static int
fault_file_size (sqlite3_file  *file,
                 sqlite3_int64 *out_size)
{
  return real_of (file)->pMethods->xFileSize (real_of (file), out_size);
}

static int
fault_lock (sqlite3_file *file,
            int           level)
{
  return real_of (file)->pMethods->xLock (real_of (file), level);
}

static int
fault_unlock (sqlite3_file *file,
              int           level)
{
  return real_of (file)->pMethods->xUnlock (real_of (file), level);
}

static int
fault_check_lock (sqlite3_file *file,
                  int          *out_reserved)
{
  return real_of (file)->pMethods->xCheckReservedLock (real_of (file), out_reserved);
}

static int
fault_control (sqlite3_file *file,
               int           op,
               void         *argument)
{
  return real_of (file)->pMethods->xFileControl (real_of (file), op, argument);
}

static int
fault_sector_size (sqlite3_file *file)
{
  return real_of (file)->pMethods->xSectorSize (real_of (file));
}

static int
fault_characteristics (sqlite3_file *file)
{
  return real_of (file)->pMethods->xDeviceCharacteristics (real_of (file));
}

static int
fault_shm_map (sqlite3_file   *file,
               int             page,
               int             size,
               int             extend,
               void volatile **out_map)
{
  return real_of (file)->pMethods->xShmMap (real_of (file), page, size, extend, out_map);
}

static int
fault_shm_lock (sqlite3_file *file,
                int           offset,
                int           n,
                int           flags)
{
  return real_of (file)->pMethods->xShmLock (real_of (file), offset, n, flags);
}

static void
fault_shm_barrier (sqlite3_file *file)
{
  real_of (file)->pMethods->xShmBarrier (real_of (file));
}

static int
fault_shm_unmap (sqlite3_file *file,
                 int           remove)
{
  return real_of (file)->pMethods->xShmUnmap (real_of (file), remove);
}

static const sqlite3_io_methods methods = {
  .iVersion = 2,
  .xClose = fault_close,
  .xRead = fault_read,
  .xWrite = fault_write,
  .xTruncate = fault_truncate,
  .xSync = fault_sync,
  .xFileSize = fault_file_size,
  .xLock = fault_lock,
  .xUnlock = fault_unlock,
  .xCheckReservedLock = fault_check_lock,
  .xFileControl = fault_control,
  .xSectorSize = fault_sector_size,
  .xDeviceCharacteristics = fault_characteristics,
  .xShmMap = fault_shm_map,
  .xShmLock = fault_shm_lock,
  .xShmBarrier = fault_shm_barrier,
  .xShmUnmap = fault_shm_unmap,
};

static int
fault_open (sqlite3_vfs  *vfs,
            const char   *path,
            sqlite3_file *base,
            int           flags,
            int          *out_flags)
{
  FaultFile *file = (FaultFile *) base;
  int code = system_vfs->xOpen (system_vfs, path, file->real, flags, out_flags);

  base->pMethods = code == SQLITE_OK || file->real->pMethods != NULL ? &methods : NULL;
  if (path != NULL)
    {
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

      file->group = find_group (path, FALSE);
      file->log = file->group != NULL ? find_log (file->group, path) : NULL;
    }
  return code;
}

/* A log that is removed at a clean end; where the power is gone it stays. */
static int
fault_delete (sqlite3_vfs *vfs,
              const char  *path,
              int          sync_dir)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  Group *group = find_group (path, FALSE);

  if (group != NULL && group->met && group->kind == FAULT_POWER)
    return SQLITE_IOERR_DELETE;
  if (group != NULL)
    g_ptr_array_set_size (find_log (group, path)->writes, 0);
  return system_vfs->xDelete (system_vfs, path, sync_dir);
}

/**
 * fault_vfs_register:
 *
 * To be called before any database is opened.
 */
void
fault_vfs_register (void)
{
  groups = g_ptr_array_new ();
  system_vfs = sqlite3_vfs_find (NULL);
  fault_vfs = *system_vfs;
  fault_vfs.zName = "fault";
  fault_vfs.szOsFile = (int) sizeof (FaultFile) + system_vfs->szOsFile;
  fault_vfs.xOpen = fault_open;
  fault_vfs.xDelete = fault_delete;
  g_assert_cmpint (sqlite3_vfs_register (&fault_vfs, 1), ==, SQLITE_OK);
}

/**
 * fault_vfs_plan:
 * @path: a database; to be called once before it is opened
 * @after: how many writes, cuts and fsyncs go well before; G_MAXUINT for all
 *
 * Begins to count.
 */
void
fault_vfs_plan (const char *path,
                FaultKind   kind,
                guint       after)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  Group *group = find_group (path, TRUE);

  group->kind = kind;
  group->left = after == G_MAXUINT ? -1 : (gint64) after;
  group->met = FALSE;
  group->count = 0;
}

/**
 * fault_vfs_count:
 *
 * Returns: writes since the plan
 */
guint
fault_vfs_count (const char *path)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  return find_group (path, TRUE)->count;
}

/**
 * fault_vfs_met:
 *
 * Returns: whether it happened
 */
gboolean
fault_vfs_met (const char *path)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  return find_group (path, TRUE)->met;
}

/**
 * fault_vfs_heal:
 *
 * All goes well from now on.
 */
void
fault_vfs_heal (const char *path)
{
  fault_vfs_plan (path, FAULT_POWER, G_MAXUINT);
}

/* --- after a power cut --- */

static void
undo (int    fd,
      Write *write)
{
  gsize length;
  const char *before = g_bytes_get_data (write->before, &length);

  if (length > 0)
    g_assert_cmpint (pwrite (fd, before, length, write->at), ==, length);
  g_assert_cmpint (ftruncate (fd, write->size_before), ==, 0);
}

static void
redo (int      fd,
      Write   *write,
      gboolean torn,
      GRand   *rand)
{
  gsize length;
  const char *data;

  if (write->written == NULL)
    {
      g_assert_cmpint (ftruncate (fd, write->at), ==, 0);
      return;
    }
  data = g_bytes_get_data (write->written, &length);
  for (gsize at = 0; at < length; at += SECTOR)
    if (!torn || g_rand_boolean (rand))
      {
        gsize n = MIN (SECTOR, length - at);

        g_assert_cmpint (pwrite (fd, data + at, n, write->at + (off_t) at), ==, n);
      }
}

static void
lose_some (Log   *log,
           GRand *rand)
{
  int fd = g_open (log->path, O_RDWR | O_CLOEXEC, 0);
  int chance = rand != NULL ? g_rand_int_range (rand, 0, 101) : 100; /* of a write to be there */

  for (guint i = log->writes->len; fd >= 0 && i > 0; i--)
    undo (fd, g_ptr_array_index (log->writes, i - 1));
  for (guint i = 0; fd >= 0 && i < log->writes->len; i++)
    if (rand == NULL || g_rand_int_range (rand, 0, 100) < chance)
      redo (fd, g_ptr_array_index (log->writes, i), rand != NULL && g_rand_int_range (rand, 0, 4) == 0, rand);
  if (fd >= 0)
    close (fd);
  g_ptr_array_set_size (log->writes, 0);
}

/**
 * fault_vfs_restart:
 * @path: a database that nobody has open
 * @rand: (nullable): decides what of that which was not brought to the disk is there; %NULL: all of it, as when only
 *   the program was killed
 *
 * The computer is on again.
 */
void
fault_vfs_restart (const char *path,
                   GRand      *rand)
{
  Group *group;
  g_autofree char *shm = g_strconcat (path, "-shm", NULL);

  g_mutex_lock (&lock);
  group = find_group (path, TRUE);
  for (guint i = 0; i < group->logs->len; i++)
    lose_some (g_ptr_array_index (group->logs, i), rand);
  g_mutex_unlock (&lock);
  g_unlink (shm);
  fault_vfs_heal (path);
}
