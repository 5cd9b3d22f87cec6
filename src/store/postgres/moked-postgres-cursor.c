/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/moked-postgres-cursor.h"

/* OIDs of pg_type's first rows; they are part of the protocol and never change. */
#define OID_BOOL 16
#define OID_BYTEA 17

/* All rows of a statement arrive at once, so that others can be run while they are read, as with SQLite. */
struct _MokedPostgresCursor
{
  MokedCursor parent_instance;
  PGresult   *result;
  int         row; /* -1 before the first */
};

G_DEFINE_FINAL_TYPE (MokedPostgresCursor, moked_postgres_cursor, MOKED_TYPE_CURSOR)

static gboolean
moked_postgres_cursor_next (MokedCursor *cursor,
                            GError     **error)
{
  MokedPostgresCursor *self = MOKED_POSTGRES_CURSOR (cursor);

  if (self->row + 1 >= PQntuples (self->result))
    return FALSE;
  self->row++;
  return TRUE;
}

static gboolean
moked_postgres_cursor_is_null (MokedCursor *cursor,
                               guint        column)
{
  MokedPostgresCursor *self = MOKED_POSTGRES_CURSOR (cursor);

  return PQgetisnull (self->result, self->row, (int) column);
}

/* A comparison is a number in SQLite, and a truth value of its own kind here. */
static const char *
moked_postgres_cursor_get_text (MokedCursor *cursor,
                                guint        column)
{
  MokedPostgresCursor *self = MOKED_POSTGRES_CURSOR (cursor);
  const char *text;

  if (PQgetisnull (self->result, self->row, (int) column))
    return NULL;
  text = PQgetvalue (self->result, self->row, (int) column);
  if (PQftype (self->result, (int) column) == OID_BOOL)
    return *text == 't' ? "1" : "0";
  return text;
}

static gint64
moked_postgres_cursor_get_int (MokedCursor *cursor,
                               guint        column)
{
  const char *text = moked_postgres_cursor_get_text (cursor, column);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

static GBytes *
moked_postgres_cursor_dup_blob (MokedCursor *cursor,
                                guint        column)
{
  MokedPostgresCursor *self = MOKED_POSTGRES_CURSOR (cursor);
  const char *text = moked_postgres_cursor_get_text (cursor, column);
  unsigned char *plain;
  size_t length;

  if (text == NULL)
    return NULL;
  if (PQftype (self->result, (int) column) != OID_BYTEA)
    return g_bytes_new (text, (gsize) PQgetlength (self->result, self->row, (int) column));
  plain = PQunescapeBytea ((const unsigned char *) text, &length);
  return g_bytes_new_with_free_func (plain, length, PQfreemem, plain);
}

static void
moked_postgres_cursor_finalize (GObject *object)
{
  PQclear (MOKED_POSTGRES_CURSOR (object)->result);
  G_OBJECT_CLASS (moked_postgres_cursor_parent_class)->finalize (object);
}

static void
moked_postgres_cursor_class_init (MokedPostgresCursorClass *klass)
{
  MokedCursorClass *cursor_class = MOKED_CURSOR_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = moked_postgres_cursor_finalize;
  cursor_class->next = moked_postgres_cursor_next;
  cursor_class->is_null = moked_postgres_cursor_is_null;
  cursor_class->get_int = moked_postgres_cursor_get_int;
  cursor_class->get_text = moked_postgres_cursor_get_text;
  cursor_class->dup_blob = moked_postgres_cursor_dup_blob;
}

static void
moked_postgres_cursor_init (MokedPostgresCursor *self)
{
  self->row = -1;
}

/**
 * moked_postgres_cursor_new:
 * @result: (transfer full): a statement's rows
 */
MokedCursor *
moked_postgres_cursor_new (PGresult *result)
{
  MokedPostgresCursor *self = g_object_new (MOKED_TYPE_POSTGRES_CURSOR, NULL);

  self->result = result;
  return MOKED_CURSOR (self);
}
