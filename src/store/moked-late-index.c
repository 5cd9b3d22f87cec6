/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-late-index.h"

#include "base/moked-error.h"

/* Indexes that are made when a table is full: sorting all keys at once takes a fraction of the time of finding the
 * place of each. What they are is kept in the database meanwhile, so that whoever opens it next can make them.
 * Only for SQLite; the sessions have no business. */

static const MokedMigration migrations[] = {
  { 1, "CREATE TABLE late_index (name TEXT PRIMARY KEY, entity TEXT NOT NULL, sql TEXT NOT NULL)", NULL },
  { 0 },
};

const MokedSchemaPart moked_late_index_schema = { "late-index", NULL, migrations, NULL };

static gboolean
is_empty (MokedSession          *session,
          const MokedEntityInfo *info,
          gboolean              *out_empty,
          GError               **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT EXISTS (SELECT 1 FROM %s)", moked_entity_info_get_table (info));
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "");

  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return FALSE;
  *out_empty = moked_cursor_get_int (cursor, 0) == 0;
  return TRUE;
}

static GPtrArray *
list_names (MokedSession *session,
            const char   *entity,
            GError      **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error, "SELECT name FROM late_index WHERE entity = $1", "t", entity);

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    g_ptr_array_add (names, moked_cursor_dup_text (cursor, 0));
  if (local_error == NULL)
    return g_steal_pointer (&names);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

static gboolean
put_off (MokedSession          *session,
         const MokedEntityInfo *info,
         GError               **error)
{
  g_autoptr (GPtrArray) names = NULL;

  if (!moked_session_exec (session, error,
                           "INSERT INTO late_index (name, entity, sql) SELECT name, tbl_name, sql FROM sqlite_schema "
                           "WHERE type = 'index' AND tbl_name = $1 AND sql IS NOT NULL ON CONFLICT DO NOTHING",
                           "t", info->name) ||
      (names = list_names (session, info->name, error)) == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *sql = g_strdup_printf ("DROP INDEX IF EXISTS \"%s\"", (char *) g_ptr_array_index (names, i));

      if (!moked_session_exec (session, error, sql, ""))
        return FALSE;
    }
  return TRUE;
}

/**
 * moked_late_index_put_off:
 * @session: a session without a business
 * @schema: the records
 *
 * Takes the indexes of all tables of records that are empty; [func@late_index_make_one] makes them.
 */
gboolean
moked_late_index_put_off (MokedSession      *session,
                          const MokedSchema *schema,
                          GError           **error)
{
  for (guint p = 0; schema->parts[p] != NULL; p++)
    for (guint e = 0; schema->parts[p]->entities != NULL && schema->parts[p]->entities[e] != NULL; e++)
      {
        const MokedEntityInfo *info = schema->parts[p]->entities[e];
        gboolean empty;

        if (!is_empty (session, info, &empty, error) || (empty && !put_off (session, info, error)))
          return FALSE;
      }
  return TRUE;
}

/**
 * moked_late_index_make_one:
 * @session: a session without a business
 * @entity: (nullable): of which kind of records; %NULL: of any
 * @out_made: (out): whether there was one to make, so that there may be more
 *
 * One at a time, so that others get their turn between two.
 */
gboolean
moked_late_index_make_one (MokedSession *session,
                           const char   *entity,
                           gboolean     *out_made,
                           GError      **error)
{
  g_autofree char *name = NULL, *sql = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT name, sql FROM late_index WHERE entity = coalesce ($1, entity) LIMIT 1", "t", entity);

  if (cursor == NULL)
    return FALSE;
  *out_made = moked_cursor_next (cursor, &local_error);
  if (*out_made)
    {
      name = moked_cursor_dup_text (cursor, 0);
      sql = moked_cursor_dup_text (cursor, 1);
    }
  g_clear_object (&cursor);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return !*out_made || (moked_session_exec (session, error, sql, "") &&
                        moked_session_exec (session, error, "DELETE FROM late_index WHERE name = $1", "t", name));
}
