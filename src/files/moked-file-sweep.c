/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "files/moked-file-store-private.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* What nothing refers to goes after a while. Whoever is about to refer to a file claims it, which makes it young;
 * young files stay, so that a file that becomes wanted while it is judged is not lost. The caller judges:
 * moked_file_store_list_idle() on the store's thread, a look at the records, and moked_file_store_remove_idle() for
 * what no record names. */

static gboolean
is_idle (const char *path,
         gint64      idle_since)
{
  struct stat status;

  return stat (path, &status) == 0 && S_ISREG (status.st_mode) &&
         (gint64) status.st_mtim.tv_sec * G_USEC_PER_SEC + status.st_mtim.tv_nsec / 1000 < idle_since;
}

static void
list_shelf (const char *folder,
            const char *shelf,
            gint64      idle_since,
            GPtrArray  *hashes)
{
  g_autofree char *path = g_build_filename (folder, shelf, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *hash = g_strconcat (shelf, name, NULL);
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (moked_file_store_is_hash (hash) && is_idle (file, idle_since))
        g_ptr_array_add (hashes, g_steal_pointer (&hash));
    }
}

/**
 * moked_file_store_list_areas:
 *
 * Returns: (transfer full): the businesses that have files
 */
GStrv
moked_file_store_list_areas (MokedFileStore *self)
{
  g_autoptr (GDir) dir = g_dir_open (moked_file_store_get_path (self), 0, NULL);
  g_autoptr (GStrvBuilder) areas = g_strv_builder_new ();
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_strv_builder_add (areas, name);
  return g_strv_builder_end (areas);
}

/**
 * moked_file_store_list_idle:
 * @idle_since: microseconds since 1970
 *
 * Returns: (transfer full) (element-type utf8): the hashes of files that were neither stored nor claimed since then
 */
GPtrArray *
moked_file_store_list_idle (MokedFileStore *self,
                            const char     *area,
                            gint64          idle_since)
{
  g_autofree char *folder = moked_file_store_dup_folder (self, area, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *hashes = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_ascii_isxdigit (name[0]) && g_ascii_isxdigit (name[1]) && name[2] == '\0')
      list_shelf (folder, name, idle_since, hashes);
  return hashes;
}

/**
 * moked_file_store_remove_idle:
 * @idle_since: as it was given to moked_file_store_list_idle()
 *
 * Returns: whether the file was removed; one that was claimed meanwhile stays
 */
gboolean
moked_file_store_remove_idle (MokedFileStore *self,
                              const char     *area,
                              const char     *sha256,
                              gint64          idle_since)
{
  g_autofree char *path = moked_file_store_dup_path (self, area, sha256);
  int lock = moked_file_store_lock (self, area, LOCK_EX, NULL);
  gboolean removed;

  if (lock < 0)
    return FALSE;
  removed = is_idle (path, idle_since) && unlink (path) == 0;
  close (lock);
  return removed;
}

/**
 * moked_file_store_sweep_parts:
 * @idle_since: microseconds since 1970
 *
 * Removes pieces of files that nobody goes on with.
 */
void
moked_file_store_sweep_parts (MokedFileStore *self,
                              const char     *area,
                              gint64          idle_since)
{
  g_autofree char *folder = moked_file_store_dup_folder (self, area, "incoming");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (is_idle (path, idle_since))
        unlink (path);
    }
}
