/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transfer/moked-export-reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/moked-error.h"
#include "transfer/moked-export-manifest.h"
#include "transfer/moked-export-writer.h"
#include "transfer/moked-export.h"

/* An export comes from anywhere, so nothing that it says is believed. Its names are those that an export has and no
 * others; what is written is never more than its manifest says, and that never more than the disk has and than the
 * file can hold; and everything has the hash that the manifest says. All of it blocks. */

#define BLOCK (256 * 1024)
#define MAX_MANIFEST (64 * 1024 * 1024)

/* No bytes become more than so many by being unpacked: more are the same ones named again and again. */
#define MOST_PACKED 1032

/* The disk must have as much besides. */
#define RESERVE (64 * 1024 * 1024)

typedef struct
{
  const char          *path;
  const char          *folder;
  GCancellable        *cancellable;
  MokedExportManifest *manifest;
  MokedExportContent  *content;
  struct archive      *archive;
} Reader;

void
moked_export_content_clear (MokedExportContent *self)
{
  g_clear_pointer (&self->made_at, g_free);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->sha256, g_free);
}

static gboolean
refuse (GError    **error,
        const char *reason)
{
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CORRUPT, reason);
  return FALSE;
}

static gboolean
refuse_damaged (GError **error)
{
  return refuse (error, "It is damaged, or not all of it is there");
}

static struct archive *
open_archive (Reader  *self,
              GError **error)
{
  struct archive *archive = archive_read_new ();

  if (access (self->path, R_OK) != 0)
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s", g_strerror (errno));
  else if (archive_read_support_format_zip_seekable (archive) == ARCHIVE_OK &&
           archive_read_open_filename (archive, self->path, BLOCK) == ARCHIVE_OK)
    return archive;
  else
    refuse (error, "It is no ZIP file, or its end is missing");
  archive_read_free (archive);
  return NULL;
}

/* Returns: the name, %NULL at the end and with @error */
static const char *
next_member (Reader                *self,
             struct archive_entry **out_entry,
             GError               **error)
{
  int code = archive_read_next_header (self->archive, out_entry);
  const char *name;

  if (code == ARCHIVE_EOF)
    return NULL;
  if (code != ARCHIVE_OK)
    {
      refuse_damaged (error);
      return NULL;
    }
  name = archive_entry_pathname_utf8 (*out_entry);
  if (name != NULL && archive_entry_filetype (*out_entry) == AE_IFREG && archive_entry_symlink (*out_entry) == NULL &&
      archive_entry_hardlink (*out_entry) == NULL && moked_export_name_is_sound (name))
    return name;
  refuse (error, "It has a member that no export of an office has");
  return NULL;
}

/* Pass one: the manifest ---------------------------------------------------------------------------------- */

static gboolean
read_manifest (Reader  *self,
               GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *block = g_malloc (BLOCK);
  la_ssize_t length;

  while ((length = archive_read_data (self->archive, block, BLOCK)) > 0)
    {
      g_byte_array_append (bytes, block, (guint) length);
      if (bytes->len > MAX_MANIFEST)
        return refuse (error, "Its list of contents is too long");
    }
  if (length < 0)
    return refuse_damaged (error);
  self->manifest = moked_export_manifest_parse ((const char *) bytes->data, bytes->len, error);
  self->content->sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes->data, bytes->len);
  return self->manifest != NULL;
}

static gboolean
find_manifest (Reader  *self,
               GError **error)
{
  struct archive_entry *entry;
  g_autoptr (GError) local_error = NULL;
  const char *name;

  while ((name = next_member (self, &entry, &local_error)) != NULL)
    if (g_str_equal (name, MOKED_EXPORT_MANIFEST))
      return read_manifest (self, error);
  if (local_error == NULL)
    return refuse (error, "It is no export of an office");
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
check_size (Reader  *self,
            GError **error)
{
  GStatBuf status;
  struct statvfs disk;

  if (g_stat (self->path, &status) != 0 || statvfs (self->folder, &disk) != 0)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s", g_strerror (errno));
      return FALSE;
    }
  if (self->manifest->size / MOST_PACKED > status.st_size)
    return refuse (error, "It says that it has more than a file of its size can have");
  if ((guint64) self->manifest->size + RESERVE <= (guint64) disk.f_bavail * disk.f_frsize)
    return TRUE;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "There is not enough room on the disk for it");
  return FALSE;
}

/* Pass two: everything else ------------------------------------------------------------------------------ */

