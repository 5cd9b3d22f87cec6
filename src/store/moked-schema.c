/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-schema.h"

#include "base/moked-error.h"

/* The schema is declared twice over: entities give the tables and columns (a missing one is added), and
 * each part's numbered migrations give the rest, once and in order. The fingerprint of all of it is kept
 * in the database, so that an up-to-date one is known by a single read at start. */

#define FINGERPRINT_PART "*"

static const char *
column_type (const MokedField *field)
{
  switch (field->kind)
    {
    case MOKED_FIELD_INT:
    case MOKED_FIELD_BOOL:
      return "BIGINT NOT NULL DEFAULT 0";
    case MOKED_FIELD_TIME:
      return "BIGINT";
    case MOKED_FIELD_TEXT:
    case MOKED_FIELD_ENUM:
    case MOKED_FIELD_REF:
    case MOKED_FIELD_SET:
    default:
      return "TEXT";
    }
}

static char *
table_sql (const MokedEntityInfo *info,
           MokedDialect           dialect)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql,
                          "CREATE TABLE IF NOT EXISTS %s (row_id %s PRIMARY KEY, "
                          "business_id TEXT NOT NULL, id TEXT NOT NULL, version BIGINT NOT NULL DEFAULT 0, "
                          "created_at BIGINT, deleted_at BIGINT",
                          moked_entity_info_get_table (info),
                          dialect == MOKED_DIALECT_SQLITE ? "INTEGER" : "BIGINT GENERATED ALWAYS AS IDENTITY");
  for (guint i = 0; i < info->n_fields; i++)
    g_string_append_printf (sql, ", %s %s", info->fields[i].name, column_type (&info->fields[i]));
  g_string_append (sql, ", UNIQUE (business_id, id))");
  return g_string_free (sql, FALSE);
}

const MokedEntityInfo *
moked_schema_find_entity (const MokedSchema *self,
                          const char        *name)
{
  for (guint p = 0; self->parts[p] != NULL; p++)
    for (guint e = 0; self->parts[p]->entities != NULL && self->parts[p]->entities[e] != NULL; e++)
      if (g_strcmp0 (self->parts[p]->entities[e]->name, name) == 0)
        return self->parts[p]->entities[e];
  return NULL;
}

/* A program with other choices reads the same rows differently. */
static void
add_choices (GChecksum             *checksum,
             const MokedEntityInfo *info)
{
  for (guint i = 0; i < info->n_fields; i++)
    for (const MokedEnumValue *v = info->fields[i].values; v != NULL && v->nick != NULL; v++)
      g_checksum_update (checksum, (const guchar *) v->nick, -1);
}

/**
 * moked_schema_dup_fingerprint:
 *
 * Returns: (transfer full): a short text that is different for every different schema
 */
char *
moked_schema_dup_fingerprint (const MokedSchema *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint p = 0; self->parts[p] != NULL; p++)
    {
      const MokedSchemaPart *part = self->parts[p];

      g_checksum_update (checksum, (const guchar *) part->name, -1);
      for (guint e = 0; part->entities != NULL && part->entities[e] != NULL; e++)
        {
          g_autofree char *sql = table_sql (part->entities[e], MOKED_DIALECT_SQLITE);

          g_checksum_update (checksum, (const guchar *) sql, -1);
          add_choices (checksum, part->entities[e]);
        }
      for (const MokedMigration *m = part->migrations; m != NULL && m->version != 0; m++)
        {
          g_autofree char *version = g_strdup_printf ("/%u", m->version);

          g_checksum_update (checksum, (const guchar *) version, -1);
        }
    }
  return g_strndup (g_checksum_get_string (checksum), 16);
}

static char *
read_version (MokedSession *session,
              const char   *part,
              GError      **error)
{
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error, "SELECT version FROM schema_version WHERE part = $1", "t", part);

  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return NULL;
  return moked_cursor_dup_text (cursor, 0);
}

