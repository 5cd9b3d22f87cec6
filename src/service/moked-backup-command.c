/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-backup-command.h"

#include <glib/gstdio.h>
#include <yyjson.h>

#include "backup/moked-backup-file.h"
#include "backup/moked-backup-restore.h"
#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-time.h"
#include "service/moked-backup-routes.h"
#include "service/moked-embedded.h"
#include "service/moked-service-store.h"
#include "sync/moked-http-transport.h"

/* What the command line does about copies of the office. */

/* How often a running service is asked whether its copy is ready. */
#define ASK_EVERY_MSEC 100

gboolean
moked_backup_command_is (const char *const *words)
{
  static const char *const commands[] = { "backup", "backups", "restore", NULL };

  return words != NULL && words[0] != NULL && g_strv_contains (commands, words[0]);
}

/**
 * moked_backup_command_check:
 * @words: (array zero-terminated=1): a command that is one of copies
 * @to: (nullable): what `--to` says
 * @error: %MOKED_ERROR_INVALID
 *
 * Returns: whether it is `backup`, `backups` or `restore FILE`
 */
gboolean
moked_backup_command_check (const char *const *words,
                            const char        *to,
                            GError           **error)
{
  guint n = g_strv_length ((char **) words);
  gboolean is_backup = g_str_equal (words[0], "backup");

  if (to != NULL && !is_backup)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "--to belongs to backup");
  else if (g_str_equal (words[0], "restore") ? n != 2 : n != 1)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "There are backup, backups and restore FILE");
  else
    return TRUE;
  return FALSE;
}

static char *
write_line (yyjson_mut_doc *doc)
{
  char *json = yyjson_mut_write (doc, 0, NULL);
  char *line = g_strdup (json);

  free (json);
  yyjson_mut_doc_free (doc);
  return line;
}

static yyjson_mut_doc *
new_line (const char *path,
          gint64      made_at,
          gint64      size)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  g_autofree char *time = moked_time_format_rfc3339 (made_at);

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_strcpy (doc, root, "file", path);
  yyjson_mut_obj_add_strcpy (doc, root, "made_at", time);
  yyjson_mut_obj_add_sint (doc, root, "size", size);
  return doc;
}

/* backups ------------------------------------------------------------------------------------------------- */

static char *
describe (const MokedBackup *backup,
          const char        *server)
{
  yyjson_mut_doc *doc = new_line (backup->path, backup->made_at, backup->size);
  yyjson_mut_val *root = yyjson_mut_doc_get_root (doc);
  MokedBackupContent content = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean verified = server != NULL ? moked_backup_check_dump (backup->path, server, &content, &error)
                                     : moked_backup_check (backup->path, &content, NULL, &error);

  yyjson_mut_obj_add_bool (doc, root, "verified", verified);
  if (verified)
    {
      yyjson_mut_obj_add_sint (doc, root, "offices", content.offices);
      yyjson_mut_obj_add_sint (doc, root, "changes", content.changes);
    }
  else
    yyjson_mut_obj_add_strcpy (doc, root, "error", error->message);
  yyjson_mut_obj_add_bool (doc, root, "before_migration", backup->before_migration);
  return write_line (doc);
}

static char *
list (MokedService *service,
      GError      **error)
{
  g_auto (MokedBackupSettings) settings = { 0 };
  g_autofree char *server = moked_service_store_dup_server (moked_service_get_config (service));
  g_autoptr (GPtrArray) backups = NULL;
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  if (!moked_service_config_load_backup (moked_service_get_config (service), &settings, error))
    return NULL;
  backups = moked_backup_folder_list (settings.folder, settings.database);
  for (guint i = 0; i < backups->len; i++)
    g_ptr_array_add (lines, describe (g_ptr_array_index (backups, i), server));
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

/* backup -------------------------------------------------------------------------------------------------- */

/* Under the rights of who asks, which are not the service's. */
static gboolean
copy_to (const char *path,
         const char *to,
         GError    **error)
{
  g_autofree char *target = g_canonicalize_filename (to, NULL);
  g_autofree char *part = g_strconcat (target, MOKED_BACKUP_PART, NULL);

  g_unlink (part);
  if (moked_backup_file_copy (path, part, error) && moked_backup_file_publish (part, target, error))
    return TRUE;
  g_unlink (part);
  return FALSE;
}

static char *
finish (const char *path,
        const char *to,
        gint64      made_at,
        gint64      size,
        GError    **error)
{
  yyjson_mut_doc *doc;

  if (to != NULL && !copy_to (path, to, error))
    return NULL;
  doc = new_line (path, made_at, size);
  if (to != NULL)
    yyjson_mut_obj_add_strcpy (doc, yyjson_mut_doc_get_root (doc), "to", to);
  return write_line (doc);
}

static yyjson_doc *
ask (MokedHttpTransport *transport,
     const char         *method,
     GError            **error)
{
  GBytes *bytes = dex_await_boxed (moked_http_transport_request (transport, method, MOKED_BACKUP_CONTROL_PATH, NULL),
                                   error);
  gsize length;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  yyjson_doc *doc = data != NULL ? moked_json_parse (data, (gssize) length, MOKED_JSON_MAX_DEPTH, error) : NULL;

  g_clear_pointer (&bytes, g_bytes_unref);
  return doc;
}

static char *
finish_answer (yyjson_val *answer,
               const char *to,
               GError    **error)
{
  const char *problem = yyjson_get_str (yyjson_obj_get (answer, "problem"));
  const char *path = yyjson_get_str (yyjson_obj_get (answer, "file"));

  if (problem == NULL && path != NULL)
    return finish (path, to, yyjson_get_sint (yyjson_obj_get (answer, "made_at")),
                   yyjson_get_sint (yyjson_obj_get (answer, "size")), error);
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_STORAGE, problem != NULL ? problem : "There is no backup");
  return NULL;
}

