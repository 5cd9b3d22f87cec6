/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-service-config.h"

#include <string.h>
#include <sys/stat.h>

#include "base/moked-error.h"
#include "base/moked-log.h"
#include "base/moked-private-file.h"
#include "store/postgres/moked-postgres-url.h"

#define MAX_BACKUPS 1000

/* DIR/service.conf, and above it what the command line says. docs/service.md tells the keys. */
struct _MokedServiceConfig
{
  char       *dir;
  char       *path;
  GKeyFile   *file;
  GHashTable *overrides; /* "group key" → value */
};

static void
warn_if_readable (const char *path)
{
  struct stat status;

  if (stat (path, &status) == 0 && (status.st_mode & (S_IRGRP | S_IROTH)))
    moked_log (G_LOG_LEVEL_INFO, "service", "service.conf can be read by others; chmod 600 keeps its secrets", NULL);
}

/**
 * moked_service_config_new:
 * @data_dir: is made when it is not there, for its owner alone
 * @error: %MOKED_ERROR_STORAGE, %MOKED_ERROR_FORMAT
 *
 * Returns: (transfer full) (nullable): the configuration; without a file all is as usual
 */
MokedServiceConfig *
moked_service_config_new (const char *data_dir,
                          GError    **error)
{
  g_autoptr (MokedServiceConfig) self = g_new0 (MokedServiceConfig, 1);
  g_autoptr (GError) local_error = NULL;

  self->dir = g_canonicalize_filename (data_dir, NULL);
  self->path = g_build_filename (self->dir, "service.conf", NULL);
  self->file = g_key_file_new ();
  self->overrides = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (g_mkdir_with_parents (self->dir, 0700) != 0)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "The data directory %s cannot be made", self->dir);
      return NULL;
    }
  if (!g_key_file_load_from_file (self->file, self->path, G_KEY_FILE_KEEP_COMMENTS, &local_error) &&
      !g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "%s: %s", self->path, local_error->message);
      return NULL;
    }
  warn_if_readable (self->path);
  return g_steal_pointer (&self);
}

void
moked_service_config_free (MokedServiceConfig *self)
{
  g_clear_pointer (&self->overrides, g_hash_table_unref);
  g_clear_pointer (&self->file, g_key_file_unref);
  g_free (self->path);
  g_free (self->dir);
  g_free (self);
}

const char *
moked_service_config_get_dir (MokedServiceConfig *self)
{
  return self->dir;
}

const char *
moked_service_config_get_path (MokedServiceConfig *self)
{
  return self->path;
}

static char *
dup_name (const char *group,
          const char *key)
{
  return g_strconcat (group, " ", key, NULL);
}

/**
 * moked_service_config_override:
 * @value: (nullable): what the command line says; %NULL leaves the file's value
 */
void
moked_service_config_override (MokedServiceConfig *self,
                               const char         *group,
                               const char         *key,
                               const char         *value)
{
  if (value != NULL)
    g_hash_table_insert (self->overrides, dup_name (group, key), g_strdup (value));
}

/**
 * moked_service_config_dup:
 *
 * Returns: (transfer full) (nullable): the value; %NULL when it is missing or empty
 */
char *
moked_service_config_dup (MokedServiceConfig *self,
                          const char         *group,
                          const char         *key)
{
  g_autofree char *name = dup_name (group, key);
  const char *above = g_hash_table_lookup (self->overrides, name);
  g_autofree char *value = above != NULL ? g_strdup (above) : g_key_file_get_string (self->file, group, key, NULL);

  if (value != NULL)
    g_strstrip (value);
  return value != NULL && *value != '\0' ? g_steal_pointer (&value) : NULL;
}

/**
 * moked_service_config_get_uint:
 *
 * Returns: the value, 0 when it is missing or no number
 */
guint
moked_service_config_get_uint (MokedServiceConfig *self,
                               const char         *group,
                               const char         *key)
{
  g_autofree char *text = moked_service_config_dup (self, group, key);
  guint64 value = 0;

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &value, NULL))
    moked_log (G_LOG_LEVEL_WARNING, "service", "a setting is no number", "setting", key, NULL);
  return value;
}

/**
 * moked_service_config_dup_list:
 *
 * Returns: (transfer full) (nullable): the values between semicolons; %NULL when the key is missing, empty
 *   when it is there without any
 */
