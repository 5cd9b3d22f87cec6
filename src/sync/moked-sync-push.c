/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-sync-server-private.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "store/moked-entity-store.h"

/* The writing half: mutations of one device, in its order. Each is applied whole or not at all, and its
 * outcome is stored in the same transaction as its effects, so that a repeated push gets the same answer
 * and changes nothing. A mutation that a rule refuses is answered with the reason and blocks nothing. */

#define MAX_MUTATIONS 200
#define MAX_OPS 1000

typedef struct
{
  MokedSyncServer *server;
  MokedActor       actor;
  const char      *client;
  yyjson_val      *mutation;
  gint64           base;
  yyjson_mut_doc  *doc;
  yyjson_mut_val  *conflicts;
} Push;

static gboolean
refuse (GError     **error,
        MokedError   code,
        const char  *detail)
{
  g_set_error_literal (error, MOKED_ERROR, code, detail);
  return FALSE;
}

/* Faults of the service itself must not become an answer: the device keeps its mutation and asks again. */
static gboolean
is_refusal (const GError *error)
{
  return error->domain == MOKED_ERROR && !moked_error_is_temporary (error) &&
         error->code != MOKED_ERROR_STORAGE && error->code != MOKED_ERROR_CORRUPT;
}

static gboolean
note_conflict (Push             *push,
               MokedEntity      *stored,
               const MokedField *field)
{
  yyjson_mut_val *item = yyjson_mut_arr_add_obj (push->doc, push->conflicts);

  yyjson_mut_obj_add_str (push->doc, item, "entity", moked_entity_get_info (stored)->name);
  yyjson_mut_obj_add_strcpy (push->doc, item, "id", moked_entity_get_id (stored));
  yyjson_mut_obj_add_str (push->doc, item, "field", field->name);
  return yyjson_mut_obj_add_val (push->doc, item, "theirs", moked_entity_field_to_json (stored, field, push->doc));
}

