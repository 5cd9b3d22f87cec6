/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transfer/moked-transfer-table.h"

#include "base/moked-error.h"
#include "transfer/moked-transfer-state.h"

/* Which tables there are is asked of the database, so that none is forgotten when somebody adds one. Left out are
 * those that a database makes by itself: the search indexes with what they note, and what it knows of itself. */

static const char sqlite_tables[] =
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' "
    "ESCAPE '\\' ORDER BY name";
static const char postgres_tables[] =
    "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema ()::regnamespace "
    "AND NOT relispartition ORDER BY relname";

/* name, type, place in the key from 1, whether rows are numbered by it */
static const char sqlite_columns[] =
    "SELECT name, type, pk, pk = 1 AND upper (type) = 'INTEGER' AND (SELECT max (pk) FROM pragma_table_info ($1)) = 1 "
    "FROM pragma_table_info ($1) ORDER BY cid";
static const char postgres_columns[] =
    "SELECT a.attname, format_type (a.atttypid, NULL), coalesce ((SELECT array_position (i.indkey::smallint[], a.attnum) "
    "+ 1 FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary), 0), "
    "(a.attidentity <> '' OR coalesce (pg_get_expr (d.adbin, d.adrelid) LIKE 'nextval(%', FALSE))::integer "
    "FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
    "WHERE a.attrelid = to_regclass ($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

static void
free_column (gpointer data)
{
  MokedTransferColumn *column = data;

  g_free (column->name);
  g_free (column);
}

void
moked_transfer_table_free (MokedTransferTable *self)
{
  g_free (self->name);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_clear_pointer (&self->key, g_ptr_array_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedTransferTable, moked_transfer_table_free)

static gboolean
is_of_database (const MokedSchema *schema,
                const char        *name)
{
  static const char *const own[] = { "schema_version", "store_home", MOKED_TRANSFER_TABLE,
                                     MOKED_TRANSFER_PROGRESS_TABLE, NULL };

  if (g_strv_contains (own, name))
    return TRUE;
  for (guint p = 0; schema->parts[p] != NULL; p++)
    if (schema->parts[p]->derived_tables != NULL && g_strv_contains (schema->parts[p]->derived_tables, name))
      return TRUE;
  for (guint p = 0; schema->parts[p] != NULL; p++)
    for (const MokedIndex *i = schema->parts[p]->indexes; i != NULL && i->dirty != NULL; i++)
      if (g_str_equal (i->dirty, name))
        return TRUE;
  return FALSE;
}

static gboolean
is_secret (const MokedSchema *schema,
           const char        *name)
{
  for (guint p = 0; schema->parts[p] != NULL; p++)
    if (schema->parts[p]->secret_tables != NULL && g_strv_contains (schema->parts[p]->secret_tables, name))
      return TRUE;
  return FALSE;
}

/* Returns: -1 for a type that does not travel */
static int
parse_type (const char *type)
{
  g_autofree char *lower = g_ascii_strdown (type, -1);

  if (strstr (lower, "int") != NULL)
    return MOKED_VALUE_INT;
  if (g_str_equal (lower, "blob") || g_str_equal (lower, "bytea"))
    return MOKED_VALUE_BLOB;
  return g_str_equal (lower, "text") ? MOKED_VALUE_TEXT : -1;
}

static gboolean
add_column (MokedTransferTable *self,
            MokedCursor        *cursor,
            GError            **error)
{
  MokedTransferColumn *column = g_new0 (MokedTransferColumn, 1);

  g_ptr_array_add (self->columns, column);
  column->name = moked_cursor_dup_text (cursor, 0);
  column->kind = parse_type (moked_cursor_get_text (cursor, 1));
  column->key = (guint) moked_cursor_get_int (cursor, 2);
  column->number = moked_cursor_get_int (cursor, 3) != 0;
  if (column->kind >= 0)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL, "%s.%s is of type %s, which cannot be moved", self->name,
               column->name, moked_cursor_get_text (cursor, 1));
  return FALSE;
}

