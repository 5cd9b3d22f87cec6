/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-cursor.h"

/**
 * MokedCursor:
 *
 * The rows of a query, read one after another. Columns count from 0. It belongs to its session's
 * thread and must be gone before the session ends.
 */
G_DEFINE_ABSTRACT_TYPE (MokedCursor, moked_cursor, G_TYPE_OBJECT)

static void
moked_cursor_class_init (MokedCursorClass *klass)
{
}

static void
moked_cursor_init (MokedCursor *self)
{
}

/**
 * moked_cursor_next:
 * @self: a cursor, before the first row at first
 * @error: %MOKED_ERROR_STORAGE; stays unset at the end of the rows
 *
 * Returns: %TRUE when there is a row
 */
gboolean
moked_cursor_next (MokedCursor *self,
                   GError     **error)
{
  return MOKED_CURSOR_GET_CLASS (self)->next (self, error);
}

gboolean
moked_cursor_is_null (MokedCursor *self,
                      guint        column)
{
  return MOKED_CURSOR_GET_CLASS (self)->is_null (self, column);
}

gint64
moked_cursor_get_int (MokedCursor *self,
                      guint        column)
{
  return MOKED_CURSOR_GET_CLASS (self)->get_int (self, column);
}

/**
 * moked_cursor_get_text:
 * @self: a cursor on a row
 * @column: from 0
 *
 * Returns: (transfer none) (nullable): valid until the next call of [method@Cursor.next]
 */
const char *
moked_cursor_get_text (MokedCursor *self,
                       guint        column)
{
  return MOKED_CURSOR_GET_CLASS (self)->get_text (self, column);
}

char *
moked_cursor_dup_text (MokedCursor *self,
                       guint        column)
{
  return g_strdup (moked_cursor_get_text (self, column));
}

/**
 * moked_cursor_dup_blob:
 *
 * Returns: (transfer full) (nullable): the bytes
 */
GBytes *
moked_cursor_dup_blob (MokedCursor *self,
                       guint        column)
{
  return MOKED_CURSOR_GET_CLASS (self)->dup_blob (self, column);
}
