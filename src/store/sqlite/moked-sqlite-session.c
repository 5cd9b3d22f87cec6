/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sqlite/moked-sqlite-session.h"

#include "base/moked-error.h"
#include "store/sqlite/moked-sqlite-cursor.h"

struct _MokedSqliteSession
{
  MokedSession           parent_instance;
  MokedSqliteConnection *connection;
};

G_DEFINE_FINAL_TYPE (MokedSqliteSession, moked_sqlite_session, MOKED_TYPE_SESSION)

/* @lifetime is SQLITE_TRANSIENT where the caller's memory may go before the statement is done: SQLite keeps its own
 * copy then. */
static int
bind_value (sqlite3_stmt           *stmt,
            int                     position,
            const MokedValue       *value,
            sqlite3_destructor_type lifetime)
{
  switch (value->kind)
    {
    case MOKED_VALUE_INT:
      return sqlite3_bind_int64 (stmt, position, value->integer);
    case MOKED_VALUE_TEXT:
      return sqlite3_bind_text (stmt, position, value->text, (int) value->length, lifetime);
    case MOKED_VALUE_BLOB:
      return sqlite3_bind_blob64 (stmt, position, value->text, (sqlite3_uint64) value->length, lifetime);
    case MOKED_VALUE_NULL:
    default:
      return sqlite3_bind_null (stmt, position);
    }
}

static gboolean
bind_values (MokedSqliteSession     *self,
             MokedSqliteStatement   *statement,
             const MokedValue       *values,
             guint                   n_values,
             sqlite3_destructor_type lifetime,
             GError                **error)
{
  if (statement->n_positions > n_values)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL, "Statement wants %u values, got %u: %s",
                   statement->n_positions, n_values, sqlite3_sql (statement->stmt));
      return FALSE;
    }
  for (guint i = 0; i < statement->n_positions; i++)
    {
      int code = statement->positions[i] == 0 ? SQLITE_OK
                                              : bind_value (statement->stmt, statement->positions[i], &values[i],
                                                            lifetime);

      if (code != SQLITE_OK)
        {
          moked_sqlite_set_error (error, moked_sqlite_connection_get_db (self->connection), code);
          return FALSE;
        }
    }
  return TRUE;
}

static MokedSqliteStatement *
prepare (MokedSqliteSession *self,
         const char         *sql,
         GError            **error)
{
  /* A full disk ends the transaction inside SQLite: work that goes on would commit by itself, piece by piece. */
  if (!sqlite3_get_autocommit (moked_sqlite_connection_get_db (self->connection)))
    return moked_sqlite_connection_prepare (self->connection, sql, error);
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "The database gave the transaction up");
  return NULL;
}

static MokedCursor *
moked_sqlite_session_query (MokedSession     *session,
                            const char       *sql,
                            const MokedValue *values,
                            guint             n_values,
                            GError          **error)
{
  MokedSqliteSession *self = MOKED_SQLITE_SESSION (session);
  MokedSqliteStatement *statement = prepare (self, sql, error);

  if (statement == NULL)
    return NULL;
  if (!bind_values (self, statement, values, n_values, SQLITE_TRANSIENT, error))
    {
      moked_sqlite_connection_release (self->connection, statement);
      return NULL;
    }
  return moked_sqlite_cursor_new (self->connection, statement);
}

static gboolean
run_once (MokedSqliteSession   *self,
          MokedSqliteStatement *statement,
          const MokedValue     *values,
          guint                 n_values,
          GError              **error)
{
  int code;

  if (!bind_values (self, statement, values, n_values, SQLITE_STATIC, error))
    return FALSE;
  while ((code = sqlite3_step (statement->stmt)) == SQLITE_ROW)
    ;
  if (code != SQLITE_DONE)
    moked_sqlite_set_error (error, moked_sqlite_connection_get_db (self->connection), code);
  sqlite3_reset (statement->stmt);
  return code == SQLITE_DONE;
}

static gboolean
moked_sqlite_session_exec_each (MokedSession   *session,
                                const char     *sql,
                                MokedValue     *values,
                                guint           n_values,
                                guint           n_fixed,
                                MokedValuesFunc next,
                                gpointer        user_data,
                                GError        **error)
{
  MokedSqliteSession *self = MOKED_SQLITE_SESSION (session);
  MokedSqliteStatement *statement = prepare (self, sql, error);
  g_autoptr (GError) local_error = NULL;

  if (statement == NULL)
    return FALSE;
  while (next (&values[n_fixed], user_data, &local_error) && run_once (self, statement, values, n_values, &local_error))
    ;
  moked_sqlite_connection_release (self->connection, statement);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gint64
moked_sqlite_session_get_changes (MokedSession *session)
{
  return sqlite3_changes64 (moked_sqlite_connection_get_db (MOKED_SQLITE_SESSION (session)->connection));
}

static GStrv
moked_sqlite_session_list_columns (MokedSession *session,
                                   const char   *table,
                                   GError      **error)
{
  g_autoptr (GStrvBuilder) columns = g_strv_builder_new ();
  g_autoptr (GError) local_error = NULL;
  MokedValue value = { MOKED_VALUE_TEXT, 0, table, -1 };
  g_autoptr (MokedCursor) cursor =
      moked_sqlite_session_query (session, "SELECT name FROM pragma_table_info($1)", &value, 1, error);

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    g_strv_builder_add (columns, moked_cursor_get_text (cursor, 0));
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return g_strv_builder_end (columns);
}

static void
moked_sqlite_session_class_init (MokedSqliteSessionClass *klass)
{
  MokedSessionClass *session_class = MOKED_SESSION_CLASS (klass);

  session_class->query = moked_sqlite_session_query;
  session_class->exec_each = moked_sqlite_session_exec_each;
  session_class->get_changes = moked_sqlite_session_get_changes;
  session_class->list_columns = moked_sqlite_session_list_columns;
}

static void
moked_sqlite_session_init (MokedSqliteSession *self)
{
}

MokedSession *
moked_sqlite_session_new (MokedSqliteConnection *connection)
{
  MokedSqliteSession *self = g_object_new (MOKED_TYPE_SQLITE_SESSION, NULL);

  self->connection = connection;
  return MOKED_SESSION (self);
}
