/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "sync/moked-outbox-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "store/moked-entity-store.h"
#include "sync/moked-edit-private.h"

/* What people did and the service has not confirmed. Each row is one mutation with its operations as
 * JSON. The table `outbox_record` says which records have unconfirmed operations; moked-outbox-record.c
 * makes of them what is shown. A mutation gets its number `n` when it is first sent. Until then it is simply
 * removed when it is cancelled; afterwards nobody here knows whether it arrived, so it stays, is shown no more
 * and is sent as cancelled. */

#define MAX_PUSH 50
#define MAX_PUSH_BYTES (1024 * 1024)

/* What the service takes as one mutation. */
#define MAX_OPS 1000
#define MAX_MUTATION_BYTES (8 * 1024 * 1024)

static const MokedMigration migrations[] = {
  { 1,
    "CREATE TABLE outbox (position BIGINT NOT NULL, business_id TEXT NOT NULL, id TEXT NOT NULL, label TEXT, "
    "n BIGINT, base BIGINT NOT NULL, made_at BIGINT NOT NULL, state TEXT NOT NULL, code TEXT, detail TEXT, "
    "ops TEXT NOT NULL, PRIMARY KEY (business_id, id))"
    "\n;\n"
    "CREATE TABLE outbox_record (business_id TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL, "
    "mutation_id TEXT NOT NULL, PRIMARY KEY (business_id, entity, entity_id, mutation_id))",
    NULL },
  { 2,
    "CREATE TABLE outbox_base (business_id TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL, "
    "row TEXT, PRIMARY KEY (business_id, entity, entity_id))"
    "\n;\n"
    "CREATE TABLE sync_unread (business_id TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL, "
    "detail TEXT, PRIMARY KEY (business_id, entity, entity_id))"
    "\n;\n"
    "CREATE INDEX outbox_record_by_mutation ON outbox_record (business_id, mutation_id)",
    NULL },
  { 3, "ALTER TABLE outbox ADD COLUMN recovers BIGINT NOT NULL DEFAULT 0", NULL },
  { 4, "ALTER TABLE outbox ADD COLUMN question TEXT", NULL },
  { 5, "ALTER TABLE outbox ADD COLUMN action TEXT", NULL },
  { 0 },
};

const MokedSchemaPart moked_outbox_schema = { "outbox", NULL, migrations, NULL };

static const char changed_name[] = "outbox";

/* --- making a mutation out of an edit --- */

typedef struct
{
  MokedSession   *session;
  const char     *mutation_id;
  yyjson_mut_doc *doc;
  yyjson_mut_val *ops;
  gboolean        undoes;
  gboolean        is_part; /* of an action of many steps */
} Append;

static yyjson_mut_val *
add_op (Append                *append,
        const char            *kind,
        const MokedEntityInfo *info,
        const char            *id)
{
  yyjson_mut_val *op = yyjson_mut_arr_add_obj (append->doc, append->ops);

  yyjson_mut_obj_add_strcpy (append->doc, op, "op", kind);
  if (info != NULL)
    {
      yyjson_mut_obj_add_str (append->doc, op, "entity", info->name);
      yyjson_mut_obj_add_strcpy (append->doc, op, "id", id);
    }
  if (append->is_part)
    yyjson_mut_obj_add_bool (append->doc, op, "skip", TRUE);
  return op;
}

static gboolean
note_record (Append                *append,
             const MokedEntityInfo *info,
             const char            *id,
             MokedEntity           *before,
             GError               **error)
{
  return moked_outbox_note_record (append->session, info, id, append->mutation_id, before, error);
}

/* Returns (transfer full) the stored record with the fields that the person changed in their copy of it; @out_fields
 * are those. */
