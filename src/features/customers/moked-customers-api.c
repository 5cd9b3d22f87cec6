/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/customers/moked-customers.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-ulid.h"
#include "features/customers/moked-customer-service.h"
#include "features/customers/moked-customers-query.h"
#include "features/moked-context.h"
#include "features/office/moked-user-scope.h"
#include "store/moked-entity-store.h"
#include "store/moked-row.h"

/* REST of customers: GET and POST /api/customers, GET, PUT and DELETE /api/customers/{id}. Members of a
 * body are fields as in the field table; those that are missing keep their value. */

#define DEFAULT_LIMIT 50
#define MAX_LIMIT 200

/* One request's way to a store thread and back. */
typedef struct
{
  MokedRequest   *request;
  MokedSyncScope *scope; /* what its user sees */
  guint         limit;
  GPtrArray    *customers;
  GPtrArray    *identities;
  char         *next;
} Call;

static void
call_clear (gpointer data)
{
  Call *call = data;

  moked_request_unref (call->request);
  g_clear_pointer (&call->scope, moked_sync_scope_free);
  g_clear_pointer (&call->customers, g_ptr_array_unref);
  g_clear_pointer (&call->identities, g_ptr_array_unref);
  g_free (call->next);
}

static void
call_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, call_clear);
}

typedef Call CallRef;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CallRef, call_unref)

static CallRef *
call_new (MokedRequest *request)
{
  Call *call = g_atomic_rc_box_new0 (Call);

  call->request = moked_request_ref (request);
  call->customers = g_ptr_array_new_with_free_func (g_object_unref);
  return call;
}

static gboolean
read_in_store (Call            *call,
               MokedContext    *context,
               MokedSessionFunc func,
               GError         **error)
{
  return dex_await (moked_store_read (moked_context_get_store (context),
                                      moked_request_get_business (call->request), func,
                                      g_atomic_rc_box_acquire (call), call_unref),
                    error);
}

static gboolean
write_in_store (Call            *call,
                MokedContext    *context,
                MokedSessionFunc func,
                GError         **error)
{
  return dex_await (moked_store_write (moked_context_get_store (context), MOKED_PRIORITY_URGENT,
                                       moked_request_get_business (call->request), func,
                                       g_atomic_rc_box_acquire (call), call_unref),
                    error);
}

/* The error is passed by address: it is set while the other argument is evaluated. */
static DexFuture *
result_of (gboolean done,
           GError **error)
{
  return done ? dex_future_new_true () : dex_future_new_for_error (*error);
}

static MokedActor
actor_of (Call *call)
{
  return (MokedActor) { moked_request_get_user_id (call->request), "api", NULL, call->scope };
}

static gboolean
read_scope (Call         *call,
            MokedSession *session,
            GError      **error)
{
  call->scope = moked_user_scope_load (session, moked_request_get_user_id (call->request), error);
  return call->scope != NULL;
}

/* Answers */

static yyjson_mut_val *
customer_to_json (MokedCustomer  *customer,
                  GPtrArray      *identities,
                  yyjson_mut_doc *doc)
{
  yyjson_mut_val *object = moked_entity_to_json (customer, doc);
  yyjson_mut_val *list;

  if (identities == NULL)
    return object;
  list = yyjson_mut_obj_add_arr (doc, object, "identities");
  for (guint i = 0; i < identities->len; i++)
    yyjson_mut_arr_append (list, moked_entity_to_json (g_ptr_array_index (identities, i), doc));
  return object;
}

static MokedReply *
reply_one (Call *call)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);

  yyjson_mut_doc_set_root (doc, customer_to_json (g_ptr_array_index (call->customers, 0), call->identities, doc));
  return moked_reply_new_json (doc);
}

static MokedReply *
reply_list (Call *call)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  yyjson_mut_val *items = yyjson_mut_obj_add_arr (doc, root, "items");

  yyjson_mut_doc_set_root (doc, root);
  for (guint i = 0; i < call->customers->len; i++)
    yyjson_mut_arr_append (items, customer_to_json (g_ptr_array_index (call->customers, i), NULL, doc));
  if (call->next != NULL)
    yyjson_mut_obj_add_strcpy (doc, root, "next", call->next);
  else
    yyjson_mut_obj_add_null (doc, root, "next");
  return moked_reply_new_json (doc);
}

/* The cursor of a list: the place of its last row, `ROW_ID:SORT_NAME` in base64url. */

static char *
cursor_encode (gint64      row_id,
               const char *sort_name)
{
  g_autofree char *plain = g_strdup_printf ("%" G_GINT64_FORMAT ":%s", row_id, sort_name);
  char *encoded = g_base64_encode ((const guchar *) plain, strlen (plain));

  for (char *c = encoded; *c != '\0'; c++)
    if (*c == '+')
      *c = '-';
    else if (*c == '/')
      *c = '_';
    else if (*c == '=')
      {
        *c = '\0';
        break;
      }
  return encoded;
}

