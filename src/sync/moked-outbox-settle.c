/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-outbox.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "store/moked-entity-store.h"

/* What becomes of mutations: confirmed, rejected, cancelled or tried again; and how a confirmed row meets
 * the operations that are still under way. */

static const char changed_name[] = "outbox";

static gboolean
remove_mutation (MokedSession *session,
                 const char   *id,
                 GError      **error)
{
  moked_session_mark_changed (session, changed_name);
  return moked_session_exec (session, error, "DELETE FROM outbox_record WHERE business_id = $1 AND mutation_id = $2", "t", id) &&
         moked_session_exec (session, error, "DELETE FROM outbox WHERE business_id = $1 AND id = $2", "t", id);
}

static gboolean
mark_rejected (MokedSession *session,
               const char   *id,
               yyjson_val   *result,
               GError      **error)
{
  moked_session_mark_changed (session, changed_name);
  return moked_session_exec (session, error, "DELETE FROM outbox_record WHERE business_id = $1 AND mutation_id = $2", "t", id) &&
         moked_session_exec (session, error,
                             "UPDATE outbox SET state = 'rejected', n = NULL, code = $3, detail = $4 "
                             "WHERE business_id = $1 AND id = $2",
                             "ttt", id, yyjson_get_str (yyjson_obj_get (result, "code")),
                             yyjson_get_str (yyjson_obj_get (result, "detail")));
}

/* One operation of a mutation that is under way, on top of a confirmed record. */
static gboolean
reapply_op (MokedSession *session,
            MokedEntity  *entity,
            yyjson_val   *op,
            GError      **error)
{
  const char *kind = yyjson_get_str (yyjson_obj_get (op, "op"));

  if (g_strcmp0 (yyjson_get_str (yyjson_obj_get (op, "entity")), moked_entity_get_info (entity)->name) != 0 ||
      g_strcmp0 (yyjson_get_str (yyjson_obj_get (op, "id")), moked_entity_get_id (entity)) != 0)
    return TRUE;
  if (strcmp (kind, "save") == 0)
    return moked_entity_apply_json (entity, yyjson_obj_get (op, "fields"), MOKED_FIELD_NONE, error);
  if (strcmp (kind, "delete") == 0)
    moked_entity_set_deleted_at (entity, moked_session_get_now (session));
  else if (strcmp (kind, "restore") == 0)
    moked_entity_set_deleted_at (entity, 0);
  return TRUE;
}

static gboolean
reapply_ops (MokedSession *session,
             MokedEntity  *entity,
             const char   *json,
             GError      **error)
{
  g_autoptr (yyjson_doc) ops = yyjson_read (json, strlen (json), 0);
  yyjson_arr_iter iter;
  yyjson_val *op;

  yyjson_arr_iter_init (yyjson_doc_get_root (ops), &iter);
  while ((op = yyjson_arr_iter_next (&iter)) != NULL)
    if (!reapply_op (session, entity, op, error))
      return FALSE;
  return TRUE;
}

/**
 * moked_outbox_apply_row:
 * @session: a session of the cache
 * @confirmed: a record as the service has it; changed here by what is under way
 *
 * Writes it to the cache.
 */
gboolean
moked_outbox_apply_row (MokedSession *session,
                        MokedEntity  *confirmed,
                        GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT o.ops FROM outbox_record r JOIN outbox o ON o.business_id = r.business_id AND o.id = r.mutation_id "
      "WHERE r.business_id = $1 AND r.entity = $2 AND r.entity_id = $3 ORDER BY o.position",
      "tt", moked_entity_get_info (confirmed)->name, moked_entity_get_id (confirmed));

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    if (!reapply_ops (session, confirmed, moked_cursor_get_text (cursor, 0), error))
      return FALSE;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return moked_entity_store_put (session, confirmed, error);
}

/* The service's word on a record that a settled mutation touched; `null` when it has no such record. An
 * overlay of a rejected command stays, so that people see what was not done. */
