/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "store/moked-entity-store.h"
#include "sync/moked-conflict-store.h"
#include "sync/moked-outbox-private.h"

/* What becomes of mutations: confirmed, rejected, held, cancelled or tried again. */

static const char changed_name[] = "outbox";

static gboolean
forget_records (MokedSession *session,
                const char   *id,
                GError      **error)
{
  return moked_session_exec (session, error, "DELETE FROM outbox_record WHERE business_id = $1 AND mutation_id = $2",
                             "t", id);
}

static gboolean
remove_mutation (MokedSession *session,
                 const char   *id,
                 GError      **error)
{
  moked_session_mark_changed (session, changed_name);
  return forget_records (session, id, error) &&
         moked_session_exec (session, error, "DELETE FROM outbox WHERE business_id = $1 AND id = $2", "t", id);
}

/* Returns %NULL without an error when there is no such mutation in one of the states. */
static yyjson_doc *
load_ops (MokedSession *session,
          const char   *mutation_id,
          const char   *states,
          GError      **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT ops FROM outbox WHERE business_id = $1 AND id = $2 AND state IN (%s)",
                                          states);
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "t", mutation_id);
  const char *json;
  yyjson_doc *ops;

  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return NULL;
  json = moked_cursor_get_text (cursor, 0);
  ops = yyjson_read (json, strlen (json), 0);
  if (ops == NULL)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CORRUPT, "The outbox cannot be read");
  return ops;
}

static gboolean
is_overlay (yyjson_val *op)
{
  return g_strcmp0 (yyjson_get_str (yyjson_obj_get (op, "op")), "overlay") == 0;
}

static gboolean
note_op (MokedSession      *session,
         const MokedSchema *schema,
         const char        *mutation_id,
         yyjson_val        *op,
         GError           **error)
{
  const MokedEntityInfo *info = moked_schema_find_entity (schema, yyjson_get_str (yyjson_obj_get (op, "entity")));
  const char *id = yyjson_get_str (yyjson_obj_get (op, "id"));
  g_autoptr (MokedEntity) now = NULL;

  if (info == NULL || id == NULL)
    return TRUE;
  return moked_entity_store_load_if_any (session, info, id, &now, error) &&
         moked_outbox_note_record (session, info, id, mutation_id, now, error);
}

/* Notes the records of a mutation's operations. */
gboolean
moked_outbox_note_ops (MokedSession      *session,
                       const MokedSchema *schema,
                       const char        *mutation_id,
                       yyjson_doc        *ops,
                       gboolean           overlays_only,
                       GError           **error)
{
  yyjson_arr_iter iter;
  yyjson_val *op;

  yyjson_arr_iter_init (yyjson_doc_get_root (ops), &iter);
  while ((op = yyjson_arr_iter_next (&iter)) != NULL)
    if ((!overlays_only || is_overlay (op)) && !note_op (session, schema, mutation_id, op, error))
      return FALSE;
  return TRUE;
}

static char *
dup_question (yyjson_val *result)
{
  yyjson_val *question = yyjson_obj_get (result, "question");
  char *malloced = question != NULL ? yyjson_val_write (question, YYJSON_WRITE_NOFLAG, NULL) : NULL;
  char *text = g_strdup (malloced);

  free (malloced);
  return text;
}

/* Of a mutation that was not done only the overlays are still of interest to the records. */
static gboolean
mark_not_done (MokedSession      *session,
               const MokedSchema *schema,
               const char        *id,
               yyjson_val        *result,
               GError           **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (yyjson_doc) ops = load_ops (session, id, "'waiting', 'sending', 'rejected', 'held'", &local_error);
  g_autofree char *question = dup_question (result);

  if (ops == NULL && local_error == NULL)
    return remove_mutation (session, id, error); /* was taken back here meanwhile */
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  moked_session_mark_changed (session, changed_name);
  return forget_records (session, id, error) && moked_outbox_note_ops (session, schema, id, ops, TRUE, error) &&
         moked_session_exec (session, error,
                             "UPDATE outbox SET state = $6, n = NULL, code = $3, detail = $4, question = $5 "
                             "WHERE business_id = $1 AND id = $2",
                             "ttttt", id, yyjson_get_str (yyjson_obj_get (result, "code")),
                             yyjson_get_str (yyjson_obj_get (result, "detail")), question,
                             yyjson_get_str (yyjson_obj_get (result, "status")));
}