static gboolean
cursor_decode (const char *cursor,
               gint64     *out_row_id,
               char      **out_sort_name,
               GError    **error)
{
  g_autoptr (GString) padded = g_string_new (cursor);
  g_autofree char *plain = NULL;
  gsize length = 0;
  char *end;

  g_strdelimit (g_strdelimit (padded->str, "-", '+'), "_", '/');
  while (padded->len % 4 != 0)
    g_string_append_c (padded, '=');
  plain = (char *) g_base64_decode (padded->str, &length);
  plain = g_realloc (plain, length + 1);
  plain[length] = '\0';
  *out_row_id = g_ascii_strtoll (plain, &end, 10);
  if (end == plain || *end != ':' || !g_utf8_validate (end, -1, NULL) || strlen (plain) != length)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘cursor’ is not from this list");
      return FALSE;
    }
  *out_sort_name = g_strdup (end + 1);
  return TRUE;
}

/* The list */

static gboolean
add_filters (MokedQuery   *query,
             MokedRequest *request,
             GError      **error)
{
  const char *q = moked_request_get_query (request, "q");
  const char *tag = moked_request_get_query (request, "tag");
  const char *status = moked_request_get_query (request, "status");
  const char *cursor = moked_request_get_query (request, "cursor");
  g_autofree char *sort_name = NULL;
  gint64 row_id;
  int known;

  if (q != NULL)
    moked_query_add_search (query, &moked_customers_search, q);
  if (status != NULL && !moked_enum_parse_nick (moked_customer_statuses, status, &known))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘status’ must be one of the known values");
      return FALSE;
    }
  moked_customers_narrow (query, status, moked_request_get_query (request, "owner"), tag);
  if (cursor == NULL)
    return TRUE;
  if (!cursor_decode (cursor, &row_id, &sort_name, error))
    return FALSE;
  moked_query_add_filter (query, "(e.sort_name, e.row_id) > (?, ?)", "ti", sort_name, row_id);
  return TRUE;
}

static gboolean
load_rows (Call         *call,
           MokedSession *session,
           GPtrArray    *rows,
           GError      **error)
{
  for (guint i = 0; i < rows->len && i < call->limit; i++)
    {
      const char *id = moked_row_get_id (g_ptr_array_index (rows, i));
      MokedCustomer *customer = moked_entity_store_load (session, &moked_customer_info, id, error);

      if (customer == NULL)
        return FALSE;
      g_ptr_array_add (call->customers, customer);
    }
  if (rows->len > call->limit)
    {
      MokedRow *last = g_ptr_array_index (rows, call->limit - 1);

      call->next = cursor_encode (moked_row_get_row_id (last), moked_row_get_text (last, 0));
    }
  return TRUE;
}

static DexFuture *
list_in_session (MokedSession *session,
                 gpointer      user_data)
{
  Call *call = user_data;
  g_autoptr (MokedQuery) query = moked_query_new ("customer", (const char *const[]) { "e.sort_name", NULL });
  g_autoptr (GPtrArray) rows = NULL;
  GError *error = NULL;

  moked_query_set_order (query, (const char *const[]) { "sort_name", NULL }, FALSE);
  if (!read_scope (call, session, &error) || !add_filters (query, call->request, &error))
    return result_of (FALSE, &error);
  moked_user_scope_narrow (call->scope, &moked_customer_info, query);
  /* One row more tells whether there is a next page. */
  moked_query_set_limit (query, call->limit + 1);
  rows = moked_query_list (query, session, &error);
  return result_of (rows != NULL && load_rows (call, session, rows, &error), &error);
}

static MokedReply *
list_customers (MokedRequest *request,
                MokedContext *context,
                GError      **error)
{
  g_autoptr (CallRef) call = call_new (request);

  call->limit = (guint) CLAMP (moked_request_get_query_int (request, "limit", DEFAULT_LIMIT), 1, MAX_LIMIT);
  return read_in_store (call, context, list_in_session, error) ? reply_list (call) : NULL;
}

/* One customer */

static MokedCustomer *
load_alive (Call         *call,
            MokedSession *session,
            GError      **error)
{
  const char *id = moked_request_get_param (call->request, "id");
  g_autoptr (MokedCustomer) customer = NULL;

  if (!read_scope (call, session, error))
    return NULL;
  customer = moked_sync_scope_load (call->scope, session, &moked_customer_info, id, error);
  if (customer == NULL || !moked_entity_is_deleted (customer))
    return g_steal_pointer (&customer);
  moked_entity_store_set_not_found (&moked_customer_info, id, error);
  return NULL;
}

