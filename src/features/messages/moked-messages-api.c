/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/messages/moked-messages.h"

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "features/messages/moked-conversation-search.h"
#include "features/messages/moked-message-service.h"
#include "features/moked-context.h"
#include "features/office/moked-user-scope.h"
#include "store/moked-entity-store.h"
#include "store/moked-row.h"

/* REST of conversations:
 *
 *   GET /api/conversations?q=&state=&limit=&cursor=       newest first, each with its customer's name
 *   GET /api/conversations/{id}/messages?limit=&cursor=   newest first
 *   POST /api/messages {"conversation_id","body","id"?}    sends; `id` is a ULID that makes it repeatable
 *
 * A cursor is the place of a list's last item, `TIME:ROW`. */

#define DEFAULT_LIMIT 50
#define MAX_LIMIT 200
#define MAX_BODY 20000

/* One request's way to a store thread and back. */
typedef struct
{
  MokedRequest   *request;
  MokedSyncScope *scope; /* what its user sees */
  guint         limit;
  GPtrArray    *items;
  GPtrArray    *names;
  char         *next;
  MokedComposed composed;
  char         *id;
} Call;

static void
call_clear (gpointer data)
{
  Call *call = data;

  moked_request_unref (call->request);
  g_clear_pointer (&call->scope, moked_sync_scope_free);
  g_ptr_array_unref (call->items);
  g_ptr_array_unref (call->names);
  g_free (call->next);
  g_free (call->id);
}

static void
call_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, call_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_unref)

static gboolean
read_limit (MokedRequest *request,
            guint        *out_limit,
            GError      **error)
{
  const char *text = moked_request_get_query (request, "limit");
  gint64 limit = DEFAULT_LIMIT;

  if (text != NULL && !g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &limit, NULL))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘limit’ must be a number");
      return FALSE;
    }
  *out_limit = (guint) CLAMP (limit, 1, MAX_LIMIT);
  return TRUE;
}

static Call *
call_new (MokedRequest *request)
{
  Call *call = g_atomic_rc_box_new0 (Call);

  call->request = moked_request_ref (request);
  call->items = g_ptr_array_new_with_free_func (g_object_unref);
  call->names = g_ptr_array_new_with_free_func (g_free);
  return call;
}

static DexFuture *
result_of (gboolean done,
           GError **error) /* by address: the call before it sets it while the arguments are evaluated */
{
  return done ? dex_future_new_true () : dex_future_new_for_error (*error);
}

static gboolean
read_in_store (Call            *call,
               MokedContext    *context,
               MokedSessionFunc func,
               GError         **error)
{
  return dex_await (moked_store_read (moked_context_get_store (context), moked_request_get_business (call->request),
                                      func, g_atomic_rc_box_acquire (call), call_unref),
                    error);
}

static gboolean
read_scope (Call         *call,
            MokedSession *session,
            GError      **error)
{
  call->scope = moked_user_scope_load (session, moked_request_get_user_id (call->request), error);
  return call->scope != NULL;
}

static gboolean
parse_cursor (const char *cursor,
              gint64     *out_time,
              gint64     *out_row)
{
  g_auto (GStrv) parts = g_strsplit (cursor, ":", 3);

  return g_strv_length (parts) == 2 &&
         g_ascii_string_to_signed (parts[0], 10, G_MININT64, G_MAXINT64, out_time, NULL) &&
         g_ascii_string_to_signed (parts[1], 10, G_MININT64, G_MAXINT64, out_row, NULL);
}

static gboolean
read_cursor (Call    *call,
             gint64  *out_time,
             gint64  *out_row,
             GError **error)
{
  const char *cursor = moked_request_get_query (call->request, "cursor");

  *out_time = *out_row = G_MAXINT64;
  if (cursor == NULL || parse_cursor (cursor, out_time, out_row))
    return TRUE;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘cursor’ is not from this list");
  return FALSE;
}

