/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "store/moked-entity-store.h"
#include "sync/moked-sync-server-private.h"

/* What is not done before its author was asked: others did something in between that makes it another thing than
 * what was meant. A mutation that is held has done nothing, is settled, and blocks nothing behind it; a person's
 * answer is a mutation of its own. */

static gboolean
ends_question (GError **error,
               GError  *local_error)
{
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

/* Says that the mutation is held; always FALSE. */
static gboolean
hold (MokedSyncPush *push,
      const char    *code,
      const char    *detail,
      GError       **error)
{
  push->hold.code = code;
  push->hold.detail = detail;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_REJECTED, detail);
  return FALSE;
}

static void
tell_change (MokedSyncPush *push,
             const char    *entity,
             const char    *id,
             MokedCursor   *change)
{
  push->hold.entity = entity;
  push->hold.id = g_strdup (id);
  push->hold.seq = moked_cursor_get_int (change, 0);
  push->hold.by = moked_cursor_dup_text (change, 1);
  push->hold.at = moked_cursor_get_int (change, 2);
}

/* An edit of a record that is deleted; always FALSE. */
gboolean
moked_sync_push_hold_deleted (MokedSyncPush *push,
                              MokedSession  *session,
                              MokedEntity   *deleted,
                              GError       **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (deleted);
  const char *id = moked_entity_get_id (deleted);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT seq, actor, at FROM change WHERE business_id = $1 AND entity = $2 AND entity_id = $3 AND kind = 'delete' "
      "ORDER BY seq DESC LIMIT 1",
      "tt", info->name, id);

  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error))
    tell_change (push, info->name, id, cursor);
  if (!ends_question (error, g_steal_pointer (&local_error)))
    return FALSE;
  return hold (push, MOKED_HOLD_DELETED, "The record was deleted meanwhile", error);
}

/* A new record that belongs to one that was deleted, as a note does to its customer, would never be seen. */
gboolean
moked_sync_push_check_owners (MokedSyncPush *push,
                              MokedSession  *session,
                              MokedEntity   *entity,
                              GError       **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (entity);

  for (guint i = 0; i < info->n_fields; i++)
    {
      const MokedField *field = &info->fields[i];
      g_autofree char *id = NULL, *name = NULL;
      g_autoptr (MokedEntity) owner = NULL;
      const MokedEntityInfo *owner_info;

      if (field->kind != MOKED_FIELD_REF || !g_str_has_suffix (field->name, "_id"))
        continue;
      name = g_strndup (field->name, strlen (field->name) - strlen ("_id"));
      owner_info = moked_schema_find_entity (push->server->schema, name);
      id = owner_info != NULL ? moked_entity_dup_field_text (entity, field) : NULL;
      if (id == NULL)
        continue;
      if (!moked_entity_store_load_if_any (session, owner_info, id, &owner, error))
        return FALSE;
      if (owner != NULL && moked_entity_is_deleted (owner))
        return moked_sync_push_hold_deleted (push, session, owner, error);
    }
  return TRUE;
}

/* --- deleting what others worked on --- */

static void
append_service_fields (GString               *sql,
                       const MokedEntityInfo *info)
{
  g_string_append (sql, "''");
  for (guint i = 0; i < info->n_fields; i++)
    if (info->fields[i].flags & MOKED_FIELD_SERVICE)
      g_string_append_printf (sql, ", '%s'", info->fields[i].name);
}

/* What people did, other than on this device: not what follows from other records. */
static void
append_others_work (GString               *sql,
                    const MokedEntityInfo *info)
{
  g_string_append (sql, " AND c.actor IS NOT NULL AND (m.client IS NULL OR m.client <> $4) AND (c.kind <> 'update' OR "
                        "EXISTS (SELECT 1 FROM change_field f WHERE f.business_id = $1 AND f.seq = c.seq "
                        "AND f.field NOT IN (");
  append_service_fields (sql, info);
  g_string_append (sql, "))) ORDER BY c.seq DESC LIMIT 1");
}

#define JOIN_MUTATION " LEFT JOIN mutation m ON m.business_id = c.business_id AND m.id = c.mutation_id "