static MokedEntity *
merge (Append          *append,
       MokedEntity     *before,
       MokedEntity     *entity,
       yyjson_mut_val **out_fields,
       GError         **error)
{
  gpointer origin = moked_entity_get_origin (entity);
  g_autoptr (MokedEntity) after = NULL;
  g_autoptr (yyjson_doc) fields = NULL;

  *out_fields = moked_entity_diff_json (before != NULL && origin != NULL ? origin : before, entity, append->doc);
  if (before == NULL)
    {
      moked_entity_set_created_at (entity, moked_session_get_now (append->session));
      return g_object_ref (entity);
    }
  after = moked_entity_copy (before);
  fields = yyjson_mut_val_imut_copy (*out_fields, NULL);
  return moked_entity_apply_json (after, yyjson_doc_get_root (fields), MOKED_FIELD_NONE, error)
             ? g_steal_pointer (&after)
             : NULL;
}

static gboolean
refuse_changed (const MokedField *field,
                GError          **error)
{
  /* Translators: the reason why an undo is refused; %s is a field, such as "City" */
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT, _ ("“%s” was changed again since then."), _ (field->label));
  return FALSE;
}

/* No text and an empty one are the same. */
static gboolean
field_differs (gpointer          a,
               gpointer          b,
               const MokedField *field)
{
  g_autofree char *one = moked_entity_dup_field_text (a, field);
  g_autofree char *other = moked_entity_dup_field_text (b, field);

  return g_strcmp0 (one != NULL ? one : "", other != NULL ? other : "") != 0;
}

/* Whoever turns back what was done must not turn back what others made of it since. A set merges. */
static gboolean
check_untouched (MokedEntity *before,
                 MokedEntity *entity,
                 GError     **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (entity);
  gpointer origin = moked_entity_get_origin (entity);

  if (before == NULL || origin == NULL)
    return TRUE;
  if (moked_entity_is_deleted (before))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CONFLICT, _("It was deleted since then."));
      return FALSE;
    }
  for (guint i = 0; i < info->n_fields; i++)
    {
      const MokedField *field = &info->fields[i];

      if ((field->flags & MOKED_FIELD_DERIVED) || field->kind == MOKED_FIELD_SET ||
          !field_differs (origin, entity, field) || !field_differs (origin, before, field))
        continue;
      return refuse_changed (field, error);
    }
  return TRUE;
}

static gboolean
check_as_made (MokedEntity *before,
               MokedEntity *made,
               GError     **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (made);

  for (guint i = 0; i < info->n_fields; i++)
    if (!(info->fields[i].flags & (MOKED_FIELD_DERIVED | MOKED_FIELD_SERVICE)) &&
        field_differs (before, made, &info->fields[i]))
      return refuse_changed (&info->fields[i], error);
  return TRUE;
}

static gboolean
append_save (Append      *append,
             MokedEntity *entity,
             GError     **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (entity);
  const char *id = moked_entity_get_id (entity);
  g_autoptr (MokedEntity) before = NULL, after = NULL;
  yyjson_mut_val *op, *fields;

  if (!moked_entity_store_load_if_any (append->session, info, id, &before, error) ||
      (append->undoes && !check_untouched (before, entity, error)) ||
      (after = merge (append, before, entity, &fields, error)) == NULL || !moked_entity_validate (after, error))
    return FALSE;
  op = add_op (append, "save", info, id);
  yyjson_mut_obj_add_val (append->doc, op, "fields", fields);
  if (before != NULL)
    yyjson_mut_obj_add_bool (append->doc, op, "exists", TRUE);
  return note_record (append, info, id, before, error) && moked_entity_store_put (append->session, after, error);
}

static gboolean
refuse_unknown (const MokedEditOp *edit_op,
                GError           **error)
{
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "There is no %s ‘%s’", edit_op->info->name, edit_op->id);
  return FALSE;
}

static gboolean
append_tombstone (Append            *append,
                  const MokedEditOp *edit_op,
                  GError           **error)
{
  gboolean deletes = edit_op->kind == MOKED_EDIT_DELETE;
  g_autoptr (MokedEntity) entity = NULL;

  if (!moked_entity_store_load_if_any (append->session, edit_op->info, edit_op->id, &entity, error))
    return FALSE;
  /* What was deleted before this desktop knew the office is known to the service alone. */
  if (entity == NULL && !deletes)
    {
      add_op (append, "restore", edit_op->info, edit_op->id);
      return TRUE;
    }
  if (entity == NULL)
    return refuse_unknown (edit_op, error);
  if (edit_op->entity != NULL && !check_as_made (entity, edit_op->entity, error))
    return FALSE;
  if (!note_record (append, edit_op->info, edit_op->id, entity, error))
    return FALSE;
  add_op (append, deletes ? "delete" : "restore", edit_op->info, edit_op->id);
  moked_entity_set_deleted_at (entity, deletes ? moked_session_get_now (append->session) : 0);
  return moked_entity_store_put (append->session, entity, error);
}