/* Takes the customer as the answer. */
static gboolean
answer_with (Call          *call,
             MokedSession  *session,
             MokedCustomer *customer,
             GError       **error)
{
  g_ptr_array_add (call->customers, customer);
  g_clear_pointer (&call->identities, g_ptr_array_unref);
  call->identities = moked_customer_service_list_identities (session, moked_entity_get_id (customer), error);
  return call->identities != NULL;
}

static DexFuture *
get_in_session (MokedSession *session,
                gpointer      user_data)
{
  GError *error = NULL;
  MokedCustomer *customer = load_alive (user_data, session, &error);

  return result_of (customer != NULL && answer_with (user_data, session, customer, &error), &error);
}

static MokedReply *
get_customer (MokedRequest *request,
              MokedContext *context,
              GError      **error)
{
  g_autoptr (CallRef) call = call_new (request);

  return read_in_store (call, context, get_in_session, error) ? reply_one (call) : NULL;
}

static gboolean
apply_body (Call          *call,
            MokedSession  *session,
            MokedCustomer *customer,
            GError       **error)
{
  yyjson_val *body = moked_request_get_json (call->request, error);
  MokedActor actor = actor_of (call);

  return body != NULL && moked_entity_apply_json (customer, body, MOKED_FIELD_SERVICE, error) &&
         moked_customer_service_save (session, customer, &actor, error) &&
         answer_with (call, session, g_object_ref (customer), error);
}

static DexFuture *
create_in_session (MokedSession *session,
                   gpointer      user_data)
{
  GError *error = NULL;
  g_autofree char *id = moked_ulid_new (NULL);
  g_autoptr (MokedCustomer) customer = MOKED_CUSTOMER (moked_entity_new (&moked_customer_info, id));

  return result_of (read_scope (user_data, session, &error) && apply_body (user_data, session, customer, &error),
                    &error);
}

static MokedReply *
create_customer (MokedRequest *request,
                 MokedContext *context,
                 GError      **error)
{
  g_autoptr (CallRef) call = call_new (request);
  g_autofree char *location = NULL;
  MokedReply *reply;

  /* Parsed here, where the request belongs; the store thread finds it done. */
  if (moked_request_get_json (request, error) == NULL || !write_in_store (call, context, create_in_session, error))
    return NULL;
  reply = reply_one (call);
  location = g_strconcat ("/api/customers/", moked_entity_get_id (g_ptr_array_index (call->customers, 0)), NULL);
  moked_reply_set_status (reply, 201);
  moked_reply_set_header (reply, "Location", location);
  return reply;
}

static gboolean
check_version (Call          *call,
               MokedCustomer *customer,
               GError       **error)
{
  yyjson_val *version = yyjson_obj_get (moked_request_get_json (call->request, NULL), "version");

  if (version == NULL || (yyjson_is_int (version) && yyjson_get_sint (version) == moked_entity_get_version (customer)))
    return TRUE;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CONFLICT, "The customer was changed since this version");
  return FALSE;
}

static DexFuture *
update_in_session (MokedSession *session,
                   gpointer      user_data)
{
  GError *error = NULL;
  g_autoptr (MokedCustomer) customer = load_alive (user_data, session, &error);

  return result_of (customer != NULL && check_version (user_data, customer, &error) &&
                        apply_body (user_data, session, customer, &error),
                    &error);
}

static MokedReply *
update_customer (MokedRequest *request,
                 MokedContext *context,
                 GError      **error)
{
  g_autoptr (CallRef) call = call_new (request);

  if (moked_request_get_json (request, error) == NULL || !write_in_store (call, context, update_in_session, error))
    return NULL;
  return reply_one (call);
}

static DexFuture *
delete_in_session (MokedSession *session,
                   gpointer      user_data)
{
  GError *error = NULL;
  g_autoptr (MokedCustomer) customer = load_alive (user_data, session, &error);
  MokedActor actor = actor_of (user_data);

  return result_of (customer != NULL &&
                        moked_customer_service_delete (session, moked_entity_get_id (customer), &actor, &error),
                    &error);
}

static MokedReply *
delete_customer (MokedRequest *request,
                 MokedContext *context,
                 GError      **error)
{
  g_autoptr (CallRef) call = call_new (request);

  return write_in_store (call, context, delete_in_session, error) ? moked_reply_new (204) : NULL;
}

const MokedRoute moked_customers_routes[] = {
  { "GET", "/api/customers", list_customers },
  { "POST", "/api/customers", create_customer },
  { "GET", "/api/customers/{id}", get_customer },
  { "PUT", "/api/customers/{id}", update_customer },
  { "DELETE", "/api/customers/{id}", delete_customer },
  { 0 },
};