static MokedReply *
reply_list (Call *call)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  yyjson_mut_val *items = yyjson_mut_obj_add_arr (doc, root, "items");

  yyjson_mut_doc_set_root (doc, root);
  for (guint i = 0; i < call->items->len; i++)
    {
      yyjson_mut_val *item = moked_entity_to_json (g_ptr_array_index (call->items, i), doc);

      if (i < call->names->len)
        yyjson_mut_obj_add_strcpy (doc, item, "customer_name", g_ptr_array_index (call->names, i));
      yyjson_mut_arr_append (items, item);
    }
  if (call->next != NULL)
    yyjson_mut_obj_add_strcpy (doc, root, "next", call->next);
  else
    yyjson_mut_obj_add_null (doc, root, "next");
  return moked_reply_new_json (doc);
}

static MokedReply *
answer_list (MokedRequest    *request,
             MokedContext    *context,
             MokedSessionFunc func,
             GError         **error)
{
  g_autoptr (Call) call = call_new (request);

  if (!read_limit (request, &call->limit, error) || !read_in_store (call, context, func, error))
    return NULL;
  return reply_list (call);
}

/* Conversations */

static gboolean
add_filters (Call       *call,
             MokedQuery *query,
             GError    **error)
{
  const char *q = moked_request_get_query (call->request, "q");
  const char *state = moked_request_get_query (call->request, "state");
  gint64 time, row;
  int known;

  if (!read_cursor (call, &time, &row, error))
    return FALSE;
  moked_query_add_filter (query, "(e.last_message_at, e.row_id) < (?, ?)", "ii", time, row);
  if (q != NULL)
    moked_conversation_add_search (query, q);
  if (state == NULL)
    return TRUE;
  if (!moked_enum_parse_nick (moked_conversation_states, state, &known))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘state’ must be one of the known values");
      return FALSE;
    }
  moked_query_add_filter (query, "e.state = ?", "t", state);
  return TRUE;
}

static gboolean
load_conversations (Call         *call,
                    MokedSession *session,
                    GPtrArray    *rows,
                    GError      **error)
{
  for (guint i = 0; i < rows->len && i < call->limit; i++)
    {
      MokedRow *row = g_ptr_array_index (rows, i);
      const char *id = moked_row_get_id (row);
      gpointer conversation = moked_entity_store_load (session, &moked_conversation_info, id, error);

      if (conversation == NULL)
        return FALSE;
      g_ptr_array_add (call->items, conversation);
      g_ptr_array_add (call->names, g_strdup (moked_row_get_text (row, 1)));
    }
  if (rows->len > call->limit)
    {
      MokedRow *last = g_ptr_array_index (rows, call->limit - 1);

      call->next = g_strdup_printf ("%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, moked_row_get_int (last, 0),
                                    moked_row_get_row_id (last));
    }
  return TRUE;
}

static DexFuture *
list_conversations_in_session (MokedSession *session,
                               gpointer      user_data)
{
  Call *call = user_data;
  g_autoptr (MokedQuery) query =
      moked_query_new ("conversation", (const char *const[]) { "e.last_message_at", "c.name", NULL });
  g_autoptr (GPtrArray) rows = NULL;
  GError *error = NULL;

  moked_query_set_joins (query, "LEFT JOIN customer c ON c.business_id = e.business_id AND c.id = e.customer_id");
  moked_query_set_order (query, (const char *const[]) { "last_message_at", NULL }, TRUE);
  if (!read_scope (call, session, &error) || !add_filters (call, query, &error))
    return result_of (FALSE, &error);
  moked_user_scope_narrow (call->scope, &moked_conversation_info, query);
  /* One row more tells whether there is a next page. */
  moked_query_set_limit (query, call->limit + 1);
  rows = moked_query_list (query, session, &error);
  return result_of (rows != NULL && load_conversations (call, session, rows, &error), &error);
}

static MokedReply *
list_conversations (MokedRequest *request,
                    MokedContext *context,
                    GError      **error)
{
  return answer_list (request, context, list_conversations_in_session, error);
}

/* Messages */