static gboolean
write_all (int         fd,
           const char *data,
           gsize       length,
           GError    **error)
{
  while (length > 0)
    {
      gssize written = write (fd, data, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        {
          g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s", g_strerror (errno));
          return FALSE;
        }
      data += written;
      length -= (gsize) written;
    }
  return TRUE;
}

/* @fd: -1 to look at it only. */
static gboolean
unpack_bytes (Reader            *self,
              MokedExportMember *member,
              int                fd,
              GError           **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *block = g_malloc (BLOCK);
  gint64 size = 0;
  la_ssize_t length;

  while ((length = archive_read_data (self->archive, block, BLOCK)) > 0)
    {
      size += length;
      if (g_cancellable_is_cancelled (self->cancellable))
        {
          g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CANCELLED, "It was cancelled");
          return FALSE;
        }
      if (size > member->size)
        return refuse (error, "It has more than its list of contents says");
      g_checksum_update (checksum, (const guchar *) block, length);
      if (fd >= 0 && !write_all (fd, block, (gsize) length, error))
        return FALSE;
    }
  if (length == 0 && size == member->size && g_str_equal (g_checksum_get_string (checksum), member->sha256))
    return TRUE;
  return refuse_damaged (error);
}

static void
note_file (Reader     *self,
           const char *name,
           const char *path)
{
  g_auto (GStrv) parts = g_strsplit (name, "/", 3);
  MokedExportFile *file = g_new0 (MokedExportFile, 1);

  file->area = g_strdup (parts[1]);
  file->sha256 = g_strdup (parts[2]);
  file->path = g_strdup (path);
  g_ptr_array_add (self->content->files, file);
}

static gboolean
unpack_file (Reader            *self,
             const char        *name,
             MokedExportMember *member,
             GError           **error)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofd int fd = -1;

  if (g_mkdir_with_parents (folder, 0700) != 0 ||
      (fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) < 0)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
      return FALSE;
    }
  if (!unpack_bytes (self, member, fd, error))
    return FALSE;
  if (g_str_has_prefix (name, MOKED_EXPORT_ATTACHMENTS))
    note_file (self, name, path);
  return TRUE;
}

static gboolean
unpack_member (Reader     *self,
               const char *name,
               GError    **error)
{
  MokedExportMember *member = g_hash_table_lookup (self->manifest->members, name);

  if (member == NULL || member->seen)
    return refuse (error, "It has something that its list of contents does not have");
  member->seen = TRUE;
  if (g_str_has_prefix (name, "csv/"))
    return unpack_bytes (self, member, -1, error);
  return unpack_file (self, name, member, error);
}

static gboolean
unpack_all (Reader  *self,
            GError **error)
{
  struct archive_entry *entry;
  g_autoptr (GError) local_error = NULL;
  GHashTableIter iter;
  gpointer member;
  const char *name;
  guint manifests = 0;

  while ((name = next_member (self, &entry, &local_error)) != NULL)
    if (g_str_equal (name, MOKED_EXPORT_MANIFEST) ? manifests++ > 0 : !unpack_member (self, name, error))
      return manifests > 1 ? refuse_damaged (error) : FALSE;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  g_hash_table_iter_init (&iter, self->manifest->members);
  while (g_hash_table_iter_next (&iter, NULL, &member))
    if (!((MokedExportMember *) member)->seen)
      return refuse_damaged (error);
  return TRUE;
}

static gboolean
run_pass (Reader   *self,
          gboolean (*pass) (Reader *self, GError **error),
          GError  **error)
{
  gboolean done;

  self->archive = open_archive (self, error);
  if (self->archive == NULL)
    return FALSE;
  done = pass (self, error);
  archive_read_free (self->archive);
  return done;
}

/**
 * moked_export_unpack:
 * @path: an export, or what somebody says is one
 * @folder: an empty folder, for its database and its attachments; what is in it after an error is of no use
 * @cancellable: (nullable): ends it, from any thread
 * @out_content: to be cleared
 * @error: %MOKED_ERROR_CORRUPT for what is damaged, cut off or no export; %MOKED_ERROR_REJECTED for one of a newer
 *   program, %MOKED_ERROR_STORAGE, %MOKED_ERROR_CANCELLED
 *
 * Unpacks all of it and makes sure that all of it is there. Blocks, for as long as it is large.
 */
gboolean
moked_export_unpack (const char         *path,
                     const char         *folder,
                     GCancellable       *cancellable,
                     MokedExportContent *out_content,
                     GError            **error)
{
  Reader self = { path, folder, cancellable, NULL, out_content };
  gboolean done;

  *out_content = (MokedExportContent) { 0 };
  out_content->files = g_ptr_array_new_with_free_func ((GDestroyNotify) moked_export_file_free);
  done = run_pass (&self, find_manifest, error) && check_size (&self, error) && run_pass (&self, unpack_all, error);
  if (done)
    out_content->made_at = g_strdup (self.manifest->made_at);
  g_clear_pointer (&self.manifest, moked_export_manifest_free);
  if (!done)
    g_prefix_error (error, "%s cannot be imported. ", path);
  return done;
}