static gboolean
find_key (MokedTransferTable *self,
          GError            **error)
{
  for (guint place = 1; place <= self->columns->len; place++)
    for (guint i = 0; i < self->columns->len; i++)
      if (((MokedTransferColumn *) g_ptr_array_index (self->columns, i))->key == place)
        g_ptr_array_add (self->key, g_ptr_array_index (self->columns, i));
  if (self->key->len > 0)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL, "%s has no key, and cannot be moved in pages", self->name);
  return FALSE;
}

static MokedTransferTable *
load (MokedSession *session,
      const char   *name,
      GError      **error)
{
  g_autoptr (MokedTransferTable) self = g_new0 (MokedTransferTable, 1);
  gboolean sqlite = moked_session_get_dialect (session) == MOKED_DIALECT_SQLITE;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = NULL;

  self->name = g_strdup (name);
  self->columns = g_ptr_array_new_with_free_func (free_column);
  self->key = g_ptr_array_new ();
  cursor = moked_session_query (session, error, sqlite ? sqlite_columns : postgres_columns, "t", name);
  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    if (!add_column (self, cursor, error))
      return NULL;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return find_key (self, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * moked_transfer_table_list:
 * @session: a session without a business
 * @schema: what the database holds
 * @with_secrets: whether those tables are wanted that only this installation may have
 * @error: also %MOKED_ERROR_INTERNAL for a table that cannot be moved
 *
 * Returns: (transfer full) (nullable) (element-type MokedTransferTable): all tables with data of offices, by name
 */
GPtrArray *
moked_transfer_table_list (MokedSession      *session,
                           const MokedSchema *schema,
                           gboolean           with_secrets,
                           GError           **error)
{
  gboolean sqlite = moked_session_get_dialect (session) == MOKED_DIALECT_SQLITE;
  g_autoptr (GPtrArray) tables = g_ptr_array_new_with_free_func ((GDestroyNotify) moked_transfer_table_free);
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sqlite ? sqlite_tables : postgres_tables, "");
  g_autoptr (GError) local_error = NULL;

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    {
      const char *name = moked_cursor_get_text (cursor, 0);
      MokedTransferTable *table;

      if (is_of_database (schema, name) || (!with_secrets && is_secret (schema, name)))
        continue;
      table = load (session, name, error);
      if (table == NULL)
        return NULL;
      g_ptr_array_add (tables, table);
    }
  if (local_error == NULL)
    return g_steal_pointer (&tables);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

MokedTransferTable *
moked_transfer_table_find (GPtrArray  *tables,
                           const char *name)
{
  for (guint i = 0; i < tables->len; i++)
    {
      MokedTransferTable *table = g_ptr_array_index (tables, i);

      if (g_str_equal (table->name, name))
        return table;
    }
  return NULL;
}

MokedTransferColumn *
moked_transfer_table_get (MokedTransferTable *self,
                          const char         *column)
{
  for (guint i = 0; i < self->columns->len; i++)
    {
      MokedTransferColumn *one = g_ptr_array_index (self->columns, i);

      if (g_str_equal (one->name, column))
        return one;
    }
  return NULL;
}

static gboolean
match_columns (MokedTransferTable *from,
               MokedTransferTable *to,
               GError            **error)
{
  for (guint i = 0; i < from->columns->len; i++)
    {
      MokedTransferColumn *column = g_ptr_array_index (from->columns, i);
      MokedTransferColumn *other = moked_transfer_table_get (to, column->name);

      if (other == NULL || other->kind != column->kind || other->number != column->number)
        {
          g_set_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL, "%s.%s is not the same in both databases", from->name,
                       column->name);
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * moked_transfer_table_match:
 * @from: (element-type MokedTransferTable): one database's tables
 * @to: (element-type MokedTransferTable): the other one's
 * @error: %MOKED_ERROR_INTERNAL: the two do not come from the same schema
 *
 * Makes sure that everything in @from has its place in @to.
 */
gboolean
moked_transfer_table_match (GPtrArray *from,
                            GPtrArray *to,
                            GError   **error)
{
  for (guint i = 0; i < from->len; i++)
    {
      MokedTransferTable *table = g_ptr_array_index (from, i);
      MokedTransferTable *other = moked_transfer_table_find (to, table->name);

      if (other == NULL)
        {
          g_set_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL, "The other database has no table %s", table->name);
          return FALSE;
        }
      if (!match_columns (table, other, error))
        return FALSE;
    }
  return TRUE;
}
