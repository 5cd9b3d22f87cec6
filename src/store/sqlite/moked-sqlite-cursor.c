/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sqlite/moked-sqlite-cursor.h"

struct _MokedSqliteCursor
{
  MokedCursor            parent_instance;
  MokedSqliteConnection *connection;
  MokedSqliteStatement  *statement;
};

G_DEFINE_FINAL_TYPE (MokedSqliteCursor, moked_sqlite_cursor, MOKED_TYPE_CURSOR)

static gboolean
moked_sqlite_cursor_next (MokedCursor *cursor,
                          GError     **error)
{
  MokedSqliteCursor *self = MOKED_SQLITE_CURSOR (cursor);
  int code = sqlite3_step (self->statement->stmt);

  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    moked_sqlite_set_error (error, moked_sqlite_connection_get_db (self->connection), code);
  return FALSE;
}

static gboolean
moked_sqlite_cursor_is_null (MokedCursor *cursor,
                             guint        column)
{
  return sqlite3_column_type (MOKED_SQLITE_CURSOR (cursor)->statement->stmt, (int) column) == SQLITE_NULL;
}

static gint64
moked_sqlite_cursor_get_int (MokedCursor *cursor,
                             guint        column)
{
  return sqlite3_column_int64 (MOKED_SQLITE_CURSOR (cursor)->statement->stmt, (int) column);
}

static const char *
moked_sqlite_cursor_get_text (MokedCursor *cursor,
                              guint        column)
{
  return (const char *) sqlite3_column_text (MOKED_SQLITE_CURSOR (cursor)->statement->stmt, (int) column);
}

static GBytes *
moked_sqlite_cursor_dup_blob (MokedCursor *cursor,
                              guint        column)
{
  sqlite3_stmt *stmt = MOKED_SQLITE_CURSOR (cursor)->statement->stmt;
  gconstpointer data = sqlite3_column_blob (stmt, (int) column);

  if (sqlite3_column_type (stmt, (int) column) == SQLITE_NULL)
    return NULL;
  return g_bytes_new (data, (gsize) sqlite3_column_bytes (stmt, (int) column));
}

static void
moked_sqlite_cursor_finalize (GObject *object)
{
  MokedSqliteCursor *self = MOKED_SQLITE_CURSOR (object);

  moked_sqlite_connection_release (self->connection, self->statement);
  G_OBJECT_CLASS (moked_sqlite_cursor_parent_class)->finalize (object);
}

static void
moked_sqlite_cursor_class_init (MokedSqliteCursorClass *klass)
{
  MokedCursorClass *cursor_class = MOKED_CURSOR_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = moked_sqlite_cursor_finalize;
  cursor_class->next = moked_sqlite_cursor_next;
  cursor_class->is_null = moked_sqlite_cursor_is_null;
  cursor_class->get_int = moked_sqlite_cursor_get_int;
  cursor_class->get_text = moked_sqlite_cursor_get_text;
  cursor_class->dup_blob = moked_sqlite_cursor_dup_blob;
}

static void
moked_sqlite_cursor_init (MokedSqliteCursor *self)
{
}

MokedCursor *
moked_sqlite_cursor_new (MokedSqliteConnection *connection,
                         MokedSqliteStatement  *statement)
{
  MokedSqliteCursor *self = g_object_new (MOKED_TYPE_SQLITE_CURSOR, NULL);

  self->connection = connection;
  self->statement = statement;
  return MOKED_CURSOR (self);
}