/* The service that has the data makes the copy, and is asked until it has. */
static char *
ask_running (MokedService *service,
             const char   *to,
             GError      **error)
{
  g_autofree char *address = NULL;
  g_autofree char *secret = NULL;
  g_autoptr (MokedHttpTransport) transport = NULL;
  g_autoptr (yyjson_doc) answer = NULL;

  if (!moked_embedded_read (service, &address, &secret, error))
    return NULL;
  transport = moked_http_transport_new (address, secret);
  answer = ask (transport, "POST", error);
  while (answer != NULL && yyjson_get_bool (yyjson_obj_get (yyjson_doc_get_root (answer), "running")))
    {
      dex_await (dex_timeout_new_msec (ASK_EVERY_MSEC), NULL);
      g_clear_pointer (&answer, yyjson_doc_free);
      answer = ask (transport, "GET", error);
    }
  return answer != NULL ? finish_answer (yyjson_doc_get_root (answer), to, error) : NULL;
}

static char *
make_here (MokedService *service,
           const char   *to,
           GError      **error)
{
  MokedBackupKeeper *keeper = moked_service_get_backups (service);
  const MokedBackupStatus *status;

  if (!dex_await (moked_backup_keeper_make (keeper), error))
    return NULL;
  status = moked_backup_keeper_get_status (keeper);
  return finish (status->path, to, status->made_at, status->size, error);
}

static char *
make (MokedService *service,
      const char   *to,
      GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  char *line;

  if (moked_service_open (service, &local_error))
    {
      line = make_here (service, to, error);
      moked_service_close (service);
      return line;
    }
  if (g_error_matches (local_error, MOKED_ERROR, MOKED_ERROR_BUSY))
    return ask_running (service, to, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/* restore ------------------------------------------------------------------------------------------------- */

static char *
restore (MokedService *service,
         const char   *file,
         GError      **error)
{
  g_autofree char *path = g_canonicalize_filename (file, NULL);
  g_autofree char *kept = NULL;
  MokedBackupContent content = { 0 };
  yyjson_mut_doc *doc;
  yyjson_mut_val *root;

  if (!moked_service_restore (service, path, NULL, &content, &kept, error))
    return NULL;
  doc = yyjson_mut_doc_new (NULL);
  root = yyjson_mut_obj (doc);
  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_strcpy (doc, root, "restored", path);
  yyjson_mut_obj_add_sint (doc, root, "offices", content.offices);
  yyjson_mut_obj_add_sint (doc, root, "changes", content.changes);
  yyjson_mut_obj_add_val (doc, root, "kept", kept != NULL ? yyjson_mut_strcpy (doc, kept) : yyjson_mut_null (doc));
  return write_line (doc);
}

/**
 * moked_backup_command_dup_run:
 * @service: one that is not open
 * @words: (array zero-terminated=1): checked
 * @to: (nullable): where `backup` puts a second copy
 * @error: %MOKED_ERROR_BUSY when a service has the data that is to be replaced; the backup's and the restore's
 *
 * In a fiber.
 *
 * Returns: (transfer full) (nullable): lines of JSON; empty when there is nothing to tell
 */
char *
moked_backup_command_dup_run (MokedService      *service,
                              const char *const *words,
                              const char        *to,
                              GError           **error)
{
  if (g_str_equal (words[0], "backups"))
    return list (service, error);
  if (g_str_equal (words[0], "restore"))
    return restore (service, words[1], error);
  return make (service, to, error);
}
