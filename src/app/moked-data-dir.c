/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gstdio.h>
#include <yyjson.h>

#include "app/moked-data-dir.h"
#include "base/moked-error.h"

/* Where the desktop keeps its things: the cache, this device's token, and beside them the folder of
 * the embedded service. */
struct _MokedDataDir
{
  GObject  parent_instance;
  char    *path;
  char    *cache_path;
  char    *device_path;
  char    *service_path;
  char    *listen_path;
  gboolean is_default;
  gboolean is_demo;
};

G_DEFINE_FINAL_TYPE (MokedDataDir, moked_data_dir, G_TYPE_OBJECT)

static void
moked_data_dir_finalize (GObject *object)
{
  MokedDataDir *self = MOKED_DATA_DIR (object);

  g_free (self->path);
  g_free (self->cache_path);
  g_free (self->device_path);
  g_free (self->service_path);
  g_free (self->listen_path);
  G_OBJECT_CLASS (moked_data_dir_parent_class)->finalize (object);
}

static void
moked_data_dir_class_init (MokedDataDirClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_data_dir_finalize;
}

static void
moked_data_dir_init (MokedDataDir *self)
{
}

/**
 * moked_data_dir_new:
 * @path: (nullable): the folder; %NULL for the usual one of this user
 * @demo: whether the usual one is that of the demo office
 *
 * Returns: (transfer full): a data folder; nothing is made yet
 */
MokedDataDir *
moked_data_dir_new (const char *path,
                    gboolean    demo)
{
  MokedDataDir *self = g_object_new (MOKED_TYPE_DATA_DIR, NULL);

  self->path = path != NULL ? g_canonicalize_filename (path, NULL)
                            : g_build_filename (g_get_user_data_dir (), demo ? "moked-demo" : "moked", NULL);
  self->cache_path = g_build_filename (self->path, "cache.db", NULL);
  self->device_path = g_build_filename (self->path, "device.json", NULL);
  self->service_path = g_build_filename (self->path, "service", NULL);
  self->listen_path = g_build_filename (self->service_path, "service.json", NULL);
  self->is_default = path == NULL && !demo;
  self->is_demo = path == NULL && demo;
  return self;
}

/**
 * moked_data_dir_get_path:
 *
 * Returns: (transfer none) (type filename): the folder
 */
const char *
moked_data_dir_get_path (MokedDataDir *self)
{
  g_return_val_if_fail (MOKED_IS_DATA_DIR (self), NULL);

  return self->path;
}

/**
 * moked_data_dir_get_cache_path:
 *
 * Returns: (transfer none) (type filename): the cache's database
 */
const char *
moked_data_dir_get_cache_path (MokedDataDir *self)
{
  g_return_val_if_fail (MOKED_IS_DATA_DIR (self), NULL);

  return self->cache_path;
}

/**
 * moked_data_dir_get_service_path:
 *
 * Returns: (transfer none) (type filename): the folder of the embedded service
 */
const char *
moked_data_dir_get_service_path (MokedDataDir *self)
{
  g_return_val_if_fail (MOKED_IS_DATA_DIR (self), NULL);

  return self->service_path;
}

/**
 * moked_data_dir_is_default:
 *
 * Returns: whether it is the one that a service started by D-Bus uses, too
 */
gboolean
moked_data_dir_is_default (MokedDataDir *self)
{
  g_return_val_if_fail (MOKED_IS_DATA_DIR (self), FALSE);

  return self->is_default;
}

/**
 * moked_data_dir_is_demo:
 *
 * Returns: whether it is the usual one of the demo office
 */
gboolean
moked_data_dir_is_demo (MokedDataDir *self)
{
  g_return_val_if_fail (MOKED_IS_DATA_DIR (self), FALSE);

  return self->is_demo;
}

/**
 * moked_data_dir_create:
 * @error: return location
 *
 * Makes the folder, closed to other users, unless it is there.
 *
 * Returns: %FALSE with %MOKED_ERROR_STORAGE when it cannot be made
 */
gboolean
moked_data_dir_create (MokedDataDir *self,
                       GError      **error)
{
  g_return_val_if_fail (MOKED_IS_DATA_DIR (self), FALSE);

  if (g_mkdir_with_parents (self->path, 0700) == 0)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", self->path, g_strerror (errno));
  return FALSE;
}

static char *
dup_member (const char *path,
            const char *key)
{
  yyjson_doc *doc = yyjson_read_file (path, 0, NULL, NULL);
  char *text = g_strdup (yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), key)));

  yyjson_doc_free (doc);
  return text;
}

/**
 * moked_data_dir_dup_token:
 *
 * Returns: (transfer full) (nullable): the token that this device was paired with; %NULL before the
 *   first run
 */
char *
moked_data_dir_dup_token (MokedDataDir *self)
{
  g_return_val_if_fail (MOKED_IS_DATA_DIR (self), NULL);

  return dup_member (self->device_path, "token");
}

/**
 * moked_data_dir_save_token:
 * @token: of this device
 * @error: return location
 *
 * Keeps @token where only this user can read it.
 *
 * Returns: %FALSE with %MOKED_ERROR_STORAGE when it cannot be written
 */
gboolean
moked_data_dir_save_token (MokedDataDir *self,
                           const char   *token,
                           GError      **error)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  g_autoptr (GError) local_error = NULL;
  char *text;
  gboolean saved;

  g_return_val_if_fail (MOKED_IS_DATA_DIR (self), FALSE);

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_str (doc, root, "token", token);
  text = yyjson_mut_write (doc, YYJSON_WRITE_NEWLINE_AT_END, NULL);
  saved = g_file_set_contents_full (self->device_path, text, -1,
                                    G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                    &local_error);
  if (!saved)
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s", local_error->message);
  free (text);
  yyjson_mut_doc_free (doc);
  return saved;
}

/**
 * moked_data_dir_dup_listen:
 *
 * Returns: (transfer full) (nullable): where the embedded service says that it listens
 */
char *
moked_data_dir_dup_listen (MokedDataDir *self)
{
  g_return_val_if_fail (MOKED_IS_DATA_DIR (self), NULL);

  return dup_member (self->listen_path, "listen");
}