static char *
dup_own_sql (const MokedEntityInfo *info)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "SELECT c.seq, c.actor, c.at, c.entity_id FROM change c" JOIN_MUTATION
                               "WHERE c.business_id = $1 AND c.entity = '%s' AND c.entity_id = $2 AND c.seq > $3 "
                               "AND c.kind <> 'delete'",
                          info->name);
  append_others_work (sql, info);
  return g_string_free (sql, FALSE);
}

static char *
dup_related_sql (const MokedEntityInfo *info,
                 const MokedEntityInfo *related)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "SELECT c.seq, c.actor, c.at, c.entity_id FROM %s e JOIN change c "
                               "ON c.business_id = $1 AND c.entity = '%s' AND c.entity_id = e.id AND c.seq > $3"
                               JOIN_MUTATION "WHERE e.business_id = $1 AND e.%s_id = $2 AND e.version > $3 "
                               "AND e.deleted_at IS NULL",
                          moked_entity_info_get_table (related), related->name, info->name);
  append_others_work (sql, related);
  return g_string_free (sql, FALSE);
}

static gboolean
find_work (MokedSyncPush *push,
           MokedSession  *session,
           const char    *sql,
           const char    *entity,
           const char    *id,
           GError       **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "tit", id, push->base, push->client);

  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error) && moked_cursor_get_int (cursor, 0) > push->hold.seq)
    {
      moked_hold_clear (&push->hold);
      tell_change (push, entity, moked_cursor_get_text (cursor, 3), cursor);
    }
  return ends_question (error, g_steal_pointer (&local_error));
}

static gboolean
refers_to (const MokedEntityInfo *related,
           const MokedEntityInfo *info)
{
  g_autofree char *name = g_strconcat (info->name, "_id", NULL);
  const MokedField *field = moked_entity_info_find_field (related, name);

  return field != NULL && field->kind == MOKED_FIELD_REF;
}

/* Calls @func with each kind of records that refer to those of @info. */
gboolean
moked_sync_push_for_each_related (MokedSyncPush         *push,
                                  MokedSession          *session,
                                  const MokedEntityInfo *info,
                                  const char            *id,
                                  MokedSyncRelatedFunc   func,
                                  GError               **error)
{
  for (guint p = 0; push->server->schema->parts[p] != NULL; p++)
    {
      const MokedEntityInfo *const *entities = push->server->schema->parts[p]->entities;

      for (guint e = 0; entities != NULL && entities[e] != NULL; e++)
        if (refers_to (entities[e], info) && !func (push, session, info, entities[e], id, error))
          return FALSE;
    }
  return TRUE;
}

static gboolean
find_related_work (MokedSyncPush         *push,
                   MokedSession          *session,
                   const MokedEntityInfo *info,
                   const MokedEntityInfo *related,
                   const char            *id,
                   GError               **error)
{
  g_autofree char *sql = dup_related_sql (info, related);

  return find_work (push, session, sql, related->name, id, error);
}

/* Whether nobody else worked on a record, or on what belongs to it, since its deletion was asked for. */
gboolean
moked_sync_push_check_delete (MokedSyncPush *push,
                              MokedSession  *session,
                              MokedEntity   *entity,
                              GError       **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (entity);
  const char *id = moked_entity_get_id (entity);
  g_autofree char *sql = dup_own_sql (info);

  if (moked_entity_is_deleted (entity))
    return TRUE;
  if (!find_work (push, session, sql, info->name, id, error) ||
      !moked_sync_push_for_each_related (push, session, info, id, find_related_work, error))
    return FALSE;
  return push->hold.seq == 0 || hold (push, MOKED_HOLD_EDITED, "Somebody worked on it meanwhile", error);
}

/* --- bringing back what was deleted together --- */

static gboolean
restore_one (MokedSyncPush         *push,
             MokedSession          *session,
             const MokedEntityInfo *info,
             const char            *id,
             GError               **error)
{
  g_autoptr (MokedEntity) entity = moked_entity_store_load (session, info, id, error);

  return entity != NULL && moked_change_log_save (session, entity, &push->actor, error);
}