static gboolean
apply_result_row (MokedSession      *session,
                  const MokedSchema *schema,
                  yyjson_val        *item,
                  gboolean           rejected,
                  GError           **error)
{
  const MokedEntityInfo *info = moked_schema_find_entity (schema, yyjson_get_str (yyjson_obj_get (item, "entity")));
  yyjson_val *row = yyjson_obj_get (item, "row");
  const char *id = yyjson_get_str (yyjson_obj_get (item, "id"));
  g_autoptr (MokedEntity) entity = NULL;

  if (info == NULL || id == NULL)
    return TRUE;
  if (yyjson_is_null (row))
    return rejected || moked_entity_store_remove (session, info, id, error);
  entity = moked_entity_new_from_json (info, row, error);
  return entity != NULL && moked_outbox_apply_row (session, entity, error);
}

static gboolean
settle_one (MokedSession      *session,
            const MokedSchema *schema,
            yyjson_val        *result,
            GError           **error)
{
  const char *id = yyjson_get_str (yyjson_obj_get (result, "id"));
  gboolean rejected = g_strcmp0 (yyjson_get_str (yyjson_obj_get (result, "status")), "rejected") == 0;
  yyjson_arr_iter iter;
  yyjson_val *item;

  if (id == NULL)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The service's answer has a result without ‘id’");
      return FALSE;
    }
  if (!(rejected ? mark_rejected (session, id, result, error) : remove_mutation (session, id, error)))
    return FALSE;
  yyjson_arr_iter_init (yyjson_obj_get (result, "rows"), &iter);
  while ((item = yyjson_arr_iter_next (&iter)) != NULL)
    if (!apply_result_row (session, schema, item, rejected, error))
      return FALSE;
  return TRUE;
}

/**
 * moked_outbox_settle:
 * @session: a session of the cache
 * @schema: the records that travel
 * @results: the `results` of the service's answer to a push
 *
 * Takes confirmed mutations out of the outbox and marks the rejected ones.
 */
gboolean
moked_outbox_settle (MokedSession      *session,
                     const MokedSchema *schema,
                     yyjson_val        *results,
                     GError           **error)
{
  yyjson_arr_iter iter;
  yyjson_val *result;

  yyjson_arr_iter_init (results, &iter);
  while ((result = yyjson_arr_iter_next (&iter)) != NULL)
    if (!settle_one (session, schema, result, error))
      return FALSE;
  return TRUE;
}

static char *
load_ops (MokedSession *session,
          const char   *mutation_id,
          const char   *states,
          GError      **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT ops FROM outbox WHERE business_id = $1 AND id = $2 AND state IN (%s)", states);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "t", mutation_id);

  if (cursor == NULL)
    return NULL;
  if (moked_cursor_next (cursor, &local_error))
    return moked_cursor_dup_text (cursor, 0);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT, "It was sent already");
  return NULL;
}

static gboolean
revert_op (MokedSession      *session,
           const MokedSchema *schema,
           yyjson_val        *op,
           GError           **error)
{
  const char *kind = yyjson_get_str (yyjson_obj_get (op, "op"));
  const MokedEntityInfo *info = moked_schema_find_entity (schema, yyjson_get_str (yyjson_obj_get (op, "entity")));
  const char *id = yyjson_get_str (yyjson_obj_get (op, "id"));
  yyjson_val *was = yyjson_obj_get (op, "was");
  gboolean writes_fields = g_strcmp0 (kind, "save") == 0 || g_strcmp0 (kind, "overlay") == 0;
  g_autoptr (MokedEntity) entity = NULL;

  if (info == NULL || id == NULL)
    return TRUE;
  if (writes_fields && was == NULL)
    return moked_entity_store_remove (session, info, id, error);
  entity = moked_entity_store_load (session, info, id, error);
  if (entity == NULL)
    return FALSE;
  if (writes_fields && !moked_entity_apply_json (entity, was, MOKED_FIELD_NONE, error))
    return FALSE;
  if (!writes_fields)
    moked_entity_set_deleted_at (entity, strcmp (kind, "delete") == 0 ? 0 : moked_session_get_now (session));
  return moked_entity_store_put (session, entity, error);
}