static gboolean
append_overlay (Append      *append,
                MokedEntity *entity,
                GError     **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (entity);
  const char *id = moked_entity_get_id (entity);
  g_autoptr (MokedEntity) before = NULL, after = NULL;
  yyjson_mut_val *op, *fields;

  if (!moked_entity_store_load_if_any (append->session, info, id, &before, error) ||
      (after = merge (append, before, entity, &fields, error)) == NULL)
    return FALSE;
  op = add_op (append, "overlay", info, id);
  yyjson_mut_obj_add_val (append->doc, op, "fields", fields);
  yyjson_mut_obj_add_sint (append->doc, op, "over", before != NULL ? moked_entity_get_version (before) : 0);
  return note_record (append, info, id, before, error) && moked_entity_store_put (append->session, after, error);
}

static gboolean
append_command (Append            *append,
                const MokedEditOp *edit_op,
                GError           **error)
{
  g_autoptr (yyjson_doc) args = yyjson_read (edit_op->args_json, strlen (edit_op->args_json), 0);
  yyjson_mut_val *op;

  if (args == NULL || !yyjson_is_obj (yyjson_doc_get_root (args)))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The arguments of ‘%s’ are not a JSON object",
                   edit_op->command);
      return FALSE;
    }
  op = add_op (append, "command", NULL, NULL);
  yyjson_mut_obj_add_strcpy (append->doc, op, "name", edit_op->command);
  yyjson_mut_obj_add_val (append->doc, op, "args", yyjson_val_mut_copy (append->doc, yyjson_doc_get_root (args)));
  return TRUE;
}

static gboolean
append_op (Append            *append,
           const MokedEditOp *edit_op,
           GError           **error)
{
  switch (edit_op->kind)
    {
    case MOKED_EDIT_SAVE:
      return append_save (append, edit_op->entity, error);
    case MOKED_EDIT_DELETE:
    case MOKED_EDIT_RESTORE:
      return append_tombstone (append, edit_op, error);
    case MOKED_EDIT_OVERLAY:
      return append_overlay (append, edit_op->entity, error);
    case MOKED_EDIT_UNDO:
      yyjson_mut_obj_add_strcpy (append->doc, add_op (append, "undo", NULL, NULL), "action", edit_op->id);
      return TRUE;
    case MOKED_EDIT_COMMAND:
    default:
      return append_command (append, edit_op, error);
    }
}

/* What the service would never take would stand before all that comes later. */
static char *
refuse_too_much (GError **error)
{
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_TOO_LARGE, _ ("This is too much for one step. Please do it in parts."));
  return NULL;
}

/**
 * moked_outbox_append:
 * @session: a session of the cache
 * @edit: what the person did
 * @base: the last change of the service that the person could see
 * @error: %MOKED_ERROR_TOO_LARGE when it is too much for one mutation; %MOKED_ERROR_CONFLICT, with a sentence for
 *   people, when it undoes what was changed again since; the records' rules
 *
 * Applies the edit to the cache and puts it into the outbox.
 *
 * Returns: (transfer full) (nullable): the mutation's id
 */