static gboolean
confirm_rows (MokedSession      *session,
              const MokedSchema *schema,
              yyjson_val        *result,
              GError           **error)
{
  yyjson_arr_iter iter;
  yyjson_val *item;

  yyjson_arr_iter_init (yyjson_obj_get (result, "rows"), &iter);
  while ((item = yyjson_arr_iter_next (&iter)) != NULL)
    {
      const MokedEntityInfo *info =
          moked_schema_find_entity (schema, yyjson_get_str (yyjson_obj_get (item, "entity")));
      const char *id = yyjson_get_str (yyjson_obj_get (item, "id"));
      yyjson_val *row = yyjson_obj_get (item, "row");
      gboolean hidden = yyjson_get_bool (yyjson_obj_get (item, "remove"));

      if (info == NULL || id == NULL || row == NULL)
        continue;
      if (hidden ? !moked_outbox_hide_whole (session, schema, info, id, error)
                 : !moked_outbox_confirm (session, info, id, row, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
settle_one (MokedSession      *session,
            const MokedSchema *schema,
            yyjson_val        *result,
            GError           **error)
{
  const char *id = yyjson_get_str (yyjson_obj_get (result, "id"));
  const char *status = yyjson_get_str (yyjson_obj_get (result, "status"));
  gboolean not_done = g_strcmp0 (status, "rejected") == 0 || g_strcmp0 (status, "held") == 0;
  g_autoptr (GPtrArray) records = NULL;

  if (id == NULL || (!not_done && g_strcmp0 (status, "applied") != 0 && g_strcmp0 (status, "cancelled") != 0))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The service's answer has a result without ‘id’ or ‘status’");
      return FALSE;
    }
  records = moked_outbox_list_records (session, schema, id, error);
  return records != NULL &&
         (not_done ? mark_not_done (session, schema, id, result, error) : remove_mutation (session, id, error)) &&
         confirm_rows (session, schema, result, error) && moked_outbox_rebuild_all (session, records, error) &&
         moked_conflict_store_note (session, schema, result, error);
}

/**
 * moked_outbox_settle:
 * @session: a session of the cache
 * @schema: the records that travel
 * @results: the `results` of the service's answer to a push
 *
 * Takes confirmed mutations out of the outbox and marks those that were rejected or are held.
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

/* It has a number, and perhaps arrived: the service will say which of the two came first. */
static gboolean
mark_cancelled (MokedSession *session,
                const char   *id,
                gboolean     *out_done,
                GError      **error)
{
  if (!moked_session_exec (session, error,
                           "UPDATE outbox SET state = 'cancelled' WHERE business_id = $1 AND id = $2 "
                           "AND state = 'sending'",
                           "t", id))
    return FALSE;
  *out_done = moked_session_get_changes (session) > 0;
  if (*out_done)
    moked_session_mark_changed (session, changed_name);
  return TRUE;
}

static yyjson_doc *
take_ops (MokedSession *session,
          const char   *mutation_id,
          const char   *states,
          GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  yyjson_doc *ops = load_ops (session, mutation_id, states, &local_error);

  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (ops == NULL)
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT, "It was sent already");
  return ops;
}

/**
 * moked_outbox_cancel:
 * @session: a session of the cache
 * @schema: the records that travel
 * @mutation_id: a mutation that the service has not confirmed
 * @error: %MOKED_ERROR_CONFLICT when it is no longer here: it was confirmed, or taken back before
 *
 * Takes an edit back: the records are as they would be without it. One that may be on its way stays in the outbox to
 * be sent as cancelled; had it arrived before, the records come back as the service has them.
 */
gboolean
moked_outbox_cancel (MokedSession      *session,
                     const MokedSchema *schema,
                     const char        *mutation_id,
                     GError           **error)
{
  g_autoptr (yyjson_doc) ops = NULL;
  g_autoptr (GPtrArray) records = NULL;
  gboolean marked;

  if (!mark_cancelled (session, mutation_id, &marked, error))
    return FALSE;
  if (!marked && (ops = take_ops (session, mutation_id, "'waiting', 'rejected', 'held'", error)) == NULL)
    return FALSE;
  records = moked_outbox_list_records (session, schema, mutation_id, error);
  return records != NULL && (marked || remove_mutation (session, mutation_id, error)) &&
         moked_outbox_rebuild_all (session, records, error);
}

/* Puts what was not done at the end of what waits, under a new id: the service remembers its answer to the old one. */
gboolean
moked_outbox_send_again (MokedSession      *session,
                         const MokedSchema *schema,
                         const char        *mutation_id,
                         const char        *new_id,
                         GError           **error)
{
  g_autoptr (yyjson_doc) ops = take_ops (session, mutation_id, "'rejected', 'held'", error);
  g_autoptr (GPtrArray) records = NULL;

  if (ops == NULL)
    return FALSE;
  moked_session_mark_changed (session, changed_name);
  if (!forget_records (session, mutation_id, error) ||
      !moked_session_exec (session, error,
                           "UPDATE outbox SET id = $3, state = 'waiting', code = NULL, detail = NULL, question = NULL, "
                           "n = NULL, position = (SELECT max (position) + 1 FROM outbox WHERE business_id = $1) "
                           "WHERE business_id = $1 AND id = $2",
                           "tt", mutation_id, new_id) ||
      !moked_outbox_note_ops (session, schema, new_id, ops, FALSE, error))
    return FALSE;
  records = moked_outbox_list_records (session, schema, new_id, error);
  return records != NULL && moked_outbox_rebuild_all (session, records, error);
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
  g_autofree char *new_id = moked_ulid_new (NULL);

  return moked_outbox_send_again (session, schema, mutation_id, new_id, error);
}

static GPtrArray *
list_action (MokedSession *session,
             const char   *action,
             gint64       *out_unsent,
             GError      **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error,
                           "SELECT id, CASE WHEN state = 'waiting' THEN 1 ELSE 0 END FROM outbox "
                           "WHERE business_id = $1 AND (id = $2 OR action = $2) AND state <> 'cancelled' "
                           "ORDER BY position DESC",
                           "t", action);

  *out_unsent = 0;
  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    {
      g_ptr_array_add (ids, moked_cursor_dup_text (cursor, 0));
      *out_unsent += moked_cursor_get_int (cursor, 1);
    }
  if (local_error == NULL)
    return g_steal_pointer (&ids);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/**
 * moked_outbox_take_action_back:
 * @action: an action, or the one mutation that it was
 * @out_unsent: how many of its mutations the service has never heard of
 *
 * Takes back what the service has not confirmed of an action.
 */
gboolean
moked_outbox_take_action_back (MokedSession      *session,
                               const MokedSchema *schema,
                               const char        *action,
                               gint64            *out_unsent,
                               GError           **error)
{
  g_autoptr (GPtrArray) ids = list_action (session, action, out_unsent, error);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!moked_outbox_cancel (session, schema, g_ptr_array_index (ids, i), error))
      return FALSE;
  return TRUE;
}
