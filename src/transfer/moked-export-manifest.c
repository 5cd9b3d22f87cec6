/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transfer/moked-export-manifest.h"

#include <string.h>
#include <yyjson.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "transfer/moked-export-writer.h"

#define MAX_TEXT 200

static void
free_member (gpointer data)
{
  MokedExportMember *member = data;

  g_free (member->sha256);
  g_free (member);
}

void
moked_export_manifest_free (MokedExportManifest *self)
{
  g_free (self->made_at);
  g_hash_table_unref (self->members);
  g_free (self);
}

static gboolean
is_made_of (const char *text,
            const char *characters,
            gsize       least,
            gsize       most)
{
  gsize length = strlen (text);

  return length >= least && length <= most && strspn (text, characters) == length;
}

static gboolean
is_hash (const char *text)
{
  return is_made_of (text, "0123456789abcdef", 64, 64);
}

static gboolean
is_table (const char *name)
{
  g_autofree char *stem = g_str_has_suffix (name, ".csv") ? g_strndup (name, strlen (name) - strlen (".csv")) : NULL;

  return stem != NULL && is_made_of (stem, "abcdefghijklmnopqrstuvwxyz0123456789_", 1, 64);
}

static gboolean
is_attachment (const char *name)
{
  const char *slash = strchr (name, '/');
  g_autofree char *area = slash != NULL ? g_strndup (name, (gsize) (slash - name)) : NULL;

  return area != NULL && is_hash (slash + 1) &&
         is_made_of (area, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 1, 64);
}

/**
 * moked_export_name_is_sound:
 *
 * Returns: whether an export has members of this name; then it leads to no other place
 */
gboolean
moked_export_name_is_sound (const char *name)
{
  if (g_str_equal (name, MOKED_EXPORT_DATABASE) || g_str_equal (name, MOKED_EXPORT_MANIFEST))
    return TRUE;
  if (g_str_has_prefix (name, "csv/"))
    return is_table (name + strlen ("csv/"));
  return g_str_has_prefix (name, MOKED_EXPORT_ATTACHMENTS) && is_attachment (name + strlen (MOKED_EXPORT_ATTACHMENTS));
}

static gboolean
is_own_hash (const char *name,
             const char *sha256)
{
  return !g_str_has_prefix (name, MOKED_EXPORT_ATTACHMENTS) || g_str_has_suffix (name, sha256);
}

static gboolean
add_member (MokedExportManifest *self,
            yyjson_val          *json)
{
  const char *name = yyjson_get_str (yyjson_obj_get (json, "name"));
  const char *sha256 = yyjson_get_str (yyjson_obj_get (json, "sha256"));
  yyjson_val *size = yyjson_obj_get (json, "size");
  MokedExportMember *member;

  if (name == NULL || !moked_export_name_is_sound (name) || sha256 == NULL || !is_hash (sha256) ||
      !is_own_hash (name, sha256) || !yyjson_is_uint (size) ||
      yyjson_get_uint (size) > (guint64) (G_MAXINT64 - self->size) || g_hash_table_contains (self->members, name))
    return FALSE;
  member = g_new0 (MokedExportMember, 1);
  member->size = (gint64) yyjson_get_uint (size);
  member->sha256 = g_strdup (sha256);
  self->size += member->size;
  g_hash_table_insert (self->members, g_strdup (name), member);
  return TRUE;
}

static gboolean
read_members (MokedExportManifest *self,
              yyjson_val          *root,
              GError             **error)
{
  yyjson_val *members = yyjson_obj_get (root, "members"), *member;
  size_t i, n;
  gboolean sound = yyjson_is_arr (members);

  yyjson_arr_foreach (members, i, n, member)
    sound = sound && add_member (self, member);
  if (sound && g_hash_table_contains (self->members, MOKED_EXPORT_DATABASE))
    return TRUE;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CORRUPT, "Its list of contents makes no sense");
  return FALSE;
}

/**
 * moked_export_manifest_parse:
 * @error: %MOKED_ERROR_CORRUPT for what is no export, %MOKED_ERROR_REJECTED for one of a newer program
 */
MokedExportManifest *
moked_export_manifest_parse (const char *json,
                             gsize       length,
                             GError    **error)
{
  g_autoptr (MokedExportManifest) self = g_new0 (MokedExportManifest, 1);
  g_autoptr (yyjson_doc) doc = moked_json_parse (json, (gssize) length, MOKED_JSON_MAX_DEPTH, NULL);
  yyjson_val *root = yyjson_doc_get_root (doc);
  const char *format = yyjson_get_str (yyjson_obj_get (root, "format")), *made_at = NULL;

  self->members = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_member);
  if (g_strcmp0 (format, MOKED_EXPORT_FORMAT) != 0)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CORRUPT, "It is no export of an office");
      return NULL;
    }
  if (yyjson_get_int (yyjson_obj_get (root, "version")) != MOKED_EXPORT_VERSION)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_REJECTED, "It was made by a newer version of this program");
      return NULL;
    }
  if (moked_json_get_optional_string (root, "made_at", MAX_TEXT, &made_at, NULL))
    self->made_at = g_strdup (made_at);
  return read_members (self, root, error) ? g_steal_pointer (&self) : NULL;
}