/**
 * moked_outbox_cancel:
 * @session: a session of the cache
 * @schema: the records that travel
 * @mutation_id: a mutation that was not sent yet, or was rejected
 * @error: %MOKED_ERROR_CONFLICT when it was sent
 *
 * Takes an edit back: the records are as they were before it.
 */
gboolean
moked_outbox_cancel (MokedSession      *session,
                     const MokedSchema *schema,
                     const char        *mutation_id,
                     GError           **error)
{
  g_autofree char *waiting = load_ops (session, mutation_id, "'waiting', 'rejected'", error);
  g_autofree char *rejected = waiting != NULL ? load_ops (session, mutation_id, "'rejected'", NULL) : NULL;
  g_autoptr (yyjson_doc) ops = NULL;
  yyjson_val *list;

  if (waiting == NULL)
    return FALSE;
  ops = yyjson_read (waiting, strlen (waiting), 0);
  list = yyjson_doc_get_root (ops);
  for (gsize i = yyjson_arr_size (list); i > 0; i--)
    {
      yyjson_val *op = yyjson_arr_get (list, i - 1);
      gboolean overlay = g_strcmp0 (yyjson_get_str (yyjson_obj_get (op, "op")), "overlay") == 0;

      /* The service's rows replaced a rejected edit already, but for overlays. */
      if ((rejected == NULL || overlay) && !revert_op (session, schema, op, error))
        return FALSE;
    }
  return remove_mutation (session, mutation_id, error);
}

static gboolean
redo_op (MokedSession      *session,
         const MokedSchema *schema,
         const char        *mutation_id,
         yyjson_val        *op,
         GError           **error)
{
  const MokedEntityInfo *info = moked_schema_find_entity (schema, yyjson_get_str (yyjson_obj_get (op, "entity")));
  const char *id = yyjson_get_str (yyjson_obj_get (op, "id"));
  g_autoptr (MokedEntity) entity = NULL;

  if (info == NULL || id == NULL)
    return TRUE;
  entity = moked_entity_store_load (session, info, id, NULL);
  if (entity == NULL)
    entity = moked_entity_new (info, id);
  return moked_session_exec (session, error,
                             "INSERT INTO outbox_record (business_id, entity, entity_id, mutation_id) "
                             "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                             "ttt", info->name, id, mutation_id) &&
         reapply_op (session, entity, op, error) && moked_entity_store_put (session, entity, error);
}

/**
 * moked_outbox_retry:
 * @mutation_id: a rejected mutation
 *
 * Puts it at the end of what waits, and its edit back on the records.
 */
gboolean
moked_outbox_retry (MokedSession      *session,
                    const MokedSchema *schema,
                    const char        *mutation_id,
                    GError           **error)
{
  g_autofree char *json = load_ops (session, mutation_id, "'rejected'", error);
  g_autofree char *new_id = NULL;
  g_autoptr (yyjson_doc) ops = NULL;
  yyjson_arr_iter iter;
  yyjson_val *op;

  if (json == NULL)
    return FALSE;
  /* A new id: the service remembers its answer to the old one. */
  new_id = moked_ulid_new (NULL);
  if (!moked_session_exec (session, error,
                           "UPDATE outbox SET id = $3, state = 'waiting', code = NULL, detail = NULL, n = NULL, position = ("
                           "SELECT max (position) + 1 FROM outbox WHERE business_id = $1) "
                           "WHERE business_id = $1 AND id = $2",
                           "tt", mutation_id, new_id))
    return FALSE;
  moked_session_mark_changed (session, changed_name);
  ops = yyjson_read (json, strlen (json), 0);
  yyjson_arr_iter_init (yyjson_doc_get_root (ops), &iter);
  while ((op = yyjson_arr_iter_next (&iter)) != NULL)
    if (!redo_op (session, schema, new_id, op, error))
      return FALSE;
  return TRUE;
}
