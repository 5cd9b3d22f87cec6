/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-office-work-routes.h"

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "service/moked-backup-routes.h"
#include "service/moked-office-work.h"

/* The whole office, for owners: make a file of it and fetch that, bring one, put one or a backup in its place. Answers
 * come at once; GET /api/office/work tells how far it is. */

#define MAX_NAME 200
#define MAX_PIECE (1024 * 1024)

static MokedReply *
new_status (guint http_status)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  MokedReply *reply;

  yyjson_mut_doc_set_root (doc, root);
  moked_office_work_add_status (doc, root);
  reply = moked_reply_new_json (doc);
  moked_reply_set_status (reply, http_status);
  return reply;
}

static MokedReply *
get_work (MokedRequest *request,
          MokedContext *context,
          GError      **error)
{
  return moked_backup_routes_check_owner (request, context, error) ? new_status (200) : NULL;
}

static MokedReply *
delete_work (MokedRequest *request,
             MokedContext *context,
             GError      **error)
{
  if (!moked_backup_routes_check_owner (request, context, error))
    return NULL;
  moked_office_work_cancel ();
  return new_status (200);
}

static MokedReply *
post_export (MokedRequest *request,
             MokedContext *context,
             GError      **error)
{
  if (!moked_backup_routes_check_owner (request, context, error) || !moked_office_work_start_export (error))
    return NULL;
  return new_status (202);
}

static MokedReply *
get_export (MokedRequest *request,
            MokedContext *context,
            GError      **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (!moked_backup_routes_check_owner (request, context, error))
    return NULL;
  bytes = moked_office_work_read_export (moked_request_get_query_int (request, "offset", 0), error);
  return bytes != NULL ? moked_reply_new_bytes ("application/octet-stream", bytes) : NULL;
}

static MokedReply *
post_import (MokedRequest *request,
             MokedContext *context,
             GError      **error)
{
  yyjson_mut_doc *doc;
  gint64 size = 0;

  if (!moked_backup_routes_check_owner (request, context, error) ||
      !moked_office_work_take_bytes (moked_request_get_query_int (request, "offset", 0),
                                     moked_request_get_body (request), &size, error))
    return NULL;
  doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_doc_set_root (doc, yyjson_mut_obj (doc));
  yyjson_mut_obj_add_sint (doc, yyjson_mut_doc_get_root (doc), "size", size);
  return moked_reply_new_json (doc);
}

static MokedReply *
post_restore (MokedRequest *request,
              MokedContext *context,
              GError      **error)
{
  yyjson_val *json = moked_request_get_json (request, error);
  const char *backup = NULL;

  if (json == NULL || !moked_backup_routes_check_owner (request, context, error) ||
      !moked_json_get_optional_string (json, "backup", MAX_NAME, &backup, error))
    return NULL;
  if (backup != NULL ? moked_office_work_start_restore (backup, error)
                     : moked_office_work_start_import (moked_request_get_business (request), error))
    return new_status (202);
  return NULL;
}

const MokedRoute moked_office_work_routes[] = {
  { "GET", "/api/office/work", get_work },
  { "DELETE", "/api/office/work", delete_work },
  { "POST", "/api/office/export", post_export },
  { "GET", "/api/office/export", get_export },
  { "POST", "/api/office/import", post_import, MOKED_ROUTE_TOKEN, MAX_PIECE },
  { "POST", "/api/office/restore", post_restore },
  { NULL },
};