char *
moked_outbox_append (MokedSession *session,
                     MokedEdit    *edit,
                     gint64        base,
                     GError      **error)
{
  const GPtrArray *ops = moked_edit_get_ops (edit);
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  g_autofree char *id = moked_ulid_new (NULL);
  g_autofree char *json = NULL;
  Append append = { session, id, doc, yyjson_mut_arr (doc), moked_edit_get_undoes (edit),
                    moked_edit_get_action (edit) != NULL };

  if (ops->len > MAX_OPS)
    return refuse_too_much (error);
  for (guint i = 0; i < ops->len; i++)
    if (!append_op (&append, g_ptr_array_index (ops, i), error))
      return NULL;
  json = moked_outbox_write_json (append.ops);
  if (strlen (json) > MAX_MUTATION_BYTES)
    return refuse_too_much (error);
  moked_session_mark_changed (session, changed_name);
  if (!moked_session_exec (session, error,
                           "INSERT INTO outbox (position, business_id, id, label, base, made_at, state, ops, action) "
                           "SELECT coalesce (max (position), 0) + 1, $1, $2, $3, $4, $5, 'waiting', $6, $7 FROM outbox "
                           "WHERE business_id = $1",
                           "ttiitt", id, moked_edit_get_label (edit), base, moked_session_get_now (session), json,
                           moked_edit_get_action (edit)))
    return NULL;
  return g_steal_pointer (&id);
}

/* --- looking at the outbox --- */

/**
 * moked_outbox_list:
 * @session: a session of the cache
 * @schema: the records that travel
 *
 * Returns: (transfer full) (element-type MokedMutation) (nullable): oldest first
 */
GPtrArray *
moked_outbox_list (MokedSession      *session,
                   const MokedSchema *schema,
                   GError           **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT " MOKED_MUTATION_COLUMNS " FROM outbox WHERE business_id = $1 ORDER BY position", "");

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    {
      MokedMutation *mutation = moked_mutation_read (session, schema, cursor, error);

      if (mutation == NULL)
        return NULL;
      g_ptr_array_add (found, mutation);
    }
  if (local_error == NULL)
    return g_steal_pointer (&found);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/**
 * moked_outbox_count:
 * @out_asking: how many of them wait for a person
 *
 * Returns: how many mutations the service has not confirmed, with those that were rejected or are held; -1 with
 *   @error set
 */
gint64
moked_outbox_count (MokedSession *session,
                    gint64       *out_asking,
                    GError      **error)
{
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT count(*), count (CASE WHEN state IN ('rejected', 'held') THEN 1 END) FROM outbox "
      "WHERE business_id = $1",
      "");

  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return -1;
  *out_asking = moked_cursor_get_int (cursor, 1);
  return moked_cursor_get_int (cursor, 0);
}

/* --- sending --- */

static void
add_op_to_send (yyjson_mut_doc *doc,
                yyjson_mut_val *list,
                yyjson_val     *op)
{
  yyjson_mut_val *copy = yyjson_val_mut_copy (doc, op);

  /* How it looks here is nothing to the service. */
  if (g_strcmp0 (yyjson_get_str (yyjson_obj_get (op, "op")), "overlay") == 0)
    {
      yyjson_mut_obj_remove_key (copy, "fields");
      yyjson_mut_obj_remove_key (copy, "over");
    }
  yyjson_mut_arr_append (list, copy);
}

static gboolean
add_mutation (yyjson_mut_doc *doc,
              yyjson_mut_val *mutations,
              MokedCursor    *cursor,
              gint64          n,
              GError        **error)
{
  const char *json = moked_cursor_get_text (cursor, 4);
  g_autoptr (yyjson_doc) ops = yyjson_read (json, strlen (json), 0);
  yyjson_mut_val *item, *list;
  yyjson_arr_iter iter;
  yyjson_val *op;

  if (ops == NULL)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_CORRUPT, "The outbox cannot be read");
      return FALSE;
    }
  item = yyjson_mut_arr_add_obj (doc, mutations);
  yyjson_mut_obj_add_strcpy (doc, item, "id", moked_cursor_get_text (cursor, 0));
  yyjson_mut_obj_add_strcpy (doc, item, "label", moked_cursor_get_text (cursor, 1));
  yyjson_mut_obj_add_sint (doc, item, "n", n);
  yyjson_mut_obj_add_sint (doc, item, "base", moked_cursor_get_int (cursor, 2));
  yyjson_mut_obj_add_sint (doc, item, "at", moked_cursor_get_int (cursor, 3));
  if (moked_cursor_get_text (cursor, 6) != NULL)
    yyjson_mut_obj_add_strcpy (doc, item, "action", moked_cursor_get_text (cursor, 6));
  if (strcmp (moked_cursor_get_text (cursor, 5), "cancelled") == 0)
    yyjson_mut_obj_add_bool (doc, item, "cancelled", TRUE);
  list = yyjson_mut_obj_add_arr (doc, item, "ops");
  yyjson_arr_iter_init (yyjson_doc_get_root (ops), &iter);
  while ((op = yyjson_arr_iter_next (&iter)) != NULL)
    add_op_to_send (doc, list, op);
  return TRUE;
}