static gboolean
load_messages (Call         *call,
               MokedSession *session,
               const char   *conversation_id,
               GError      **error)
{
  g_autofree char *columns = moked_entity_store_dup_columns (&moked_message_info, "e");
  g_autofree char *sql = g_strdup_printf ("SELECT %s, e.row_id FROM message e WHERE e.business_id = $1 "
                                          "AND e.conversation_id = $2 AND e.deleted_at IS NULL "
                                          "AND (e.created_at, e.row_id) < ($3, $4) "
                                          "ORDER BY e.created_at DESC, e.row_id DESC LIMIT $5",
                                          columns);
  g_autoptr (MokedCursor) cursor = NULL;
  g_autoptr (GError) local_error = NULL;
  gint64 time, row;

  if (!read_cursor (call, &time, &row, error))
    return FALSE;
  cursor = moked_session_query (session, error, sql, "tiii", conversation_id, time, row, (gint64) call->limit + 1);
  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error) && call->items->len < call->limit)
    {
      gpointer message = moked_entity_store_read (&moked_message_info, cursor, 0);

      g_ptr_array_add (call->items, message);
      time = moked_entity_get_created_at (message);
      row = moked_cursor_get_int (cursor, 4 + moked_message_info.n_fields);
      if (call->items->len == call->limit && moked_cursor_next (cursor, &local_error))
        call->next = g_strdup_printf ("%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, time, row);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static DexFuture *
list_messages_in_session (MokedSession *session,
                          gpointer      user_data)
{
  Call *call = user_data;
  const char *id = moked_request_get_param (call->request, "id");
  GError *error = NULL;
  g_autoptr (MokedConversation) conversation = NULL;

  if (read_scope (call, session, &error))
    conversation = moked_sync_scope_load (call->scope, session, &moked_conversation_info, id, &error);
  return result_of (conversation != NULL && load_messages (call, session, id, &error), &error);
}

static MokedReply *
list_messages (MokedRequest *request,
               MokedContext *context,
               GError      **error)
{
  return answer_list (request, context, list_messages_in_session, error);
}

/* Sending */

static DexFuture *
send_in_session (MokedSession *session,
                 gpointer      user_data)
{
  Call *call = user_data;
  MokedActor actor = { moked_request_get_user_id (call->request), "api", NULL };
  GError *error = NULL;
  gpointer message = NULL;

  if (read_scope (call, session, &error))
    {
      actor.scope = call->scope;
      message = moked_message_service_send (session, &call->composed, &actor, &error);
    }
  if (message == NULL)
    return dex_future_new_for_error (error);
  g_ptr_array_add (call->items, message);
  return dex_future_new_true ();
}

static gboolean
read_composed (Call    *call,
               GError **error)
{
  yyjson_val *body = moked_request_get_json (call->request, error);

  if (body == NULL ||
      !moked_json_get_string (body, "conversation_id", MOKED_ULID_LENGTH, &call->composed.conversation_id, error) ||
      !moked_json_get_string (body, "body", MAX_BODY, &call->composed.body, error) ||
      !moked_json_get_optional_string (body, "id", MOKED_ULID_LENGTH, &call->composed.id, error))
    return FALSE;
  if (call->composed.id == NULL)
    call->composed.id = call->id = moked_ulid_new (NULL);
  return TRUE;
}

static MokedReply *
send_message (MokedRequest *request,
              MokedContext *context,
              GError      **error)
{
  g_autoptr (Call) call = call_new (request);
  yyjson_mut_doc *doc;
  MokedReply *reply;

  if (!read_composed (call, error) ||
      !dex_await (moked_store_write (moked_context_get_store (context), MOKED_PRIORITY_URGENT,
                                     moked_request_get_business (request), send_in_session,
                                     g_atomic_rc_box_acquire (call), call_unref),
                  error))
    return NULL;
  doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_doc_set_root (doc, moked_entity_to_json (g_ptr_array_index (call->items, 0), doc));
  reply = moked_reply_new_json (doc);
  moked_reply_set_status (reply, 201);
  return reply;
}

const MokedRoute moked_messages_routes[] = {
  { "GET", "/api/conversations", list_conversations },
  { "GET", "/api/conversations/{id}/messages", list_messages },
  { "POST", "/api/messages", send_message },
  { 0 },
};