static gboolean
write_version (MokedSession *session,
               const char   *part,
               const char   *version,
               GError      **error)
{
  return moked_session_exec (session, error,
                             "INSERT INTO schema_version (part, version) VALUES ($1, $2) "
                             "ON CONFLICT (part) DO UPDATE SET version = excluded.version",
                             "tt", part, version);
}

/**
 * moked_schema_get_state:
 * @self: the schema that the program wants
 * @session: a session without a business
 * @out_state: what the database has
 */
gboolean
moked_schema_get_state (const MokedSchema *self,
                        MokedSession      *session,
                        MokedSchemaState  *out_state,
                        GError           **error)
{
  g_autofree char *wanted = moked_schema_dup_fingerprint (self);
  g_autofree char *found = NULL;
  g_auto (GStrv) columns = moked_session_list_columns (session, "schema_version", error);
  g_autoptr (GError) local_error = NULL;

  if (columns == NULL)
    return FALSE;
  if (columns[0] == NULL)
    {
      *out_state = MOKED_SCHEMA_EMPTY;
      return TRUE;
    }
  found = read_version (session, FINGERPRINT_PART, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *out_state = g_strcmp0 (found, wanted) == 0 ? MOKED_SCHEMA_CURRENT : MOKED_SCHEMA_OLD;
  return TRUE;
}

static gboolean
exec_script (MokedSession *session,
             const char   *script,
             GError      **error)
{
  /* The drivers take one statement at a time; a trigger's body is a statement of its own, so scripts
   * separate statements by a line that holds only `;`. */
  g_auto (GStrv) statements = script != NULL ? g_strsplit (script, "\n;\n", -1) : NULL;

  for (guint i = 0; statements != NULL && statements[i] != NULL; i++)
    {
      const char *sql = g_strstrip (statements[i]);

      if (*sql != '\0' && !moked_session_exec (session, error, sql, ""))
        return FALSE;
    }
  return TRUE;
}

static gboolean
migrate_entity (const MokedEntityInfo *info,
                MokedSession          *session,
                GError               **error)
{
  g_autofree char *create = table_sql (info, moked_session_get_dialect (session));
  g_auto (GStrv) columns = moked_session_list_columns (session, info->name, error);

  if (columns == NULL)
    return FALSE;
  if (columns[0] == NULL)
    return moked_session_exec (session, error, create, "");
  for (guint i = 0; i < info->n_fields; i++)
    {
      const MokedField *field = &info->fields[i];
      g_autofree char *add = NULL;

      if (g_strv_contains ((const char *const *) columns, field->name))
        continue;
      add = g_strdup_printf ("ALTER TABLE %s ADD COLUMN %s %s", moked_entity_info_get_table (info), field->name,
                             column_type (field));
      if (!moked_session_exec (session, error, add, ""))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_migration (const MokedMigration *migration,
               MokedSession         *session,
               GError              **error)
{
  gboolean sqlite = moked_session_get_dialect (session) == MOKED_DIALECT_SQLITE;

  return exec_script (session, migration->sql, error) &&
         exec_script (session, sqlite ? migration->sqlite_only : migration->postgres_only, error);
}

static gboolean
migrate_part (const MokedSchemaPart *part,
              MokedSession          *session,
              GError               **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *found = NULL;
  guint version;

  for (guint e = 0; part->entities != NULL && part->entities[e] != NULL; e++)
    if (!migrate_entity (part->entities[e], session, error))
      return FALSE;
  found = read_version (session, part->name, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  version = found != NULL ? (guint) g_ascii_strtoull (found, NULL, 10) : 0;
  for (const MokedMigration *m = part->migrations; m != NULL && m->version != 0; m++)
    {
      g_autofree char *number = g_strdup_printf ("%u", m->version);

      if (m->version <= version)
        continue;
      if (!run_migration (m, session, error) || !write_version (session, part->name, number, error))
        {
          g_prefix_error (error, "Migration %u of %s: ", m->version, part->name);
          return FALSE;
        }
    }
  return TRUE;
}

static guint
newest_version (const MokedSchemaPart *part)
{
  guint newest = 0;

  for (const MokedMigration *m = part->migrations; m != NULL && m->version != 0; m++)
    newest = MAX (newest, m->version);
  return newest;
}

static gboolean
check_not_newer (const MokedSchema *self,
                 MokedSession      *session,
                 GError           **error)
{
  for (guint p = 0; self->parts[p] != NULL; p++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autofree char *found = read_version (session, self->parts[p]->name, &local_error);

      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (found != NULL && g_ascii_strtoull (found, NULL, 10) > newest_version (self->parts[p]))
        {
          g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE,
                       "The database was made by a newer version of this program");
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * moked_schema_migrate:
 * @self: the schema that the program wants
 * @session: a session without a business; the whole migration is its transaction
 * @error: %MOKED_ERROR_STORAGE, also for a database made by a newer program
 */
gboolean
moked_schema_migrate (const MokedSchema *self,
                      MokedSession      *session,
                      GError           **error)
{
  g_autofree char *fingerprint = moked_schema_dup_fingerprint (self);

  if (!moked_session_exec (session, error,
                           "CREATE TABLE IF NOT EXISTS schema_version (part TEXT PRIMARY KEY, version TEXT NOT NULL)",
                           "") ||
      !check_not_newer (self, session, error))
    return FALSE;
  for (guint p = 0; self->parts[p] != NULL; p++)
    if (!migrate_part (self->parts[p], session, error))
      return FALSE;
  return write_version (session, FINGERPRINT_PART, fingerprint, error);
}

/**
 * moked_schema_tell_restored:
 * @self: the schema
 * @session: a session without a business
 *
 * The database was put back from a copy: what happened after the copy was made is not in it.
 */
gboolean
moked_schema_tell_restored (const MokedSchema *self,
                            MokedSession      *session,
                            GError           **error)
{
  gboolean sqlite = moked_session_get_dialect (session) == MOKED_DIALECT_SQLITE;

  for (guint p = 0; self->parts[p] != NULL; p++)
    {
      const MokedSchemaPart *part = self->parts[p];
      const char *script = sqlite || part->restored_postgres == NULL ? part->restored : part->restored_postgres;

      if (!exec_script (session, script, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
index_step (const MokedIndex *index,
            MokedSession     *session,
            guint             max_rows,
            gboolean         *out_more,
            GError          **error)
{
  g_autofree char *find = g_strdup_printf ("SELECT max(row_id), count(*) FROM (SELECT row_id FROM %s ORDER BY row_id LIMIT %u)",
                                           index->dirty, max_rows);
  g_autofree char *clear = g_strdup_printf ("DELETE FROM %s WHERE row_id <= $1", index->dirty);
  g_auto (GStrv) statements = g_strsplit (index->sql, "\n;\n", -1);
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, find, "");
  gint64 last;

  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return FALSE;
  if (moked_cursor_get_int (cursor, 1) == 0)
    return TRUE;
  *out_more = TRUE;
  last = moked_cursor_get_int (cursor, 0);
  g_clear_object (&cursor);
  for (guint i = 0; statements[i] != NULL; i++)
    if (*g_strstrip (statements[i]) != '\0' && !moked_session_exec (session, error, statements[i], "i", last))
      return FALSE;
  moked_session_mark_changed (session, index->entity);
  return moked_session_exec (session, error, clear, "i", last);
}

/**
 * moked_schema_index_step:
 * @self: the schema
 * @session: a session without a business
 * @max_rows: how many rows of each index to take at most
 * @out_more: set to %TRUE when rows were indexed, so that there may be more
 *
 * One bounded step of bringing the search indexes up to date.
 */
gboolean
moked_schema_index_step (const MokedSchema *self,
                         MokedSession      *session,
                         guint              max_rows,
                         gboolean          *out_more,
                         GError           **error)
{
  *out_more = FALSE;
  if (moked_session_get_dialect (session) != MOKED_DIALECT_SQLITE)
    return TRUE;
  for (guint p = 0; self->parts[p] != NULL; p++)
    for (const MokedIndex *i = self->parts[p]->indexes; i != NULL && i->dirty != NULL; i++)
      if (!index_step (i, session, max_rows, out_more, error))
        return FALSE;
  return TRUE;
}
