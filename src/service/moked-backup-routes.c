/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-backup-routes.h"

#include "base/moked-error.h"
#include "features/moked-context.h"
#include "features/office/moked-office-service.h"

/* GET /api/backups tells how it stands, POST has a copy made and answers at once; for owners. The same at
 * /control/backup, for who can read the service's folder. */

/* Handlers know the features' context; the copies belong to the service around it. */
static MokedService *the_service;

/**
 * moked_backup_routes_set_service:
 * @service: outlives the server
 */
void
moked_backup_routes_set_service (MokedService *service)
{
  the_service = service;
}

static MokedReply *
new_status (guint http_status)
{
  const MokedBackupStatus *status = moked_backup_keeper_get_status (moked_service_get_backups (the_service));
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  MokedReply *reply;

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_bool (doc, root, "running", status->running);
  yyjson_mut_obj_add_val (doc, root, "file",
                          status->path != NULL ? yyjson_mut_strcpy (doc, status->path) : yyjson_mut_null (doc));
  yyjson_mut_obj_add_sint (doc, root, "made_at", status->made_at);
  yyjson_mut_obj_add_sint (doc, root, "size", status->size);
  yyjson_mut_obj_add_val (doc, root, "problem",
                          status->problem != NULL ? yyjson_mut_strcpy (doc, status->problem) : yyjson_mut_null (doc));
  reply = moked_reply_new_json (doc);
  moked_reply_set_status (reply, http_status);
  return reply;
}

static MokedReply *
new_order (void)
{
  /* What comes of it is in the status, and in the log. */
  dex_future_disown (moked_backup_keeper_make (moked_service_get_backups (the_service)));
  return new_status (202);
}

static DexFuture *
check_owner_in_session (MokedSession *session,
                        gpointer      data)
{
  GError *error = NULL;

  if (!moked_office_service_check_role (session, data, MOKED_USER_OWNER, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

/**
 * moked_backup_routes_check_owner:
 * @error: %MOKED_ERROR_FORBIDDEN
 *
 * Makes sure that an owner asks.
 */
gboolean
moked_backup_routes_check_owner (MokedRequest *request,
                                 MokedContext *context,
                                 GError      **error)
{
  return dex_await (moked_store_read (moked_context_get_store (context), moked_request_get_business (request),
                                      check_owner_in_session, g_strdup (moked_request_get_user_id (request)), g_free),
                    error);
}

static MokedReply *
get_backups (MokedRequest *request,
             MokedContext *context,
             GError      **error)
{
  return moked_backup_routes_check_owner (request, context, error) ? new_status (200) : NULL;
}

static MokedReply *
post_backups (MokedRequest *request,
              MokedContext *context,
              GError      **error)
{
  return moked_backup_routes_check_owner (request, context, error) ? new_order () : NULL;
}

static MokedReply *
get_list (MokedRequest *request,
          MokedContext *context,
          GError      **error)
{
  g_auto (MokedBackupSettings) settings = { 0 };
  g_autoptr (GPtrArray) backups = NULL;
  yyjson_mut_doc *doc;
  yyjson_mut_val *items;

  if (!moked_backup_routes_check_owner (request, context, error) ||
      !moked_service_config_load_backup (moked_service_get_config (the_service), &settings, error))
    return NULL;
  backups = moked_backup_folder_list (settings.folder, settings.database);
  doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_doc_set_root (doc, yyjson_mut_obj (doc));
  items = yyjson_mut_obj_add_arr (doc, yyjson_mut_doc_get_root (doc), "items");
  for (guint i = 0; i < backups->len; i++)
    {
      const MokedBackup *backup = g_ptr_array_index (backups, i);
      g_autofree char *name = g_path_get_basename (backup->path);
      yyjson_mut_val *item = yyjson_mut_arr_add_obj (doc, items);

      yyjson_mut_obj_add_strcpy (doc, item, "name", name);
      yyjson_mut_obj_add_sint (doc, item, "made_at", backup->made_at);
      yyjson_mut_obj_add_sint (doc, item, "size", backup->size);
      yyjson_mut_obj_add_bool (doc, item, "before_migration", backup->before_migration);
    }
  return moked_reply_new_json (doc);
}

/* Hashes are compared, so that the time it takes tells nothing of the secret. */
static gboolean
check_secret (MokedRequest *request,
              GError      **error)
{
  const char *given = moked_request_get_header (request, "Authorization");
  g_autofree char *wanted = g_strconcat ("Bearer ", moked_service_get_secret (the_service), NULL);
  g_autofree char *wanted_hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, wanted, -1);
  g_autofree char *given_hash = given != NULL ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, given, -1) : NULL;

  if (g_strcmp0 (wanted_hash, given_hash) == 0)
    return TRUE;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED, "The secret is in the service's folder");
  return FALSE;
}

static MokedReply *
get_control (MokedRequest *request,
             MokedContext *context,
             GError      **error)
{
  return check_secret (request, error) ? new_status (200) : NULL;
}

static MokedReply *
post_control (MokedRequest *request,
              MokedContext *context,
              GError      **error)
{
  return check_secret (request, error) ? new_order () : NULL;
}

const MokedRoute moked_backup_routes[] = {
  { "GET", "/api/backups", get_backups },
  { "POST", "/api/backups", post_backups },
  { "GET", "/api/backups/list", get_list },
  { "GET", MOKED_BACKUP_CONTROL_PATH, get_control, MOKED_ROUTE_PUBLIC },
  { "POST", MOKED_BACKUP_CONTROL_PATH, post_control, MOKED_ROUTE_PUBLIC },
  { NULL },
};