/* The oldest mutations, as many as make a request of a decent size. Those sent before keep their order in
 * front; a service that forgot some of them (it was restored from a backup) gets them again under new
 * numbers: their ids tell it which it knows. */
static gboolean
collect_push (MokedSession   *session,
              gint64          last_n,
              yyjson_mut_doc *doc,
              yyjson_mut_val *mutations,
              GError        **error)
{
  gsize bytes = 0;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error,
                           "SELECT id, coalesce (label, ''), base, made_at, ops, state, action FROM outbox "
                           "WHERE business_id = $1 AND state NOT IN ('rejected', 'held') ORDER BY position LIMIT $2",
                           "i", (gint64) MAX_PUSH);

  if (cursor == NULL)
    return FALSE;
  while (bytes < MAX_PUSH_BYTES && moked_cursor_next (cursor, &local_error))
    {
      bytes += strlen (moked_cursor_get_text (cursor, 4));
      if (bytes > MAX_PUSH_BYTES && yyjson_mut_arr_size (mutations) > 0)
        break;
      if (!add_mutation (doc, mutations, cursor, ++last_n, error))
        return FALSE;
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
mark_sending (MokedSession   *session,
              yyjson_mut_val *mutations,
              GError        **error)
{
  yyjson_mut_arr_iter iter;
  yyjson_mut_val *item;
  gboolean changed = FALSE;

  yyjson_mut_arr_iter_init (mutations, &iter);
  while ((item = yyjson_mut_arr_iter_next (&iter)) != NULL)
    {
      if (!moked_session_exec (session, error,
                               "UPDATE outbox SET state = CASE state WHEN 'cancelled' THEN state ELSE 'sending' END, "
                               "n = $2 WHERE business_id = $1 AND id = $3 "
                               "AND (state = 'waiting' OR n IS DISTINCT FROM $2)",
                               "it", yyjson_mut_get_sint (yyjson_mut_obj_get (item, "n")),
                               yyjson_mut_get_str (yyjson_mut_obj_get (item, "id"))))
        return FALSE;
      changed = changed || moked_session_get_changes (session) > 0;
    }
  if (changed)
    moked_session_mark_changed (session, changed_name);
  return TRUE;
}

/**
 * moked_outbox_next_push:
 * @client: this device's id
 * @epoch: the life of the service's log that this copy is of
 * @scope: (nullable): the key of the rights that it was made with
 * @last_n: the last number that the service confirmed
 *
 * Gives the oldest mutations their numbers; from now on only the service knows whether they can be cancelled.
 *
 * Returns: (transfer full) (nullable): the request to send; %NULL without an error when nothing waits
 */
char *
moked_outbox_next_push (MokedSession *session,
                        const char   *client,
                        const char   *epoch,
                        const char   *scope,
                        gint64        last_n,
                        GError      **error)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  yyjson_mut_val *mutations = yyjson_mut_arr (doc);

  if (!collect_push (session, last_n, doc, mutations, error) || yyjson_mut_arr_size (mutations) == 0 ||
      !mark_sending (session, mutations, error))
    return NULL;
  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_strcpy (doc, root, "client", client);
  yyjson_mut_obj_add_strcpy (doc, root, "epoch", epoch);
  if (scope != NULL)
    yyjson_mut_obj_add_strcpy (doc, root, "scope", scope);
  yyjson_mut_obj_add_sint (doc, root, "now", moked_session_get_now (session));
  yyjson_mut_obj_add_val (doc, root, "mutations", mutations);
  return moked_outbox_write_json (root);
}
