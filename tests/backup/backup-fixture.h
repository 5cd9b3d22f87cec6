/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "../sync/office.h"
#include "backup/moked-backup-keeper.h"
#include "base/moked-error.h"

/* An office with a folder for its copies. All but the first two in a fiber. */

static inline char *
file_in (Office     *office,
         const char *name)
{
  return g_build_filename (office->directory, name, NULL);
}

static inline guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint count = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static inline MokedBackupKeeper *
new_keeper (Office *office)
{
  g_autofree char *folder = file_in (office, "copies"), *database = file_in (office, "service.db");
  const MokedBackupSettings settings = { folder, database, { 7, 4, 12 } };

  return moked_backup_keeper_new (office->store, office->clock, &settings);
}

static inline void
end_keeper (MokedBackupKeeper *keeper)
{
  dex_await (moked_backup_keeper_stop (keeper), NULL);
  moked_backup_keeper_free (keeper);
}

/* The path of a copy that is made now. */
static inline char *
make_backup (Office *office)
{
  MokedBackupKeeper *keeper = new_keeper (office);
  g_autoptr (GError) error = NULL;
  char *path;

  dex_await (moked_backup_keeper_make (keeper), &error);
  g_assert_no_error (error);
  path = g_strdup (moked_backup_keeper_get_status (keeper)->path);
  end_keeper (keeper);
  return path;
}

static inline void
remove_copies (Office *office)
{
  g_autofree char *folder = file_in (office, "copies");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static inline void
backup_teardown (Office       *office,
                 gconstpointer data)
{
  remove_copies (office);
  office_teardown (office, data);
}
