/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "store/moked-entity-store.h"
#include "sync/moked-sync-server-private.h"

/* One mutation of a device: applied whole or not at all, its outcome stored in the same transaction as its
 * effects, so that a repeated push gets the same answer and changes nothing. A mutation that a rule refuses is
 * answered with the reason and blocks nothing. */

#define MAX_OPS 1000

static gboolean
refuse (GError     **error,
        MokedError   code,
        const char  *detail)
{
  g_set_error_literal (error, MOKED_ERROR, code, detail);
  return FALSE;
}

/* What may pass (a full disk, say) must not become an answer: the device keeps its mutation and asks again.
 * What would be the same the next time must become one, whoever is to blame, or all that comes later would
 * wait behind it for ever. */
static gboolean
is_refusal (const GError *error)
{
  return !moked_error_is_temporary (error) && !g_error_matches (error, MOKED_ERROR, MOKED_ERROR_CORRUPT) &&
         !g_error_matches (error, MOKED_ERROR, MOKED_ERROR_CANCELLED);
}

static gboolean
is_noted (MokedSyncPush    *push,
          MokedEntity      *stored,
          const MokedField *field)
{
  yyjson_mut_arr_iter iter;
  yyjson_mut_val *item;

  yyjson_mut_arr_iter_init (push->conflicts, &iter);
  while ((item = yyjson_mut_arr_iter_next (&iter)) != NULL)
    if (yyjson_mut_equals_str (yyjson_mut_obj_get (item, "field"), field->name) &&
        yyjson_mut_equals_str (yyjson_mut_obj_get (item, "id"), moked_entity_get_id (stored)))
      return TRUE;
  return FALSE;
}

/* @cursor is on the change that set the value which is overwritten. */
static void
note_conflict (MokedSyncPush    *push,
               MokedEntity      *stored,
               const MokedField *field,
               MokedCursor      *cursor)
{
  const char *by = moked_cursor_get_text (cursor, 1);
  yyjson_mut_val *item;

  if (is_noted (push, stored, field))
    return;
  item = yyjson_mut_arr_add_obj (push->doc, push->conflicts);
  yyjson_mut_obj_add_str (push->doc, item, "entity", moked_entity_get_info (stored)->name);
  yyjson_mut_obj_add_strcpy (push->doc, item, "id", moked_entity_get_id (stored));
  yyjson_mut_obj_add_str (push->doc, item, "field", field->name);
  yyjson_mut_obj_add_val (push->doc, item, "theirs", moked_entity_field_to_json (stored, field, push->doc));
  if (by != NULL)
    yyjson_mut_obj_add_strcpy (push->doc, item, "by", by);
  yyjson_mut_obj_add_sint (push->doc, item, "at", moked_cursor_get_int (cursor, 2));
}

/* Whether @field, which a change of the log touched, is set to something else than what others made of it. */
static gboolean
collides (MokedEntity      *before,
          MokedEntity      *after,
          const MokedField *field)
{
  return field != NULL && field->kind != MOKED_FIELD_SET && !(field->flags & MOKED_FIELD_DERIVED) &&
         !moked_entity_field_equal (before, after, field);
}

/* The later arrival wins; what it overwrites stays in the log, and the device is told. Only the newest change of a
 * field counts: what the device or this very mutation wrote since is no conflict, nor is what both set to the same. */
