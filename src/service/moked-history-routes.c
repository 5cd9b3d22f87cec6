/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-history-routes.h"

#include <stdlib.h>

#include "base/moked-error.h"
#include "features/moked-context.h"
#include "features/moked-feature.h"
#include "features/office/moked-user-scope.h"
#include "store/moked-entity-store.h"

/* How a record came to be as it is: GET /api/history, from the change log. docs/sync.md has the messages. */

#define PAGE 50
#define MAX_RELATED 8

/* One request's way to a store thread and back. */
typedef struct
{
  MokedRequest          *request;
  const MokedEntityInfo *info;
  const char            *id;
  const MokedEntityInfo *kinds[1 + MAX_RELATED + 1]; /* that of the record itself first */
  gint64                 before;
  gboolean               edits; /* without what only follows other records */
  yyjson_mut_doc        *doc;
  yyjson_mut_val        *items;
} Call;

static void
call_free (Call *call)
{
  g_clear_pointer (&call->doc, yyjson_mut_doc_free);
  moked_request_unref (call->request);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
call_release (gpointer call)
{
  call_free (call);
}

static gboolean
refuse (GError    **error,
        MokedError  code,
        const char *why)
{
  g_set_error_literal (error, MOKED_ERROR, code, why);
  return FALSE;
}

/* The question */

/* A kind that is for everybody, or a part of this one: who sees the one sees the other. */
static gboolean
is_seen_with (const MokedEntityInfo *related,
              const MokedField      *field)
{
  const MokedEntityInfo *whole;
  const MokedField *deciding = moked_sync_scope_find_field (moked_features_get_schema (), related, &whole);

  return deciding == NULL || deciding == field;
}

static gboolean
refers_to (const MokedEntityInfo *related,
           const MokedEntityInfo *info)
{
  g_autofree char *name = g_strconcat (info->name, "_id", NULL);
  const MokedField *field = moked_entity_info_find_field (related, name);

  return field != NULL && field->kind == MOKED_FIELD_REF && is_seen_with (related, field);
}

static gboolean
parse_related (Call       *call,
               const char *names,
               GError    **error)
{
  g_auto (GStrv) parts = g_strsplit (names != NULL ? names : "", ",", -1);

  if (g_strv_length (parts) > MAX_RELATED)
    return refuse (error, MOKED_ERROR_INVALID, "‘with’ has too many kinds of records");
  for (guint i = 0; parts[i] != NULL; i++)
    {
      const MokedEntityInfo *related = moked_schema_find_entity (moked_features_get_schema (), parts[i]);

      if (related == NULL || !refers_to (related, call->info))
        return refuse (error, MOKED_ERROR_INVALID, "‘with’ must name kinds of records that belong to this kind");
      call->kinds[1 + i] = related;
    }
  return TRUE;
}

static gboolean
parse_cursor (Call       *call,
              const char *cursor,
              GError    **error)
{
  call->before = G_MAXINT64;
  if (cursor == NULL || g_ascii_string_to_signed (cursor, 10, 1, G_MAXINT64, &call->before, NULL))
    return TRUE;
  return refuse (error, MOKED_ERROR_INVALID, "‘cursor’ is not from this list");
}

static gboolean
parse_question (Call    *call,
                GError **error)
{
  const char *entity = moked_request_get_query (call->request, "entity");

  call->id = moked_request_get_query (call->request, "id");
  call->edits = g_strcmp0 (moked_request_get_query (call->request, "edits"), "true") == 0;
  if (entity == NULL || call->id == NULL)
    return refuse (error, MOKED_ERROR_INVALID, "‘entity’ and ‘id’ are needed");
  call->info = call->kinds[0] = moked_schema_find_entity (moked_features_get_schema (), entity);
  if (call->info == NULL)
    return refuse (error, MOKED_ERROR_NOT_FOUND, "There is no such kind of record");
  return parse_related (call, moked_request_get_query (call->request, "with"), error) &&
         parse_cursor (call, moked_request_get_query (call->request, "cursor"), error);
}

/* The statement. Names are those of the schema; what came with the request is bound. */

static void
append_records (GString    *sql,
                const Call *call)
{
  g_string_append_printf (sql, "SELECT '%s' AS entity, id FROM %s WHERE business_id = $1 AND id = $2", call->info->name,
                          moked_entity_info_get_table (call->info));
  for (guint i = 1; call->kinds[i] != NULL; i++)
    g_string_append_printf (sql, " UNION ALL SELECT '%s', id FROM %s WHERE business_id = $1 AND %s_id = $2",
                            call->kinds[i]->name, moked_entity_info_get_table (call->kinds[i]), call->info->name);
}

static void
append_followers (GString               *sql,
                  const MokedEntityInfo *info)
{
  guint n = 0;

  for (guint i = 0; i < info->n_fields; i++)
    if (info->fields[i].flags & MOKED_FIELD_SERVICE)
      {
        if (n++ == 0)
          g_string_append_printf (sql, " AND NOT (c.entity = '%s' AND f.field IN (", info->name);
        else
          g_string_append (sql, ", ");
        g_string_append_printf (sql, "'%s'", info->fields[i].name);
      }
  if (n > 0)
    g_string_append (sql, "))");
}

static char *
dup_statement (const Call *call)
{
  g_autoptr (GString) sql = g_string_new ("WITH record AS (");

  append_records (sql, call);
  /* The record leads, and each finds its own changes by their index. */
  g_string_append (sql,
                   ") SELECT c.seq, c.entity, c.entity_id, c.kind, c.at, c.actor, u.name, c.origin, c.mutation_id "
                   "FROM record r CROSS JOIN change c LEFT JOIN \"user\" u ON u.business_id = $1 AND u.id = c.actor "
                   "WHERE c.business_id = $1 AND c.entity = r.entity AND c.entity_id = r.id AND c.seq < $3");
  if (call->edits)
    {
      g_string_append (sql, " AND (c.kind <> 'update' OR EXISTS (SELECT 1 FROM change_field f "
                            "WHERE f.business_id = $1 AND f.seq = c.seq");
      for (guint i = 0; call->kinds[i] != NULL; i++)
        append_followers (sql, call->kinds[i]);
      g_string_append (sql, "))");
    }
  g_string_append (sql, " ORDER BY c.seq DESC LIMIT $4");
  return g_string_free (g_steal_pointer (&sql), FALSE);
}

/* The answer */

static void
add_text (yyjson_mut_doc *doc,
          yyjson_mut_val *object,
          const char     *name,
          MokedCursor    *cursor,
          int             column)
{
  g_autofree char *text = moked_cursor_dup_text (cursor, column);
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;

  yyjson_mut_obj_add_val (doc, object, name, valid != NULL ? yyjson_mut_strcpy (doc, valid) : yyjson_mut_null (doc));
}

static gboolean
add_fields (Call           *call,
            MokedSession   *session,
            gint64          seq,
            yyjson_mut_val *fields,
            GError        **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT field, old, new FROM change_field WHERE business_id = $1 AND seq = $2 ORDER BY field",
      "i", seq);

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    {
      yyjson_mut_val *item = yyjson_mut_arr_add_obj (call->doc, fields);

      add_text (call->doc, item, "field", cursor, 0);
      add_text (call->doc, item, "old", cursor, 1);
      add_text (call->doc, item, "new", cursor, 2);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
add_item (Call         *call,
          MokedSession *session,
          MokedCursor  *cursor,
          GError      **error)
{
  yyjson_mut_val *item = yyjson_mut_arr_add_obj (call->doc, call->items);
  gint64 seq = moked_cursor_get_int (cursor, 0);

  yyjson_mut_obj_add_sint (call->doc, item, "seq", seq);
  add_text (call->doc, item, "entity", cursor, 1);
  add_text (call->doc, item, "id", cursor, 2);
  add_text (call->doc, item, "kind", cursor, 3);
  yyjson_mut_obj_add_sint (call->doc, item, "at", moked_cursor_get_int (cursor, 4));
  add_text (call->doc, item, "by", cursor, 5);
  add_text (call->doc, item, "name", cursor, 6);
  add_text (call->doc, item, "origin", cursor, 7);
  add_text (call->doc, item, "mutation", cursor, 8);
  call->before = seq;
  return add_fields (call, session, seq, yyjson_mut_obj_add_arr (call->doc, item, "fields"), error);
}

/* One change more than a page tells whether there is another page. */
static gboolean
add_items (Call         *call,
           MokedSession *session,
           gboolean     *out_more,
           GError      **error)
{
  g_autofree char *sql = dup_statement (call);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "tii", call->id, call->before,
                                                        (gint64) PAGE + 1);

  *out_more = FALSE;
  if (cursor == NULL)
    return FALSE;
  for (guint n = 0; moked_cursor_next (cursor, &local_error); n++)
    if (n == PAGE)
      *out_more = TRUE;
    else if (!add_item (call, session, cursor, error))
      return FALSE;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static DexFuture *
answer_in_session (MokedSession *session,
                   gpointer      user_data)
{
  Call *call = user_data;
  yyjson_mut_val *root;
  GError *error = NULL;
  /* Of this business, and seen by the user, or of none. The others named in ‘with’ are parts of it. */
  g_autoptr (MokedSyncScope) scope =
      moked_user_scope_load (session, moked_request_get_user_id (call->request), &error);
  g_autoptr (MokedEntity) record =
      scope != NULL ? moked_sync_scope_load (scope, session, call->info, call->id, &error) : NULL;
  gboolean more;
  gsize length;
  char *text;

  if (record == NULL)
    return dex_future_new_for_error (error);
  call->doc = yyjson_mut_doc_new (NULL);
  root = yyjson_mut_obj (call->doc);
  yyjson_mut_doc_set_root (call->doc, root);
  call->items = yyjson_mut_obj_add_arr (call->doc, root, "items");
  if (!add_items (call, session, &more, &error))
    return dex_future_new_for_error (error);
  if (more)
    {
      g_autofree char *next = g_strdup_printf ("%" G_GINT64_FORMAT, call->before);

      yyjson_mut_obj_add_strcpy (call->doc, root, "next", next);
    }
  text = yyjson_mut_write (call->doc, 0, &length);
  return dex_future_new_take_boxed (G_TYPE_BYTES, g_bytes_new_with_free_func (text, length, free, text));
}

static MokedReply *
get_history (MokedRequest *request,
             MokedContext *context,
             GError      **error)
{
  g_autoptr (Call) call = g_new0 (Call, 1);
  g_autoptr (GBytes) body = NULL;

  call->request = moked_request_ref (request);
  if (!parse_question (call, error))
    return NULL;
  body = dex_await_boxed (moked_store_read (moked_context_get_store (context), moked_request_get_business (request),
                                            answer_in_session, g_steal_pointer (&call), call_release),
                          error);
  return body != NULL ? moked_reply_new_bytes ("application/json", body) : NULL;
}

const MokedRoute moked_history_routes[] = {
  { "GET", "/api/history", get_history, MOKED_ROUTE_TOKEN, 0 },
  { NULL },
};
