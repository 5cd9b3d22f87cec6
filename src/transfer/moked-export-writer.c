/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transfer/moked-export-writer.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/moked-error.h"

/* A ZIP that is written from its beginning to its end: nothing in it has to be known before, so that memory does not
 * grow with the office. The last member says what the others are. All of it blocks. */

#define BLOCK (256 * 1024)

/* A database shrinks to a third at this level, in a third of the time that the usual one takes. */
#define LEVEL "3"

struct _MokedExportWriter
{
  struct archive *archive;
  GCancellable   *cancellable;
  GPtrArray      *members; /* Member */
  GChecksum      *checksum;
  gint64          now;
};

typedef struct
{
  char  *name;
  gint64 size;
  char  *sha256;
} Member;

static void
free_member (gpointer data)
{
  Member *member = data;

  g_free (member->name);
  g_free (member->sha256);
  g_free (member);
}

static gboolean
fail (MokedExportWriter *self,
      GError           **error)
{
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "The export cannot be written: %s",
               archive_error_string (self->archive));
  return FALSE;
}

/**
 * moked_export_writer_new:
 * @path: must not exist; what is unfinished there is the caller's to remove
 * @cancellable: (nullable): ends it, from any thread
 * @error: %MOKED_ERROR_STORAGE
 */
MokedExportWriter *
moked_export_writer_new (const char   *path,
                         GCancellable *cancellable,
                         GError      **error)
{
  g_autoptr (MokedExportWriter) self = g_new0 (MokedExportWriter, 1);

  self->archive = archive_write_new ();
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->members = g_ptr_array_new_with_free_func (free_member);
  self->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  self->now = g_get_real_time () / G_USEC_PER_SEC;
  if (archive_write_set_format_zip (self->archive) == ARCHIVE_OK &&
      archive_write_set_format_option (self->archive, "zip", "compression-level", LEVEL) == ARCHIVE_OK &&
      archive_write_set_bytes_in_last_block (self->archive, 1) == ARCHIVE_OK &&
      archive_write_open_filename (self->archive, path) == ARCHIVE_OK)
    return g_steal_pointer (&self);
  fail (self, error);
  return NULL;
}

void
moked_export_writer_free (MokedExportWriter *self)
{
  archive_write_free (self->archive);
  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->members);
  g_checksum_free (self->checksum);
  g_free (self);
}

/**
 * moked_export_writer_begin:
 * @name: of the member, with slashes between folders
 *
 * What is written from now on is this member's.
 */
gboolean
moked_export_writer_begin (MokedExportWriter *self,
                           const char        *name,
                           GError           **error)
{
  struct archive_entry *entry = archive_entry_new ();
  Member *member = g_new0 (Member, 1);
  gboolean begun;

  member->name = g_strdup (name);
  g_ptr_array_add (self->members, member);
  g_checksum_reset (self->checksum);
  archive_entry_set_pathname_utf8 (entry, name);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0600);
  archive_entry_set_mtime (entry, self->now, 0);
  begun = archive_write_header (self->archive, entry) == ARCHIVE_OK;
  archive_entry_free (entry);
  return begun || fail (self, error);
}

gboolean
moked_export_writer_write (MokedExportWriter *self,
                           const char        *data,
                           gsize              length,
                           GError           **error)
{
  Member *member = g_ptr_array_index (self->members, self->members->len - 1);

  if (g_cancellable_is_cancelled (self->cancellable))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CANCELLED, "It was cancelled");
      return FALSE;
    }
  g_checksum_update (self->checksum, (const guchar *) data, (gssize) length);
  member->size += (gint64) length;
  while (length > 0)
    {
      la_ssize_t written = archive_write_data (self->archive, data, length);

      if (written <= 0)
        return fail (self, error);
      data += written;
      length -= (gsize) written;
    }
  return TRUE;
}

gboolean
moked_export_writer_end (MokedExportWriter *self,
                         GError           **error)
{
  Member *member = g_ptr_array_index (self->members, self->members->len - 1);

  member->sha256 = g_strdup (g_checksum_get_string (self->checksum));
  return archive_write_finish_entry (self->archive) == ARCHIVE_OK || fail (self, error);
}

/**
 * moked_export_writer_add_file:
 * @name: of the member
 * @path: what it is a copy of
 */
gboolean
moked_export_writer_add_file (MokedExportWriter *self,
                              const char        *name,
                              const char        *path,
                              GError           **error)
{
  g_autofd int fd = open (path, O_RDONLY | O_CLOEXEC);
  g_autofree char *block = g_malloc (BLOCK);
  gssize length = -1;

  if (!moked_export_writer_begin (self, name, error))
    return FALSE;
  while (fd >= 0 && (length = read (fd, block, BLOCK)) > 0)
    if (!moked_export_writer_write (self, block, (gsize) length, error))
      return FALSE;
  if (length == 0)
    return moked_export_writer_end (self, error);
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
  return FALSE;
}

static void
add_members (MokedExportWriter *self,
             yyjson_mut_doc    *manifest)
{
  yyjson_mut_val *members = yyjson_mut_obj_add_arr (manifest, yyjson_mut_doc_get_root (manifest), "members");

  for (guint i = 0; i < self->members->len; i++)
    {
      const Member *member = g_ptr_array_index (self->members, i);
      yyjson_mut_val *object = yyjson_mut_arr_add_obj (manifest, members);

      yyjson_mut_obj_add_str (manifest, object, "name", member->name);
      yyjson_mut_obj_add_sint (manifest, object, "size", member->size);
      yyjson_mut_obj_add_str (manifest, object, "sha256", member->sha256);
    }
}

/**
 * moked_export_writer_finish:
 * @manifest: an object; gets the members with their sizes and hashes
 *
 * Adds the manifest, and closes the file.
 */
gboolean
moked_export_writer_finish (MokedExportWriter *self,
                            yyjson_mut_doc    *manifest,
                            GError           **error)
{
  size_t length;
  char *json;
  gboolean written;

  add_members (self, manifest);
  json = yyjson_mut_write (manifest, YYJSON_WRITE_PRETTY, &length);
  written = moked_export_writer_begin (self, MOKED_EXPORT_MANIFEST, error) &&
            moked_export_writer_write (self, json, length, error) && moked_export_writer_end (self, error);
  free (json);
  if (!written)
    return FALSE;
  return archive_write_close (self->archive) == ARCHIVE_OK || fail (self, error);
}