/* The later arrival wins; what it overwrites stays in the log, and the device is told. */
static gboolean
find_conflicts (Push         *push,
                MokedSession *session,
                MokedEntity  *stored,
                yyjson_val   *fields,
                GError      **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (stored);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT DISTINCT f.field FROM change c "
      "JOIN change_field f ON f.business_id = c.business_id AND f.seq = c.seq "
      "LEFT JOIN mutation m ON m.business_id = c.business_id AND m.id = c.mutation_id "
      "WHERE c.business_id = $1 AND c.entity = $2 AND c.entity_id = $3 AND c.seq > $4 "
      "AND (m.client IS NULL OR m.client <> $5)",
      "ttit", info->name, moked_entity_get_id (stored), push->base, push->client);

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    {
      const MokedField *field = moked_entity_info_find_field (info, moked_cursor_get_text (cursor, 0));

      if (field != NULL && field->kind != MOKED_FIELD_SET && yyjson_obj_get (fields, field->name) != NULL)
        note_conflict (push, stored, field);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
load_if_any (MokedSession          *session,
             const MokedEntityInfo *info,
             const char            *id,
             MokedEntity          **out_entity,
             GError               **error)
{
  g_autoptr (GError) local_error = NULL;

  *out_entity = moked_entity_store_load (session, info, id, &local_error);
  if (*out_entity != NULL || g_error_matches (local_error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
apply_save (Push                  *push,
            MokedSession          *session,
            const MokedEntityInfo *info,
            const char            *id,
            yyjson_val            *op,
            GError               **error)
{
  yyjson_val *fields = yyjson_obj_get (op, "fields");
  g_autoptr (MokedEntity) entity = NULL;

  if (!yyjson_is_obj (fields))
    return refuse (error, MOKED_ERROR_FORMAT, "‘fields’ must be an object");
  if (!load_if_any (session, info, id, &entity, error))
    return FALSE;
  if (entity == NULL)
    entity = moked_entity_new (info, id);
  else if (moked_entity_is_deleted (entity))
    return refuse (error, MOKED_ERROR_GONE, "The record was deleted meanwhile");
  else if (!find_conflicts (push, session, entity, fields, error))
    return FALSE;
  return moked_entity_apply_json (entity, fields, MOKED_FIELD_SERVICE, error) &&
         moked_entity_validate (entity, error) && moked_change_log_save (session, entity, &push->actor, error);
}

static gboolean
apply_record_op (Push         *push,
                 MokedSession *session,
                 const char   *kind,
                 yyjson_val   *op,
                 GError      **error)
{
  const MokedEntityInfo *info = moked_schema_find_entity (push->server->schema,
                                                          yyjson_get_str (yyjson_obj_get (op, "entity")));
  const char *id = yyjson_get_str (yyjson_obj_get (op, "id"));
  g_autoptr (MokedEntity) entity = NULL;

  if (info == NULL || id == NULL || !moked_ulid_is_valid (id))
    return refuse (error, MOKED_ERROR_FORMAT, "‘entity’ or ‘id’ is not valid");
  if (strcmp (kind, "save") == 0)
    return apply_save (push, session, info, id, op, error);
  entity = moked_entity_store_load (session, info, id, error);
  if (entity == NULL)
    return FALSE;
  if (strcmp (kind, "delete") == 0)
    return moked_change_log_delete (session, entity, &push->actor, error);
  return moked_change_log_save (session, entity, &push->actor, error);
}

static const MokedCommand *
find_command (MokedSyncServer *server,
              const char      *name)
{
  for (guint a = 0; server->commands[a] != NULL; a++)
    for (const MokedCommand *command = server->commands[a]; command->name != NULL; command++)
      if (g_strcmp0 (command->name, name) == 0)
        return command;
  return NULL;
}

static gboolean
apply_op (Push         *push,
          MokedSession *session,
          yyjson_val   *op,
          GError      **error)
{
  const char *kind = yyjson_get_str (yyjson_obj_get (op, "op"));
  const MokedCommand *command;

  if (g_strcmp0 (kind, "overlay") == 0)
    return TRUE; /* only the device's own picture of what it asks for */
  if (g_strcmp0 (kind, "save") == 0 || g_strcmp0 (kind, "delete") == 0 || g_strcmp0 (kind, "restore") == 0)
    return apply_record_op (push, session, kind, op, error);
  if (g_strcmp0 (kind, "command") != 0)
    return refuse (error, MOKED_ERROR_FORMAT, "‘op’ is not known");
  command = find_command (push->server, yyjson_get_str (yyjson_obj_get (op, "name")));
  if (command == NULL)
    return refuse (error, MOKED_ERROR_NOT_FOUND, "The service does not know this command");
  if (!yyjson_is_obj (yyjson_obj_get (op, "args")))
    return refuse (error, MOKED_ERROR_FORMAT, "‘args’ must be an object");
  return command->run (session, yyjson_obj_get (op, "args"), &push->actor, error);
}

static gboolean
apply_mutation (MokedSession *session,
                gpointer      user_data,
                GError      **error)
{
  Push *push = user_data;
  yyjson_val *ops = yyjson_obj_get (push->mutation, "ops");
  yyjson_arr_iter iter;
  yyjson_val *op;

  if (!yyjson_is_arr (ops) || yyjson_arr_size (ops) == 0 || yyjson_arr_size (ops) > MAX_OPS)
    return refuse (error, MOKED_ERROR_FORMAT, "‘ops’ must be a list that is not empty");
  yyjson_arr_iter_init (ops, &iter);
  while ((op = yyjson_arr_iter_next (&iter)) != NULL)
    if (!apply_op (push, session, op, error))
      return FALSE;
  return TRUE;
}

static gboolean
store_outcome (Push         *push,
               MokedSession *session,
               gint64        n,
               const GError *refusal,
               GError      **error)
{
  yyjson_val *made_at = yyjson_obj_get (push->mutation, "at");

  return moked_session_exec (session, error,
                             "INSERT INTO mutation (business_id, id, client, n, user_id, label, status, code, detail, "
                             "made_at, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                             "ttitttttii", push->actor.mutation_id, push->client, n, push->actor.user_id,
                             yyjson_get_str (yyjson_obj_get (push->mutation, "label")),
                             refusal == NULL ? "applied" : "rejected",
                             refusal != NULL ? moked_error_get_code (refusal) : NULL,
                             refusal != NULL ? refusal->message : NULL, (gint64) yyjson_get_sint (made_at),
                             moked_session_get_now (session));
}

/* How each touched record stands now, so that the device need not wait for the feed to drop its overlay. */
static gboolean
add_rows (Push           *push,
          MokedSession   *session,
          yyjson_mut_val *result,
          GError        **error)
{
  yyjson_mut_val *rows = yyjson_mut_arr (push->doc);
  yyjson_val *ops = yyjson_obj_get (push->mutation, "ops");
  yyjson_arr_iter iter;
  yyjson_val *op;

  yyjson_arr_iter_init (ops, &iter);
  while ((op = yyjson_arr_iter_next (&iter)) != NULL)
    {
      const MokedEntityInfo *info = moked_schema_find_entity (push->server->schema,
                                                              yyjson_get_str (yyjson_obj_get (op, "entity")));
      const char *id = yyjson_get_str (yyjson_obj_get (op, "id"));
      g_autoptr (MokedEntity) entity = NULL;
      yyjson_mut_val *item;

      if (info == NULL || id == NULL)
        continue;
      if (!load_if_any (session, info, id, &entity, error))
        return FALSE;
      item = yyjson_mut_arr_add_obj (push->doc, rows);
      yyjson_mut_obj_add_str (push->doc, item, "entity", info->name);
      yyjson_mut_obj_add_strcpy (push->doc, item, "id", id);
      yyjson_mut_obj_add_val (push->doc, item, "row",
                              entity != NULL ? moked_entity_to_json (entity, push->doc) : yyjson_mut_null (push->doc));
    }
  yyjson_mut_obj_add_val (push->doc, result, "rows", rows);
  return TRUE;
}

static void
add_status (Push           *push,
            yyjson_mut_val *result,
            const char     *status,
            const char     *code,
            const char     *detail)
{
  yyjson_mut_obj_add_strcpy (push->doc, result, "status", status);
  if (code != NULL)
    yyjson_mut_obj_add_strcpy (push->doc, result, "code", code);
  if (detail != NULL)
    yyjson_mut_obj_add_strcpy (push->doc, result, "detail", detail);
}

static gboolean
find_outcome (Push           *push,
              MokedSession   *session,
              yyjson_mut_val *result,
              gboolean       *out_found,
              GError        **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error, "SELECT status, code, detail FROM mutation WHERE business_id = $1 AND id = $2",
                           "t", push->actor.mutation_id);

  if (cursor == NULL)
    return FALSE;
  *out_found = moked_cursor_next (cursor, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (*out_found)
    add_status (push, result, moked_cursor_get_text (cursor, 0), moked_cursor_get_text (cursor, 1),
                moked_cursor_get_text (cursor, 2));
  return TRUE;
}

static gboolean
run_mutation (Push           *push,
              MokedSession   *session,
              gint64          n,
              yyjson_mut_val *result,
              GError        **error)
{
  g_autoptr (GError) refusal = NULL;
  gboolean found;

  if (!find_outcome (push, session, result, &found, error))
    return FALSE;
  if (!found)
    {
      if (!moked_session_nested (session, apply_mutation, push, &refusal) && !is_refusal (refusal))
        {
          g_propagate_error (error, g_steal_pointer (&refusal));
          return FALSE;
        }
      if (!store_outcome (push, session, n, refusal, error))
        return FALSE;
      add_status (push, result, refusal == NULL ? "applied" : "rejected",
                  refusal != NULL ? moked_error_get_code (refusal) : NULL, refusal != NULL ? refusal->message : NULL);
    }
  yyjson_mut_obj_add_val (push->doc, result, "conflicts", push->conflicts);
  return add_rows (push, session, result, error);
}

static gboolean
read_last_n (MokedSession *session,
             const char   *client,
             gint64       *out_last,
             GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT last_n FROM sync_client WHERE business_id = $1 AND client = $2", "t", client);

  if (cursor == NULL)
    return FALSE;
  *out_last = moked_cursor_next (cursor, &local_error) ? moked_cursor_get_int (cursor, 0) : 0;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
read_mutation (Push       *push,
               yyjson_val *mutation,
               gint64     *out_n,
               GError    **error)
{
  const char *id = yyjson_get_str (yyjson_obj_get (mutation, "id"));
  yyjson_val *n = yyjson_obj_get (mutation, "n");
  yyjson_val *base = yyjson_obj_get (mutation, "base");

  if (id == NULL || !moked_ulid_is_valid (id) || !yyjson_is_int (n) || yyjson_get_sint (n) < 1 || !yyjson_is_int (base))
    return refuse (error, MOKED_ERROR_FORMAT, "A mutation needs ‘id’, ‘n’ and ‘base’");
  push->mutation = mutation;
  push->actor.mutation_id = id;
  push->base = yyjson_get_sint (base);
  push->conflicts = yyjson_mut_arr (push->doc);
  *out_n = yyjson_get_sint (n);
  return TRUE;
}

static gboolean
run_all (Push           *push,
         MokedSession   *session,
         yyjson_val     *mutations,
         yyjson_mut_val *results,
         gint64         *last_n,
         GError        **error)
{
  yyjson_arr_iter iter;
  yyjson_val *mutation;

  yyjson_arr_iter_init (mutations, &iter);
  while ((mutation = yyjson_arr_iter_next (&iter)) != NULL)
    {
      yyjson_mut_val *result = yyjson_mut_obj (push->doc);
      gint64 n;

      if (!read_mutation (push, mutation, &n, error))
        return FALSE;
      if (n > *last_n + 1)
        break; /* something before it is missing: the device sees last_n and sends it again */
      yyjson_mut_obj_add_sint (push->doc, result, "n", n);
      yyjson_mut_obj_add_strcpy (push->doc, result, "id", push->actor.mutation_id);
      if (!run_mutation (push, session, n, result, error))
        return FALSE;
      yyjson_mut_arr_append (results, result);
      *last_n = MAX (*last_n, n);
    }
  return moked_session_exec (session, error,
                             "INSERT INTO sync_client (business_id, client, last_n) VALUES ($1, $2, $3) "
                             "ON CONFLICT (business_id, client) DO UPDATE SET last_n = excluded.last_n",
                             "ti", push->client, *last_n);
}

/**
 * moked_sync_server_push:
 * @session: a business's session; everything happens in its transaction
 * @user_id: (nullable): whose device it is
 * @request: `{"client", "mutations": [{"n", "id", "base", "at", "label", "ops": […]}]}`
 * @error: %MOKED_ERROR_FORMAT for a request that is not of this form; otherwise a fault of the service,
 *   and nothing was done
 *
 * Returns: (transfer full) (nullable): `{"last_n", "results": [{"n", "id", "status", "code", "detail",
 *   "conflicts": […], "rows": […]}]}`
 */
char *
moked_sync_server_push (MokedSyncServer *self,
                        MokedSession    *session,
                        const char      *user_id,
                        yyjson_val      *request,
                        GError         **error)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  yyjson_mut_val *results = yyjson_mut_arr (doc);
  yyjson_val *mutations = yyjson_obj_get (request, "mutations");
  Push push = { self, { user_id, "device", NULL }, yyjson_get_str (yyjson_obj_get (request, "client")), NULL, 0, doc, NULL };
  gint64 last_n;

  if (push.client == NULL || !moked_ulid_is_valid (push.client) || !yyjson_is_arr (mutations) ||
      yyjson_arr_size (mutations) > MAX_MUTATIONS)
    {
      refuse (error, MOKED_ERROR_FORMAT, "‘client’ or ‘mutations’ is not valid");
      return NULL;
    }
  if (!read_last_n (session, push.client, &last_n, error) ||
      !run_all (&push, session, mutations, results, &last_n, error))
    return NULL;
  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_sint (doc, root, "last_n", last_n);
  yyjson_mut_obj_add_val (doc, root, "results", results);
  return moked_sync_server_write (doc);
}