GStrv
moked_service_config_dup_list (MokedServiceConfig *self,
                               const char         *group,
                               const char         *key)
{
  return g_key_file_get_string_list (self->file, group, key, NULL, NULL);
}

/**
 * moked_service_config_save:
 * @value: (nullable): %NULL removes the key
 *
 * Changes the file, which only its owner can read afterwards. Comments stay.
 */
gboolean
moked_service_config_save (MokedServiceConfig *self,
                           const char         *group,
                           const char         *key,
                           const char         *value,
                           GError            **error)
{
  g_autofree char *text = NULL;

  if (value != NULL)
    g_key_file_set_string (self->file, group, key, value);
  else
    g_key_file_remove_key (self->file, group, key, NULL);
  text = g_key_file_to_data (self->file, NULL, NULL);
  return moked_private_file_write (self->path, text, error);
}

/**
 * moked_service_config_dup_database_url:
 *
 * Returns: (transfer full) (nullable): the address of the PostgreSQL database; %NULL when the office is in a file
 */
char *
moked_service_config_dup_database_url (MokedServiceConfig *self)
{
  g_autofree char *url = moked_service_config_dup (self, "server", "database");

  return url != NULL && moked_postgres_url_is (url) ? g_steal_pointer (&url) : NULL;
}

/**
 * moked_service_config_dup_database:
 * @error: %MOKED_ERROR_INVALID for a database that is no file
 *
 * Returns: (transfer full) (nullable): the path of the SQLite file
 */
char *
moked_service_config_dup_database (MokedServiceConfig *self,
                                   GError            **error)
{
  g_autofree char *url = moked_service_config_dup (self, "server", "database");
  const char *path = url;

  if (url == NULL)
    return g_build_filename (self->dir, "moked.db", NULL);
  if (g_str_has_prefix (url, "sqlite://"))
    path = url + strlen ("sqlite://");
  else if (g_str_has_prefix (url, "sqlite:"))
    path = url + strlen ("sqlite:");
  else if (strstr (url, "://") != NULL)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID,
                   "A database is a path, sqlite:///PATH or postgresql://…, not “%.*s…”",
                   (int) strcspn (url, ":"), url);
      return NULL;
    }
  return g_canonicalize_filename (path, self->dir);
}

static gboolean
load_count (MokedServiceConfig *self,
            const char         *key,
            guint               usual,
            guint              *out_count,
            GError            **error)
{
  g_autofree char *text = moked_service_config_dup (self, "backup", key);
  guint64 count = usual;

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 0, MAX_BACKUPS, &count, NULL))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, "[backup] %s is a number up to %u, not “%s”", key,
                   MAX_BACKUPS, text);
      return FALSE;
    }
  *out_count = (guint) count;
  return TRUE;
}

/**
 * moked_service_config_load_backup:
 * @out_settings: to be cleared
 * @error: %MOKED_ERROR_INVALID
 *
 * Reads where copies of the database go and how many stay.
 */
gboolean
moked_service_config_load_backup (MokedServiceConfig  *self,
                                  MokedBackupSettings *out_settings,
                                  GError             **error)
{
  g_autofree char *folder = moked_service_config_dup (self, "backup", "folder");
  g_autofree char *url = moked_service_config_dup_database_url (self);

  /* Copies that are made before migrations lie beside it. */
  out_settings->database = url != NULL ? g_build_filename (self->dir, "moked.dump", NULL)
                                       : moked_service_config_dup_database (self, error);
  out_settings->folder = g_canonicalize_filename (folder != NULL ? folder : "backups", self->dir);
  return out_settings->database != NULL && load_count (self, "daily", 7, &out_settings->keep.daily, error) &&
         load_count (self, "weekly", 4, &out_settings->keep.weekly, error) &&
         load_count (self, "monthly", 12, &out_settings->keep.monthly, error);
}

/**
 * moked_service_config_wants_backups:
 *
 * Returns: whether copies are made by themselves; they are unless `automatic=false`
 */
gboolean
moked_service_config_wants_backups (MokedServiceConfig *self)
{
  g_autoptr (GError) error = NULL;
  gboolean wanted = g_key_file_get_boolean (self->file, "backup", "automatic", &error);

  if (g_error_matches (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE))
    moked_log (G_LOG_LEVEL_WARNING, "service", "a setting is neither true nor false", "setting", "automatic", NULL);
  return wanted || error != NULL;
}
