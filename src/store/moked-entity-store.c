/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-entity-store.h"

#include "base/moked-error.h"

#define N_BASE_COLUMNS 4
#define MAX_FIELDS 48

static GMutex sql_lock;
static GHashTable *put_sql;
static GHashTable *load_sql;

/**
 * moked_entity_store_dup_columns:
 * @info: what kind of record
 * @alias: (nullable): the table's alias in the query
 *
 * Returns: (transfer full): the columns that [func@entity_store_read] expects, in its order
 */
char *
moked_entity_store_dup_columns (const MokedEntityInfo *info,
                                const char            *alias)
{
  GString *columns = g_string_new (NULL);
  g_autofree char *dot = alias != NULL ? g_strconcat (alias, ".", NULL) : g_strdup ("");

  g_string_append_printf (columns, "%sid, %sversion, %screated_at, %sdeleted_at", dot, dot, dot, dot);
  for (guint i = 0; i < info->n_fields; i++)
    g_string_append_printf (columns, ", %s%s", dot, info->fields[i].name);
  return g_string_free (columns, FALSE);
}

/**
 * moked_entity_store_read:
 * @info: what kind of record
 * @cursor: on a row
 * @first_column: where the columns of [func@entity_store_dup_columns] begin
 *
 * Returns: (transfer full): the record
 */
gpointer
moked_entity_store_read (const MokedEntityInfo *info,
                         MokedCursor           *cursor,
                         guint                  first_column)
{
  MokedEntity *self = moked_entity_new (info, moked_cursor_get_text (cursor, first_column));

  moked_entity_set_version (self, moked_cursor_get_int (cursor, first_column + 1));
  moked_entity_set_created_at (self, moked_cursor_get_int (cursor, first_column + 2));
  moked_entity_set_deleted_at (self, moked_cursor_get_int (cursor, first_column + 3));
  for (guint i = 0; i < info->n_fields; i++)
    {
      const MokedField *field = &info->fields[i];
      guint column = first_column + N_BASE_COLUMNS + i;

      if (field->kind == MOKED_FIELD_INT || field->kind == MOKED_FIELD_BOOL || field->kind == MOKED_FIELD_TIME)
        moked_entity_set_field_int (self, field, moked_cursor_get_int (cursor, column));
      else
        moked_entity_set_field_text (self, field, moked_cursor_get_text (cursor, column));
    }
  return self;
}

static char *
make_load_sql (const MokedEntityInfo *info)
{
  g_autofree char *columns = moked_entity_store_dup_columns (info, NULL);

  return g_strdup_printf ("SELECT %s FROM %s WHERE business_id = $1 AND id = $2", columns, moked_entity_info_get_table (info));
}

static char *
make_put_sql (const MokedEntityInfo *info)
{
  GString *sql = g_string_new (NULL);
  g_autofree char *columns = moked_entity_store_dup_columns (info, NULL);

  g_string_append_printf (sql, "INSERT INTO %s (business_id, %s) VALUES ($1", moked_entity_info_get_table (info),
                          columns);
  for (guint i = 0; i < N_BASE_COLUMNS + info->n_fields; i++)
    g_string_append_printf (sql, ", $%u", i + 2);
  g_string_append (sql, ") ON CONFLICT (business_id, id) DO UPDATE SET version = excluded.version, "
                        "created_at = excluded.created_at, deleted_at = excluded.deleted_at");
  for (guint i = 0; i < info->n_fields; i++)
    g_string_append_printf (sql, ", %s = excluded.%s", info->fields[i].name, info->fields[i].name);
  return g_string_free (sql, FALSE);
}

/* Statement texts are made once for each kind of record and live as long as the program. */
static const char *
remember_sql (GHashTable           **table,
              const MokedEntityInfo *info,
              char                *(*make) (const MokedEntityInfo *info))
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&sql_lock);
  char *sql;

  if (*table == NULL)
    *table = g_hash_table_new (NULL, NULL);
  sql = g_hash_table_lookup (*table, info);
  if (sql == NULL)
    {
      sql = make (info);
      g_hash_table_insert (*table, (gpointer) info, sql);
    }
  return sql;
}

/**
 * moked_entity_store_set_not_found:
 *
 * Says that there is no such record; for who must not know of one, too.
 */
