/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-sync-table.h"

#include <string.h>

/* Records of one kind as they travel (docs/sync.md), written from the columns of a query alone: a first load is
 * millions of them, and a record's object would take longer to make than its text. */

typedef enum
{
  VALUE_TEXT,
  VALUE_INT,
  VALUE_TIME, /* an integer or null */
} ValueKind;

struct _MokedSyncTable
{
  GString *json;
  guint    n_rows;
  guint    n_columns;
  guint8   kinds[];
};

static const struct
{
  const char *name;
  ValueKind   kind;
} base_columns[] = {
  { "id", VALUE_TEXT },
  { "version", VALUE_INT },
  { "created_at", VALUE_TIME },
  { "deleted_at", VALUE_TIME },
};

static ValueKind
kind_of (const MokedField *field)
{
  switch (field->kind)
    {
    case MOKED_FIELD_INT:
    case MOKED_FIELD_BOOL:
      return VALUE_INT;
    case MOKED_FIELD_TIME:
      return VALUE_TIME;
    case MOKED_FIELD_TEXT:
    case MOKED_FIELD_ENUM:
    case MOKED_FIELD_REF:
    case MOKED_FIELD_SET:
    default:
      return VALUE_TEXT;
    }
}

/**
 * moked_sync_table_dup_columns:
 * @info: what kind of records
 * @alias: the table's alias in the query
 *
 * Returns: (transfer full): the columns that [func@sync_table_add_all] expects, in its order
 */
char *
moked_sync_table_dup_columns (const MokedEntityInfo *info,
                              const char            *alias)
{
  GString *columns = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (base_columns); i++)
    g_string_append_printf (columns, "%s%s.%s", i > 0 ? ", " : "", alias, base_columns[i].name);
  for (guint i = 0; i < info->n_fields; i++)
    if (!(info->fields[i].flags & MOKED_FIELD_DERIVED))
      g_string_append_printf (columns, ", %s.%s", alias, info->fields[i].name);
  return g_string_free (columns, FALSE);
}

static void
add_column (MokedSyncTable *self,
            const char     *name,
            ValueKind       kind)
{
  g_string_append_printf (self->json, "%s\"%s\"", self->n_columns > 0 ? "," : "", name);
  self->kinds[self->n_columns++] = kind;
}

/**
 * moked_sync_table_begin:
 * @info: what kind of records
 * @json: where to write; must outlive the result
 *
 * Writes the beginning of `{"entity": …, "fields": […], "rows": […]`; [func@sync_table_end] ends the rows, and what
 * follows, with the object's closing bracket, is the caller's.
 *
 * Returns: (transfer full): a table without rows
 */
MokedSyncTable *
moked_sync_table_begin (const MokedEntityInfo *info,
                        GString               *json)
{
  MokedSyncTable *self = g_malloc0 (sizeof *self + G_N_ELEMENTS (base_columns) + info->n_fields);

  self->json = json;
  g_string_append_printf (json, "\"entity\":\"%s\",\"fields\":[", info->name);
  for (guint i = 0; i < G_N_ELEMENTS (base_columns); i++)
    add_column (self, base_columns[i].name, base_columns[i].kind);
  for (guint i = 0; i < info->n_fields; i++)
    if (!(info->fields[i].flags & MOKED_FIELD_DERIVED))
      add_column (self, info->fields[i].name, kind_of (&info->fields[i]));
  g_string_append (json, "],\"rows\":[");
  return self;
}

void
moked_sync_table_end (MokedSyncTable *self)
{
  g_string_append_c (self->json, ']');
  g_free (self);
}

static void
add_escaped (GString *json,
             guint8   c)
{
  static const char *const short_forms[0x20] = { ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f",
                                                 ['\r'] = "\\r" };

  if (c == '"' || c == '\\')
    {
      g_string_append_c (json, '\\');
      g_string_append_c (json, (char) c);
    }
  else if (short_forms[c] != NULL)
    g_string_append (json, short_forms[c]);
  else
    g_string_append_printf (json, "\\u%04x", c);
}

/**
 * moked_sync_table_add_text:
 * @json: where to write
 * @text: any text; bytes that aren't UTF-8 become U+FFFD, for a vendor's may have come in some other way than
 *   JSON, and one bad letter must not make a record, and every answer with it, impossible to send
 */
void
moked_sync_table_add_text (GString    *json,
                           const char *text)
{
  gsize length = strlen (text);
  g_autofree char *valid = NULL;
  const guint8 *p, *end, *plain;

  if (!g_utf8_validate_len (text, length, NULL))
    {
      text = valid = g_utf8_make_valid (text, (gssize) length);
      length = strlen (text);
    }
  p = plain = (const guint8 *) text;
  end = p + length;
  g_string_append_c (json, '"');
  for (; p < end; p++)
    if (G_UNLIKELY (*p < 0x20 || *p == '"' || *p == '\\'))
      {
        g_string_append_len (json, (const char *) plain, p - plain);
        add_escaped (json, *p);
        plain = p + 1;
      }
  g_string_append_len (json, (const char *) plain, end - plain);
  g_string_append_c (json, '"');
}

static void
add_int (GString *json,
         gint64   number)
{
  char digits[24], *p = digits + sizeof digits;
  guint64 left = number < 0 ? -(guint64) number : (guint64) number;

  do
    *--p = (char) ('0' + left % 10);
  while ((left /= 10) > 0);
  if (number < 0)
    *--p = '-';
  g_string_append_len (json, p, digits + sizeof digits - p);
}

static void
add_value (MokedSyncTable *self,
           MokedCursor    *cursor,
           guint           column)
{
  const char *text;
  gint64 number;

  if (self->kinds[column] == VALUE_TEXT)
    {
      text = moked_cursor_get_text (cursor, column);
      if (text != NULL)
        moked_sync_table_add_text (self->json, text);
      else
        g_string_append_len (self->json, "null", 4);
      return;
    }
  number = moked_cursor_get_int (cursor, column);
  if (number == 0 && self->kinds[column] == VALUE_TIME)
    g_string_append_len (self->json, "null", 4);
  else
    add_int (self->json, number);
}

static void
add_row (MokedSyncTable *self,
         MokedCursor    *cursor)
{
  g_string_append (self->json, self->n_rows > 0 ? ",[" : "[");
  for (guint i = 0; i < self->n_columns; i++)
    {
      if (i > 0)
        g_string_append_c (self->json, ',');
      add_value (self, cursor, i);
    }
  g_string_append_c (self->json, ']');
  self->n_rows++;
}

/**
 * moked_sync_table_add_all:
 * @cursor: before the first row of the table's columns, the first of which is column 0
 * @full: how many rows there are when there may be more; 0: all that there are
 * @out_last: (out) (nullable): the id of the last row of a full table; left alone otherwise
 *
 * Writes all rows.
 */
gboolean
moked_sync_table_add_all (MokedSyncTable *self,
                          MokedCursor    *cursor,
                          guint           full,
                          char          **out_last,
                          GError        **error)
{
  g_autoptr (GError) local_error = NULL;

  while (moked_cursor_next (cursor, &local_error))
    {
      add_row (self, cursor);
      if (self->n_rows == full)
        *out_last = moked_cursor_dup_text (cursor, 0);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
