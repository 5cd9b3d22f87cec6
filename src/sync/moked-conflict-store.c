/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-conflict-store.h"

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"

/* What this desktop overwrote of others, until a person has brought it back or put it aside. It belongs to this
 * desktop alone. */

static const MokedMigration migrations[] = {
  { 1,
    "CREATE TABLE edit_conflict (business_id TEXT NOT NULL, id TEXT NOT NULL, mutation_id TEXT NOT NULL, "
    "entity TEXT NOT NULL, entity_id TEXT NOT NULL, field TEXT NOT NULL, mine TEXT, theirs TEXT, by_user TEXT, "
    "theirs_at BIGINT NOT NULL, noted_at BIGINT NOT NULL, PRIMARY KEY (business_id, id), "
    "UNIQUE (business_id, entity_id, entity, field, mutation_id))",
    NULL },
  { 0 },
};

const MokedSchemaPart moked_conflict_schema = { "conflicts", NULL, migrations, NULL };

static const char changed_name[] = "conflict";

#define COLUMNS "id, entity, entity_id, field, mine, theirs, by_user, theirs_at, noted_at"

/* Returns (transfer full) (nullable): a value of the protocol as the cache keeps it. */
static char *
dup_text (const MokedEntityInfo *info,
          const char            *id,
          const MokedField      *field,
          yyjson_val            *value)
{
  g_autoptr (MokedEntity) entity = moked_entity_new (info, id);

  if (value == NULL || !moked_entity_field_from_json (entity, field, value, NULL))
    return NULL;
  return moked_entity_dup_field_text (entity, field);
}

/* The record as it stands after the mutation. */
static yyjson_val *
find_row (yyjson_val *result,
          const char *id)
{
  yyjson_arr_iter iter;
  yyjson_val *item;

  yyjson_arr_iter_init (yyjson_obj_get (result, "rows"), &iter);
  while ((item = yyjson_arr_iter_next (&iter)) != NULL)
    if (yyjson_equals_str (yyjson_obj_get (item, "id"), id))
      return yyjson_obj_get (item, "row");
  return NULL;
}

static gboolean
note_one (MokedSession          *session,
          const MokedEntityInfo *info,
          yyjson_val            *result,
          yyjson_val            *conflict,
          GError               **error)
{
  const char *id = yyjson_get_str (yyjson_obj_get (conflict, "id"));
  const char *name = yyjson_get_str (yyjson_obj_get (conflict, "field"));
  const MokedField *field = name != NULL ? moked_entity_info_find_field (info, name) : NULL;
  g_autofree char *key = moked_ulid_new (NULL);
  g_autofree char *mine = NULL, *theirs = NULL;
  gint64 at;

  if (id == NULL || field == NULL)
    return TRUE; /* of a newer service */
  mine = dup_text (info, id, field, yyjson_obj_get (find_row (result, id), name));
  theirs = dup_text (info, id, field, yyjson_obj_get (conflict, "theirs"));
  if (!moked_json_get_optional_int (conflict, "at", 0, &at, NULL))
    at = 0;
  moked_session_mark_changed (session, changed_name);
  return moked_session_exec (session, error,
                             "INSERT INTO edit_conflict (business_id, mutation_id, " COLUMNS ") "
                             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
                             "ttttttttii", yyjson_get_str (yyjson_obj_get (result, "id")), key, info->name, id, name,
                             mine, theirs, yyjson_get_str (yyjson_obj_get (conflict, "by")), at,
                             moked_session_get_now (session));
}

/**
 * moked_conflict_store_note:
 * @session: a session of the cache
 * @schema: the records that travel
 * @result: the service's answer to one mutation
 *
 * Keeps what the mutation overwrote of others.
 */