void
moked_entity_store_set_not_found (const MokedEntityInfo *info,
                                  const char            *id,
                                  GError               **error)
{
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "There is no %s ‘%s’", info->name, id);
}

/**
 * moked_entity_store_load:
 * @session: a business's session
 * @info: what kind of record
 * @id: which one
 * @error: %MOKED_ERROR_NOT_FOUND when there is none; a deleted record is found
 *
 * Returns: (transfer full) (nullable): the record
 */
gpointer
moked_entity_store_load (MokedSession          *session,
                         const MokedEntityInfo *info,
                         const char            *id,
                         GError               **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error, remember_sql (&load_sql, info, make_load_sql), "t", id);

  if (cursor == NULL)
    return NULL;
  if (moked_cursor_next (cursor, &local_error))
    return moked_entity_store_read (info, cursor, 0);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    moked_entity_store_set_not_found (info, id, error);
  return NULL;
}

/**
 * moked_entity_store_load_if_any:
 * @out_entity: (out) (transfer full) (nullable): the record; %NULL when there is none
 *
 * As [func@entity_store_load], where it is no error that there is none.
 */
gboolean
moked_entity_store_load_if_any (MokedSession          *session,
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

static GPtrArray *
list_valist (MokedSession          *session,
             const MokedEntityInfo *info,
             GError               **error,
             const char            *tail,
             const char            *types,
             va_list                args)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *columns = moked_entity_store_dup_columns (info, "e");
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s e %s", columns, moked_entity_info_get_table (info), tail);
  g_autoptr (MokedCursor) cursor = NULL;
  g_autoptr (GError) local_error = NULL;
  MokedValue values[16];
  guint n = 0;

  for (const char *t = types; *t != '\0'; t++, n++)
    {
      g_assert (n < G_N_ELEMENTS (values) && (*t == 't' || *t == 'i'));
      if (*t == 'i')
        values[n] = (MokedValue) { MOKED_VALUE_INT, va_arg (args, gint64), NULL, 0 };
      else
        {
          const char *text = va_arg (args, const char *);

          values[n] = (MokedValue) { text != NULL ? MOKED_VALUE_TEXT : MOKED_VALUE_NULL, 0, text, -1 };
        }
    }
  cursor = moked_session_query_values (session, sql, values, n, error);
  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    g_ptr_array_add (found, moked_entity_store_read (info, cursor, 0));
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return g_steal_pointer (&found);
}

/**
 * moked_entity_store_list:
 * @session: a business's session
 * @info: what kind of record
 * @tail: what follows `SELECT … FROM table e`, with `$1` as the business
 * @types: letters `t` and `i` for the values that follow
 *
 * Returns: (transfer full) (element-type Moked.Entity) (nullable): the records
 */
GPtrArray *
moked_entity_store_list (MokedSession          *session,
                         const MokedEntityInfo *info,
                         GError               **error,
                         const char            *tail,
                         const char            *types,
                         ...)
{
  GPtrArray *found;
  va_list args;

  va_start (args, types);
  found = list_valist (session, info, error, tail, types, args);
  va_end (args);
  return found;
}

/**
 * moked_entity_store_find:
 * @where: the condition after `WHERE`, with `$1` as the business
 *
 * Returns: (transfer full) (nullable): the first record that fits; %NULL without an error when there is none
 */
gpointer
moked_entity_store_find (MokedSession          *session,
                         const MokedEntityInfo *info,
                         GError               **error,
                         const char            *where,
                         const char            *types,
                         ...)
{
  g_autofree char *tail = g_strdup_printf ("WHERE %s LIMIT 1", where);
  g_autoptr (GPtrArray) found = NULL;
  va_list args;

  va_start (args, types);
  found = list_valist (session, info, error, tail, types, args);
  va_end (args);
  return found != NULL && found->len > 0 ? g_object_ref (g_ptr_array_index (found, 0)) : NULL;
}

static MokedValue
time_value (gint64 usec)
{
  return (MokedValue) { usec != 0 ? MOKED_VALUE_INT : MOKED_VALUE_NULL, usec, NULL, 0 };
}