static GPtrArray *
list_companions (MokedSession          *session,
                 const MokedEntityInfo *info,
                 const MokedEntityInfo *related,
                 const char            *id,
                 GError               **error)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT e.id FROM %s e JOIN change c ON c.business_id = $1 AND c.seq = e.version "
      "JOIN change d ON d.business_id = $1 AND d.seq = (SELECT max (seq) FROM change WHERE business_id = $1 "
      "AND entity = '%s' AND entity_id = $2 AND kind = 'delete') "
      "WHERE e.business_id = $1 AND e.%s_id = $2 AND e.deleted_at IS NOT NULL AND c.kind = 'delete' "
      "AND c.at = d.at AND c.mutation_id IS NOT DISTINCT FROM d.mutation_id",
      moked_entity_info_get_table (related), info->name, info->name);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "t", id);

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    g_ptr_array_add (ids, moked_cursor_dup_text (cursor, 0));
  return ends_question (error, g_steal_pointer (&local_error)) ? g_steal_pointer (&ids) : NULL;
}

static gboolean
restore_companions (MokedSyncPush         *push,
                    MokedSession          *session,
                    const MokedEntityInfo *info,
                    const MokedEntityInfo *related,
                    const char            *id,
                    GError               **error)
{
  g_autoptr (GPtrArray) ids = list_companions (session, info, related, id, error);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!restore_one (push, session, related, g_ptr_array_index (ids, i), error))
      return FALSE;
  return TRUE;
}

/* Brings a record back, and what belongs to it and was deleted by the same action. */
gboolean
moked_sync_push_restore (MokedSyncPush *push,
                         MokedSession  *session,
                         MokedEntity   *entity,
                         GError       **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (entity);
  const char *id = moked_entity_get_id (entity);

  if (!moked_entity_is_deleted (entity))
    return TRUE;
  return moked_sync_push_for_each_related (push, session, info, id, restore_companions, error) &&
         moked_change_log_save (session, entity, &push->actor, error);
}

/* --- commands --- */

static gboolean
is_confirmed (yyjson_val *op,
              const char *code)
{
  yyjson_arr_iter iter;
  yyjson_val *item;

  yyjson_arr_iter_init (yyjson_obj_get (op, "confirmed"), &iter);
  while ((item = yyjson_arr_iter_next (&iter)) != NULL)
    if (yyjson_equals_str (item, code))
      return TRUE;
  return FALSE;
}

/* Whether a command may still be done without asking. */
gboolean
moked_sync_push_check_command (MokedSyncPush      *push,
                               MokedSession       *session,
                               const MokedCommand *command,
                               yyjson_val         *op,
                               GError            **error)
{
  gint64 age = moked_session_get_now (session) - push->made_at;

  if (command->check != NULL &&
      !command->check (session, yyjson_obj_get (op, "args"), push->made_at, &push->hold, error))
    return FALSE;
  if (push->hold.code != NULL && !is_confirmed (op, push->hold.code))
    return hold (push, push->hold.code, push->hold.detail, error);
  moked_hold_clear (&push->hold);
  if (command->valid_for == 0 || age <= command->valid_for || is_confirmed (op, MOKED_HOLD_LATE))
    return TRUE;
  push->hold.at = push->made_at;
  return hold (push, MOKED_HOLD_LATE, command->late_detail, error);
}

/* --- what the device is told --- */

/* Returns (transfer full) (nullable): the question as JSON. */
char *
moked_sync_push_dup_question (MokedSyncPush *push)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  g_autofree char *text = NULL;
  char *malloced;

  if (push->hold.entity != NULL)
    yyjson_mut_obj_add_str (doc, root, "entity", push->hold.entity);
  if (push->hold.id != NULL)
    yyjson_mut_obj_add_str (doc, root, "id", push->hold.id);
  if (push->hold.by != NULL)
    yyjson_mut_obj_add_str (doc, root, "by", push->hold.by);
  if (push->hold.at > 0)
    yyjson_mut_obj_add_sint (doc, root, "at", push->hold.at);
  if (push->hold.field != NULL)
    yyjson_mut_obj_add_str (doc, root, "field", push->hold.field);
  if (push->hold.seq > 0)
    yyjson_mut_obj_add_sint (doc, root, "seq", push->hold.seq);
  malloced = yyjson_mut_val_write (root, YYJSON_WRITE_NOFLAG, NULL);
  text = g_strdup (malloced);
  free (malloced);
  yyjson_mut_doc_free (doc);
  return g_steal_pointer (&text);
}