static gboolean
find_conflicts (MokedSyncPush *push,
                MokedSession *session,
                MokedEntity  *before,
                MokedEntity  *after,
                GError      **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (before);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT f.field, c.actor, c.at, CASE WHEN m.client = $5 OR c.mutation_id = $6 THEN 1 ELSE 0 END FROM change c "
      "JOIN change_field f ON f.business_id = c.business_id AND f.seq = c.seq "
      "LEFT JOIN mutation m ON m.business_id = c.business_id AND m.id = c.mutation_id "
      "WHERE c.business_id = $1 AND c.entity = $2 AND c.entity_id = $3 AND c.seq > $4 ORDER BY c.seq DESC",
      "ttitt", info->name, moked_entity_get_id (before), push->base, push->client, push->actor.mutation_id);
  g_autoptr (GPtrArray) looked_at = g_ptr_array_new ();

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    {
      const MokedField *field = moked_entity_info_find_field (info, moked_cursor_get_text (cursor, 0));

      if (!collides (before, after, field) || g_ptr_array_find (looked_at, field, NULL))
        continue;
      g_ptr_array_add (looked_at, (gpointer) field);
      if (moked_cursor_get_int (cursor, 3) == 0)
        note_conflict (push, before, field, cursor);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Before anything else is said of the record. What is not there and what is not to be seen look the same; and what only
 * the service makes, devices change at most. */
static gboolean
check_sight (MokedSyncPush         *push,
             MokedSession          *session,
             const MokedEntityInfo *info,
             yyjson_val            *op,
             MokedEntity           *before,
             GError               **error)
{
  gboolean saves = yyjson_equals_str (yyjson_obj_get (op, "op"), "save");

  if (info->managed && (!saves || before == NULL))
    return refuse (error, MOKED_ERROR_FORBIDDEN, "Only the service makes and removes records of this kind");
  if (before == NULL && saves && !yyjson_get_bool (yyjson_obj_get (op, "exists")))
    return TRUE;
  return moked_sync_scope_check (push->scope, session, info, yyjson_get_str (yyjson_obj_get (op, "id")), error);
}

/* Returns (transfer full) the record as it is to be; @out_before is how it is stored, NULL for a new one. */
static MokedEntity *
prepare_save (MokedSyncPush         *push,
              MokedSession          *session,
              const MokedEntityInfo *info,
              yyjson_val            *op,
              MokedEntity          **out_before,
              GError               **error)
{
  const char *id = yyjson_get_str (yyjson_obj_get (op, "id"));
  yyjson_val *fields = yyjson_obj_get (op, "fields");
  g_autoptr (MokedEntity) after = NULL;

  if (!yyjson_is_obj (fields))
    {
      refuse (error, MOKED_ERROR_FORMAT, "‘fields’ must be an object");
      return NULL;
    }
  if (!moked_entity_store_load_if_any (session, info, id, out_before, error) ||
      !check_sight (push, session, info, op, *out_before, error))
    return NULL;
  /* Fields that changed do not make a record, after a restore from a backup or a creation that was refused. */
  if (*out_before == NULL && yyjson_get_bool (yyjson_obj_get (op, "exists")))
    {
      refuse (error, MOKED_ERROR_GONE, "There is no such record any more");
      return NULL;
    }
  if (*out_before != NULL && moked_entity_is_deleted (*out_before) &&
      !moked_sync_push_hold_deleted (push, session, *out_before, error))
    return NULL;
  after = *out_before != NULL ? moked_entity_copy (*out_before) : moked_entity_new (info, id);
  if (*out_before == NULL)
    moked_entity_set_created_at (after, push->made_at);
  if (!moked_entity_apply_json (after, fields, MOKED_FIELD_SERVICE, error) || !moked_entity_validate (after, error))
    return NULL;
  return g_steal_pointer (&after);
}

static gboolean
apply_save (MokedSyncPush         *push,
            MokedSession          *session,
            const MokedEntityInfo *info,
            yyjson_val            *op,
            GError               **error)
{
  g_autoptr (MokedEntity) before = NULL;
  g_autoptr (MokedEntity) after = prepare_save (push, session, info, op, &before, error);

  return after != NULL && moked_sync_scope_check_write (push->scope, session, before, after, error) &&
         (before == NULL ? moked_sync_push_check_owners (push, session, after, error)
                         : find_conflicts (push, session, before, after, error)) &&
         moked_change_log_save (session, after, &push->actor, error);
}

static gboolean
apply_record_op (MokedSyncPush *push,
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
    return apply_save (push, session, info, op, error);
  if (strcmp (kind, "recover") == 0)
    return moked_sync_push_recover (push, session, info, id, op, error);
  if (!check_sight (push, session, info, op, NULL, error))
    return FALSE;
  entity = moked_entity_store_load (session, info, id, error);
  if (entity == NULL)
    return FALSE;
  if (strcmp (kind, "delete") == 0)
    return moked_sync_push_check_delete (push, session, entity, error) &&
           moked_change_log_delete (session, entity, &push->actor, error);
  return moked_sync_push_restore (push, session, entity, error);
}

/* A change of many records does not wait for an answer about one of them. */
static gboolean
apply_or_skip (MokedSyncPush *push,
               MokedSession  *session,
               const char    *kind,
               yyjson_val    *op,
               GError       **error)
{
  g_autoptr (GError) local_error = NULL;

  if (apply_record_op (push, session, kind, op, &local_error))
    return TRUE;
  if (push->hold.code != NULL && yyjson_get_bool (yyjson_obj_get (op, "skip")))
    {
      moked_hold_clear (&push->hold);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* An action of its own: of nothing else the log would say that it was turned back. */
static gboolean
apply_undo (MokedSyncPush *push,
            MokedSession  *session,
            yyjson_val    *op,
            GError       **error)
{
  const char *action = yyjson_get_str (yyjson_obj_get (op, "action"));

  if (action == NULL || !moked_ulid_is_valid (action) ||
      yyjson_arr_size (yyjson_obj_get (push->mutation, "ops")) != 1)
    return refuse (error, MOKED_ERROR_FORMAT, "An undo needs ‘action’ and stands alone");
  return moked_sync_push_undo (push, session, action, error);
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

static const char *const record_ops[] = { "save", "delete", "restore", "recover", NULL };

static gboolean
apply_op (MokedSyncPush *push,
          MokedSession *session,
          yyjson_val   *op,
          GError      **error)
{
  const char *kind = yyjson_get_str (yyjson_obj_get (op, "op"));
  const MokedCommand *command;

  if (g_strcmp0 (kind, "overlay") == 0)
    return TRUE; /* only the device's own picture of what it asks for */
  if (kind != NULL && g_strv_contains (record_ops, kind))
    return apply_or_skip (push, session, kind, op, error);
  if (g_strcmp0 (kind, "undo") == 0)
    return apply_undo (push, session, op, error);
  if (g_strcmp0 (kind, "command") != 0)
    return refuse (error, MOKED_ERROR_FORMAT, "‘op’ is not known");
  command = find_command (push->server, yyjson_get_str (yyjson_obj_get (op, "name")));
  if (command == NULL)
    return refuse (error, MOKED_ERROR_NOT_FOUND, "The service does not know this command");
  if (!yyjson_is_obj (yyjson_obj_get (op, "args")))
    return refuse (error, MOKED_ERROR_FORMAT, "‘args’ must be an object");
  return moked_sync_scope_check_args (push->scope, session, yyjson_obj_get (op, "args"), error) &&
         moked_sync_push_check_command (push, session, command, op, error) &&
         command->run (session, yyjson_obj_get (op, "args"), &push->actor, error);
}

static gboolean
apply_mutation (MokedSession *session,
                gpointer      user_data,
                GError      **error)
{
  MokedSyncPush *push = user_data;
  yyjson_val *ops = yyjson_obj_get (push->mutation, "ops");
  yyjson_arr_iter iter;
  yyjson_val *op;

  if (!yyjson_is_arr (ops) || yyjson_arr_size (ops) == 0 || yyjson_arr_size (ops) > MAX_OPS)
    return refuse (error, MOKED_ERROR_FORMAT, "‘ops’ must be a list that is not empty");
  moked_sync_scope_begin_action (push->scope);
  yyjson_arr_iter_init (ops, &iter);
  while ((op = yyjson_arr_iter_next (&iter)) != NULL)
    if (!apply_op (push, session, op, error))
      return FALSE;
  return TRUE;
}

static char *
dup_conflicts (MokedSyncPush *push)
{
  char *malloced, *text;

  if (yyjson_mut_arr_size (push->conflicts) == 0)
    return NULL;
  malloced = yyjson_mut_val_write (push->conflicts, YYJSON_WRITE_NOFLAG, NULL);
  text = g_strdup (malloced);
  free (malloced);
  return text;
}

static const char *
get_code (MokedSyncPush *push,
          const GError  *refusal)
{
  if (refusal == NULL)
    return NULL;
  return push->hold.code != NULL ? push->hold.code : moked_error_get_code (refusal);
}

/* What several mutations of one action have in common. */
static const char *
get_action (MokedSyncPush *push)
{
  const char *action = yyjson_get_str (yyjson_obj_get (push->mutation, "action"));

  return action != NULL && moked_ulid_is_valid (action) ? action : NULL;
}

static gboolean
store_outcome (MokedSyncPush *push,
               MokedSession  *session,
               gint64         n,
               const char    *status,
               const GError  *refusal,
               const char    *question,
               GError       **error)
{
  g_autofree char *conflicts = dup_conflicts (push);
  yyjson_val *first_op = yyjson_arr_get_first (yyjson_obj_get (push->mutation, "ops"));
  const char *undoes = yyjson_equals_str (yyjson_obj_get (first_op, "op"), "undo")
                           ? yyjson_get_str (yyjson_obj_get (first_op, "action"))
                           : NULL;
  gint64 last_seq = moked_change_log_get_head (session, NULL, error);

  return last_seq >= 0 &&
         moked_session_exec (session, error,
                             "INSERT INTO mutation (business_id, id, client, n, user_id, label, status, code, detail, "
                             "made_at, received_at, conflicts, question, action, undoes, first_seq, last_seq) VALUES "
                             "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
                             "ttitttttiittttii", push->actor.mutation_id, push->client, n, push->actor.user_id,
                             yyjson_get_str (yyjson_obj_get (push->mutation, "label")), status,
                             get_code (push, refusal), refusal != NULL ? refusal->message : NULL, push->made_at,
                             moked_session_get_now (session), conflicts, question, get_action (push), undoes,
                             push->first_seq, last_seq);
}

/* @out_entity is NULL when there is no such record that the user sees. */
static gboolean
load_seen (MokedSyncPush         *push,
           MokedSession          *session,
           const MokedEntityInfo *info,
           const char            *id,
           MokedEntity          **out_entity,
           GError               **error)
{
  g_autoptr (MokedEntity) entity = NULL;
  gboolean sees;

  if (!moked_entity_store_load_if_any (session, info, id, &entity, error) ||
      (entity != NULL && !moked_sync_scope_sees (push->scope, session, entity, &sees, error)))
    return FALSE;
  *out_entity = entity != NULL && sees ? g_steal_pointer (&entity) : NULL;
  return TRUE;
}

/* How each touched record stands now, so that the device need not wait for the feed to drop its overlay. */
static gboolean
add_rows (MokedSyncPush *push,
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
      if (!load_seen (push, session, info, id, &entity, error))
        return FALSE;
      item = yyjson_mut_arr_add_obj (push->doc, rows);
      yyjson_mut_obj_add_str (push->doc, item, "entity", info->name);
      yyjson_mut_obj_add_strcpy (push->doc, item, "id", id);
      yyjson_mut_obj_add_val (push->doc, item, "row",
                              entity != NULL ? moked_entity_to_json (entity, push->doc) : yyjson_mut_null (push->doc));
      /* Whether it is there is not said. */
      if (entity == NULL && moked_sync_scope_is_narrow (push->scope))
        yyjson_mut_obj_add_bool (push->doc, item, "remove", true);
    }
  yyjson_mut_obj_add_val (push->doc, result, "rows", rows);
  return TRUE;
}

/* @question as JSON */
static void
add_question (MokedSyncPush  *push,
              yyjson_mut_val *result,
              const char     *question)
{
  g_autoptr (yyjson_doc) doc = question != NULL ? yyjson_read (question, strlen (question), 0) : NULL;

  if (doc != NULL)
    yyjson_mut_obj_add_val (push->doc, result, "question", yyjson_val_mut_copy (push->doc, yyjson_doc_get_root (doc)));
}

static void
add_status (MokedSyncPush *push,
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

static void
add_outcome (MokedSyncPush  *push,
             MokedCursor    *cursor,
             yyjson_mut_val *result)
{
  const char *json = moked_cursor_get_text (cursor, 3);
  g_autoptr (yyjson_doc) conflicts = json != NULL ? yyjson_read (json, strlen (json), 0) : NULL;

  add_status (push, result, moked_cursor_get_text (cursor, 0), moked_cursor_get_text (cursor, 1),
              moked_cursor_get_text (cursor, 2));
  add_question (push, result, moked_cursor_get_text (cursor, 4));
  if (conflicts != NULL)
    push->conflicts = yyjson_val_mut_copy (push->doc, yyjson_doc_get_root (conflicts));
}

static gboolean
find_outcome (MokedSyncPush  *push,
              MokedSession   *session,
              yyjson_mut_val *result,
              gboolean       *out_found,
              GError        **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT status, code, detail, conflicts, question FROM mutation WHERE business_id = $1 AND id = $2", "t",
      push->actor.mutation_id);

  if (cursor == NULL)
    return FALSE;
  *out_found = moked_cursor_next (cursor, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (*out_found)
    add_outcome (push, cursor, result);
  return TRUE;
}

static gboolean
settle (MokedSyncPush  *push,
        MokedSession   *session,
        gint64          n,
        gboolean        cancelled,
        const GError   *refusal,
        yyjson_mut_val *result,
        GError        **error)
{
  gboolean held = refusal != NULL && push->hold.code != NULL;
  const char *status = cancelled ? "cancelled" : held ? "held" : refusal != NULL ? "rejected" : "applied";
  gboolean told = held || (refusal != NULL && push->hold.entity != NULL);
  g_autofree char *question = told ? moked_sync_push_dup_question (push) : NULL;

  add_status (push, result, status, get_code (push, refusal), refusal != NULL ? refusal->message : NULL);
  add_question (push, result, question);
  return store_outcome (push, session, n, status, refusal, question, error);
}

static gboolean
run_new_mutation (MokedSyncPush  *push,
                  MokedSession   *session,
                  gint64          n,
                  yyjson_mut_val *result,
                  GError        **error)
{
  gboolean cancelled = yyjson_get_bool (yyjson_obj_get (push->mutation, "cancelled"));
  g_autoptr (GError) refusal = NULL;
  gint64 head = moked_change_log_get_head (session, NULL, error);

  if (head < 0)
    return FALSE;
  push->first_seq = head + 1;
  /* Taken back before it arrived: the outcome is kept, so that a request that comes late does nothing. */
  if (!cancelled && !moked_session_nested (session, apply_mutation, push, &refusal))
    {
      if (!is_refusal (refusal))
        {
          g_propagate_error (error, g_steal_pointer (&refusal));
          return FALSE;
        }
      push->conflicts = yyjson_mut_arr (push->doc);
    }
  return settle (push, session, n, cancelled, refusal, result, error);
}

/* A first outcome may be of a time when the user saw more. */
static gboolean
add_conflicts (MokedSyncPush  *push,
               MokedSession   *session,
               yyjson_mut_val *result,
               GError        **error)
{
  yyjson_mut_val *shown = yyjson_mut_arr (push->doc), *item;
  yyjson_mut_arr_iter iter;

  yyjson_mut_arr_iter_init (push->conflicts, &iter);
  while ((item = yyjson_mut_arr_iter_next (&iter)) != NULL)
    {
      const MokedEntityInfo *info =
          moked_schema_find_entity (push->server->schema, yyjson_mut_get_str (yyjson_mut_obj_get (item, "entity")));
      g_autoptr (MokedEntity) entity = NULL;

      if (info != NULL &&
          !load_seen (push, session, info, yyjson_mut_get_str (yyjson_mut_obj_get (item, "id")), &entity, error))
        return FALSE;
      if (entity != NULL)
        yyjson_mut_arr_append (shown, yyjson_mut_val_mut_copy (push->doc, item));
    }
  yyjson_mut_obj_add_val (push->doc, result, "conflicts", shown);
  return TRUE;
}

/* Applies the mutation that @push is at, or finds its first outcome. */
gboolean
moked_sync_push_apply (MokedSyncPush  *push,
                       MokedSession   *session,
                       gint64          n,
                       yyjson_mut_val *result,
                       GError        **error)
{
  gboolean found;

  if (!find_outcome (push, session, result, &found, error) ||
      (!found && !run_new_mutation (push, session, n, result, error)))
    return FALSE;
  return add_conflicts (push, session, result, error) && add_rows (push, session, result, error);
}