static MokedValue
field_value (gpointer          entity,
             const MokedField *field)
{
  const char *text;

  switch (field->kind)
    {
    case MOKED_FIELD_INT:
    case MOKED_FIELD_BOOL:
      return (MokedValue) { MOKED_VALUE_INT, moked_entity_get_field_int (entity, field), NULL, 0 };
    case MOKED_FIELD_TIME:
      return time_value (moked_entity_get_field_int (entity, field));
    case MOKED_FIELD_ENUM:
      text = moked_enum_get_nick (field->values, (int) moked_entity_get_field_int (entity, field));
      return (MokedValue) { MOKED_VALUE_TEXT, 0, text, -1 };
    case MOKED_FIELD_TEXT:
    case MOKED_FIELD_REF:
    case MOKED_FIELD_SET:
    default:
      text = G_STRUCT_MEMBER (char *, entity, field->offset);
      return (MokedValue) { text != NULL ? MOKED_VALUE_TEXT : MOKED_VALUE_NULL, 0, text, -1 };
    }
}

static void
fill_values (const MokedEntityInfo *info,
             gpointer               entity,
             MokedValue            *values)
{
  moked_entity_refresh (entity);
  values[0] = (MokedValue) { MOKED_VALUE_TEXT, 0, moked_entity_get_id (entity), -1 };
  values[1] = (MokedValue) { MOKED_VALUE_INT, moked_entity_get_version (entity), NULL, 0 };
  values[2] = time_value (moked_entity_get_created_at (entity));
  values[3] = time_value (moked_entity_get_deleted_at (entity));
  for (guint i = 0; i < info->n_fields; i++)
    values[N_BASE_COLUMNS + i] = field_value (entity, &info->fields[i]);
}

/**
 * moked_entity_store_put:
 * @session: a business's session
 * @entity: (type Moked.Entity): the whole record; its derived fields are refreshed
 *
 * Inserts or replaces the row, as it is, version and tombstone included.
 */
gboolean
moked_entity_store_put (MokedSession *session,
                        gpointer      entity,
                        GError      **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (entity);
  MokedValue values[N_BASE_COLUMNS + MAX_FIELDS];

  g_return_val_if_fail (info->n_fields <= MAX_FIELDS, FALSE);

  moked_session_mark_changed (session, info->name);
  fill_values (info, entity, values);
  return moked_session_exec_values (session, remember_sql (&put_sql, info, make_put_sql), values,
                                    N_BASE_COLUMNS + info->n_fields, error);
}

typedef struct
{
  const MokedEntityInfo *info;
  MokedEntityFunc        next;
  gpointer               user_data;
} Putting;

static gboolean
next_values (MokedValue *values,
             gpointer    user_data,
             GError    **error)
{
  Putting *putting = user_data;
  gpointer entity = putting->next (putting->user_data, error);

  if (entity != NULL)
    fill_values (putting->info, entity, values);
  return entity != NULL;
}

/**
 * moked_entity_store_put_each:
 * @session: a business's session
 * @info: what kind of records
 * @next: gives one record after another
 * @user_data: for @next
 *
 * As [func@entity_store_put] for very many records, at a fraction of its cost for each.
 */
gboolean
moked_entity_store_put_each (MokedSession          *session,
                             const MokedEntityInfo *info,
                             MokedEntityFunc        next,
                             gpointer               user_data,
                             GError               **error)
{
  Putting putting = { info, next, user_data };

  g_return_val_if_fail (info->n_fields <= MAX_FIELDS, FALSE);

  moked_session_mark_changed (session, info->name);
  return moked_session_exec_each (session, remember_sql (&put_sql, info, make_put_sql), N_BASE_COLUMNS + info->n_fields,
                                  next_values, &putting, error);
}

/**
 * moked_entity_store_remove:
 *
 * Takes the row away without a tombstone; only for copies, such as a desktop's cache.
 */
gboolean
moked_entity_store_remove (MokedSession          *session,
                           const MokedEntityInfo *info,
                           const char            *id,
                           GError               **error)
{
  g_autofree char *sql = g_strdup_printf ("DELETE FROM %s WHERE business_id = $1 AND id = $2",
                                          moked_entity_info_get_table (info));

  moked_session_mark_changed (session, info->name);
  return moked_session_exec (session, error, sql, "t", id);
}
