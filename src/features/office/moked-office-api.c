/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/moked-context.h"
#include "features/office/moked-office-feature.h"
#include "features/office/moked-office-service.h"
#include "features/office/moked-user-scope.h"
#include "store/moked-entity-store.h"

/* GET /api/office: the office, the people who work in it, and who asks. */

typedef struct
{
  char           *user_id;
  yyjson_mut_doc *doc;
} Answer;

static void
free_answer (gpointer data)
{
  Answer *answer = data;

  g_clear_pointer (&answer->doc, yyjson_mut_doc_free);
  g_free (answer->user_id);
  g_free (answer);
}

static DexFuture *
read_office (MokedSession *session,
             gpointer      data)
{
  Answer *answer = data;
  GError *error = NULL;
  g_autoptr (MokedSyncScope) scope = moked_user_scope_load (session, answer->user_id, &error);
  g_autoptr (MokedOffice) office = scope != NULL ? moked_office_service_load (session, &error) : NULL;
  g_autoptr (GPtrArray) users = NULL;
  yyjson_mut_val *root, *list;

  if (office == NULL)
    return dex_future_new_for_error (error);
  users = moked_entity_store_list (session, &moked_user_info, &error,
                                   "WHERE business_id = $1 AND deleted_at IS NULL ORDER BY created_at, id", "");
  if (users == NULL)
    return dex_future_new_for_error (error);
  answer->doc = yyjson_mut_doc_new (NULL);
  root = yyjson_mut_obj (answer->doc);
  yyjson_mut_doc_set_root (answer->doc, root);
  yyjson_mut_obj_add_strcpy (answer->doc, root, "business", moked_session_get_business (session));
  yyjson_mut_obj_add_strcpy (answer->doc, root, "user_id", answer->user_id);
  yyjson_mut_obj_add_val (answer->doc, root, "office", moked_entity_to_json (office, answer->doc));
  list = yyjson_mut_obj_add_arr (answer->doc, root, "users");
  for (guint i = 0; i < users->len; i++)
    yyjson_mut_arr_append (list, moked_entity_to_json (g_ptr_array_index (users, i), answer->doc));
  return dex_future_new_take_string (yyjson_mut_write (answer->doc, YYJSON_WRITE_NOFLAG, NULL));
}

MokedReply *
moked_office_get (MokedRequest *request,
                  MokedContext *context,
                  GError      **error)
{
  Answer *answer = g_new0 (Answer, 1);
  g_autofree char *json = NULL;

  answer->user_id = g_strdup (moked_request_get_user_id (request));
  json = dex_await_string (moked_store_read (moked_context_get_store (context), moked_request_get_business (request),
                                             read_office, answer, free_answer),
                           error);
  return json != NULL ? moked_reply_new_text ("application/json", json) : NULL;
}