gboolean
moked_conflict_store_note (MokedSession      *session,
                           const MokedSchema *schema,
                           yyjson_val        *result,
                           GError           **error)
{
  yyjson_arr_iter iter;
  yyjson_val *item;

  yyjson_arr_iter_init (yyjson_obj_get (result, "conflicts"), &iter);
  while ((item = yyjson_arr_iter_next (&iter)) != NULL)
    {
      const MokedEntityInfo *info =
          moked_schema_find_entity (schema, yyjson_get_str (yyjson_obj_get (item, "entity")));

      if (info != NULL && !note_one (session, info, result, item, error))
        return FALSE;
    }
  return TRUE;
}

/* Returns (transfer full) (nullable): %NULL for what a program with other records noted. */
static MokedConflict *
read_conflict (const MokedSchema *schema,
               MokedCursor       *cursor)
{
  const MokedEntityInfo *info = moked_schema_find_entity (schema, moked_cursor_get_text (cursor, 1));
  const MokedField *field =
      info != NULL ? moked_entity_info_find_field (info, moked_cursor_get_text (cursor, 3)) : NULL;

  if (field == NULL)
    return NULL;
  return moked_conflict_new (moked_cursor_get_text (cursor, 0), info, moked_cursor_get_text (cursor, 2), field,
                             moked_cursor_get_text (cursor, 4), moked_cursor_get_text (cursor, 5),
                             moked_cursor_get_text (cursor, 6), moked_cursor_get_int (cursor, 7),
                             moked_cursor_get_int (cursor, 8));
}

/**
 * moked_conflict_store_list:
 * @entity_id: (nullable): of this record only
 *
 * Returns: (transfer full) (element-type MokedConflict) (nullable): newest first
 */
GPtrArray *
moked_conflict_store_list (MokedSession      *session,
                           const MokedSchema *schema,
                           const char        *entity_id,
                           GError           **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      entity_id != NULL
          ? moked_session_query (session, error,
                                 "SELECT " COLUMNS " FROM edit_conflict WHERE business_id = $1 AND entity_id = $2 "
                                 "ORDER BY id DESC",
                                 "t", entity_id)
          : moked_session_query (session, error,
                                 "SELECT " COLUMNS " FROM edit_conflict WHERE business_id = $1 ORDER BY id DESC", "");

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    {
      MokedConflict *conflict = read_conflict (schema, cursor);

      if (conflict != NULL)
        g_ptr_array_add (found, conflict);
    }
  if (local_error == NULL)
    return g_steal_pointer (&found);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/**
 * moked_conflict_store_load:
 * @error: %MOKED_ERROR_NOT_FOUND when it was settled already
 *
 * Returns: (transfer full) (nullable): a conflict
 */
MokedConflict *
moked_conflict_store_load (MokedSession      *session,
                           const MokedSchema *schema,
                           const char        *id,
                           GError           **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT " COLUMNS " FROM edit_conflict WHERE business_id = $1 AND id = $2", "t", id);
  MokedConflict *found;

  if (cursor == NULL)
    return NULL;
  found = moked_cursor_next (cursor, &local_error) ? read_conflict (schema, cursor) : NULL;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (found == NULL)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "It was settled already");
  return found;
}

gboolean
moked_conflict_store_drop (MokedSession *session,
                           const char   *id,
                           GError      **error)
{
  moked_session_mark_changed (session, changed_name);
  return moked_session_exec (session, error, "DELETE FROM edit_conflict WHERE business_id = $1 AND id = $2", "t", id);
}

/**
 * moked_conflict_store_forget:
 *
 * Drops what is kept of one record.
 */
gboolean
moked_conflict_store_forget (MokedSession *session,
                             const char   *entity,
                             const char   *entity_id,
                             GError      **error)
{
  if (!moked_session_exec (session, error,
                           "DELETE FROM edit_conflict WHERE business_id = $1 AND entity_id = $2 AND entity = $3", "tt",
                           entity_id, entity))
    return FALSE;
  if (moked_session_get_changes (session) > 0)
    moked_session_mark_changed (session, changed_name);
  return TRUE;
}
