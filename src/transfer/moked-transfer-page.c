/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transfer/moked-transfer-page.h"

#include <string.h>
#include <yyjson.h>

#include "base/moked-error.h"

/* A row whose cell has a megabyte is rare, and a table with bytes may have many of them. */
#define ROWS_WITH_BYTES 32

static gboolean
has_bytes (MokedTransferTable *table)
{
  for (guint i = 0; i < table->columns->len; i++)
    if (((MokedTransferColumn *) g_ptr_array_index (table->columns, i))->kind == MOKED_VALUE_BLOB)
      return TRUE;
  return FALSE;
}

/**
 * moked_transfer_page_new:
 * @table: borrowed
 * @limit: rows at most
 *
 * Returns: (transfer full): a page before the first one
 */
MokedTransferPage *
moked_transfer_page_new (MokedTransferTable *table,
                         guint               limit)
{
  MokedTransferPage *self = g_new0 (MokedTransferPage, 1);

  self->table = table;
  self->limit = has_bytes (table) ? MIN (limit, ROWS_WITH_BYTES) : limit;
  self->values = g_array_new (FALSE, FALSE, sizeof (MokedValue));
  self->texts = g_string_chunk_new (64 * 1024);
  return self;
}

void
moked_transfer_page_free (MokedTransferPage *self)
{
  g_free (self->last);
  g_array_unref (self->values);
  g_string_chunk_free (self->texts);
  g_free (self);
}

static char *
dup_names (GPtrArray *columns,
           gboolean   numbers)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < columns->len; i++)
    {
      MokedTransferColumn *column = g_ptr_array_index (columns, i);

      if (numbers || !column->number)
        g_string_append_printf (names, "%s\"%s\"", names->len > 0 ? ", " : "", column->name);
    }
  return g_string_free (names, FALSE);
}

static char *
dup_select (MokedTransferPage *self)
{
  g_autofree char *columns = dup_names (self->table->columns, TRUE);
  g_autofree char *key = dup_names (self->table->key, TRUE);
  GString *sql = g_string_new (NULL);

  g_string_printf (sql, "SELECT %s FROM \"%s\"", columns, self->table->name);
  if (self->last != NULL)
    {
      g_string_append_printf (sql, " WHERE (%s) > (", key);
      for (guint i = 0; i < self->table->key->len; i++)
        g_string_append_printf (sql, "%s$%u", i > 0 ? ", " : "", i + 1);
      g_string_append_c (sql, ')');
    }
  g_string_append_printf (sql, " ORDER BY %s LIMIT %u", key, self->limit);
  return g_string_free (sql, FALSE);
}

/* The values point into @doc. */
static guint
parse_key (MokedTransferPage *self,
           yyjson_doc        *doc,
           MokedValue        *values)
{
  yyjson_val *parts = yyjson_doc_get_root (doc);
  guint n = (guint) MIN (yyjson_arr_size (parts), self->table->key->len);

  for (guint i = 0; i < n; i++)
    {
      yyjson_val *part = yyjson_arr_get (parts, i);

      if (yyjson_is_str (part))
        values[i] = (MokedValue) { MOKED_VALUE_TEXT, 0, yyjson_get_str (part), -1 };
      else
        values[i] = (MokedValue) { MOKED_VALUE_INT, yyjson_get_sint (part), NULL, 0 };
    }
  return n;
}

static MokedCursor *
query (MokedTransferPage *self,
       MokedSession      *session,
       GError           **error)
{
  g_autofree char *sql = dup_select (self);
  g_autofree MokedValue *values = g_new0 (MokedValue, self->table->key->len);
  yyjson_doc *doc = self->last != NULL ? yyjson_read (self->last, strlen (self->last), 0) : NULL;
  guint n = doc != NULL ? parse_key (self, doc, values) : 0;
  MokedCursor *cursor = moked_session_query_values (session, sql, values, n, error);

  yyjson_doc_free (doc);
  return cursor;
}

static MokedValue
read_value (MokedTransferPage *self,
            MokedCursor       *cursor,
            guint              column,
            int                kind)
{
  g_autoptr (GBytes) bytes = NULL;
  const char *text;
  gsize length;

  if (moked_cursor_is_null (cursor, column))
    return (MokedValue) { MOKED_VALUE_NULL, 0, NULL, 0 };
  if (kind == MOKED_VALUE_INT)
    return (MokedValue) { MOKED_VALUE_INT, moked_cursor_get_int (cursor, column), NULL, 0 };
  if (kind == MOKED_VALUE_TEXT)
    {
      text = moked_cursor_get_text (cursor, column);
      return (MokedValue) { MOKED_VALUE_TEXT, 0, g_string_chunk_insert (self->texts, text), (gssize) strlen (text) };
    }
  bytes = moked_cursor_dup_blob (cursor, column);
  text = g_bytes_get_data (bytes, &length);
  text = g_string_chunk_insert_len (self->texts, text != NULL ? text : "", (gssize) length);
  return (MokedValue) { MOKED_VALUE_BLOB, 0, text, (gssize) length };
}

static void
update_checksum (GChecksum        *checksum,
                 const MokedValue *value)
{
  const guchar kind = (guchar) value->kind;
  const guint64 number = GUINT64_TO_BE ((guint64) (value->kind == MOKED_VALUE_INT ? value->integer : value->length));

  g_checksum_update (checksum, &kind, 1);
  g_checksum_update (checksum, (const guchar *) &number, sizeof number);
  if (value->text != NULL && value->length > 0)
    g_checksum_update (checksum, (const guchar *) value->text, value->length);
}

static void
add_to_digest (MokedTransferDigest *digest,
               GChecksum           *checksum)
{
  guint8 hash[32];
  gsize length = sizeof hash;

  g_checksum_get_digest (checksum, hash, &length);
  for (guint i = 0; i < G_N_ELEMENTS (digest->sums); i++)
    {
      guint64 part;

      memcpy (&part, hash + i * sizeof part, sizeof part);
      digest->sums[i] += GUINT64_FROM_BE (part);
    }
  digest->rows++;
}

static void
note_key (MokedTransferPage *self,
          MokedCursor       *cursor)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *parts = yyjson_mut_arr (doc);
  char *json;

  yyjson_mut_doc_set_root (doc, parts);
  for (guint i = 0; i < self->table->key->len; i++)
    {
      MokedTransferColumn *column = g_ptr_array_index (self->table->key, i);
      guint place;

      g_ptr_array_find (self->table->columns, column, &place);
      if (column->kind == MOKED_VALUE_INT)
        yyjson_mut_arr_add_sint (doc, parts, moked_cursor_get_int (cursor, place));
      else
        yyjson_mut_arr_add_strcpy (doc, parts, moked_cursor_get_text (cursor, place));
    }
  json = yyjson_mut_write (doc, 0, NULL);
  g_set_str (&self->last, json);
  free (json);
  yyjson_mut_doc_free (doc);
}

static void
read_row (MokedTransferPage *self,
          MokedCursor       *cursor,
          GChecksum         *checksum)
{
  g_checksum_reset (checksum);
  for (guint i = 0; i < self->table->columns->len; i++)
    {
      MokedTransferColumn *column = g_ptr_array_index (self->table->columns, i);
      MokedValue value;

      if (column->number)
        continue;
      value = read_value (self, cursor, i, column->kind);
      update_checksum (checksum, &value);
      g_array_append_val (self->values, value);
    }
  add_to_digest (&self->digest, checksum);
  self->n_rows++;
}

/**
 * moked_transfer_page_read:
 * @self: a page; becomes the next one
 * @session: of the database that it comes from, without a business
 * @error: the store's
 *
 * The last page has `end`, and may be empty.
 */
gboolean
moked_transfer_page_read (MokedTransferPage *self,
                          MokedSession      *session,
                          GError           **error)
{
  g_autoptr (MokedCursor) cursor = query (self, session, error);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GError) local_error = NULL;

  if (cursor == NULL)
    return FALSE;
  g_array_set_size (self->values, 0);
  g_string_chunk_clear (self->texts);
  self->n_rows = 0;
  while (moked_cursor_next (cursor, &local_error))
    {
      read_row (self, cursor, checksum);
      if (self->n_rows == self->limit)
        note_key (self, cursor);
    }
  self->end = self->n_rows < self->limit;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Writing ------------------------------------------------------------------------------------------------- */

static guint
count_columns (MokedTransferTable *table)
{
  guint n = 0;

  for (guint i = 0; i < table->columns->len; i++)
    n += !((MokedTransferColumn *) g_ptr_array_index (table->columns, i))->number;
  return n;
}

static gboolean
write_rows (MokedTransferPage *self,
            MokedSession      *session,
            GError           **error)
{
  guint n = count_columns (self->table);
  g_autofree char *names = dup_names (self->table->columns, FALSE);
  g_autoptr (GString) sql = g_string_new (NULL);

  g_string_printf (sql, "INSERT INTO \"%s\" (%s) VALUES (", self->table->name, names);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (sql, "%s$%u", i > 0 ? ", " : "", i + 1);
  g_string_append_c (sql, ')');
  for (guint row = 0; row < self->n_rows; row++)
    if (!moked_session_exec_values (session, sql->str, &g_array_index (self->values, MokedValue, row * n), n, error))
      return FALSE;
  return TRUE;
}

static const char *
type_of (int kind)
{
  return kind == MOKED_VALUE_INT ? "bigint" : kind == MOKED_VALUE_BLOB ? "bytea" : "text";
}

/* A server far away is asked once for a page, not once for each row. */
static char *
dup_page_insert (MokedTransferTable *table)
{
  g_autofree char *names = dup_names (table->columns, FALSE);
  g_autoptr (GString) typed = g_string_new (NULL);

  for (guint i = 0; i < table->columns->len; i++)
    {
      MokedTransferColumn *column = g_ptr_array_index (table->columns, i);

      if (!column->number)
        g_string_append_printf (typed, "%s\"%s\" %s", typed->len > 0 ? ", " : "", column->name, type_of (column->kind));
    }
  return g_strdup_printf ("INSERT INTO \"%s\" (%s) SELECT %s FROM ROWS FROM (json_to_recordset ($1::json) AS (%s)) "
                          "WITH ORDINALITY AS page ORDER BY ordinality",
                          table->name, names, names, typed->str);
}

static yyjson_mut_val *
new_json_value (yyjson_mut_doc   *doc,
                const MokedValue *value)
{
  switch (value->kind)
    {
    case MOKED_VALUE_INT:
      return yyjson_mut_sint (doc, value->integer);
    case MOKED_VALUE_TEXT:
      return yyjson_mut_strn (doc, value->text, (size_t) value->length);
    case MOKED_VALUE_BLOB:
      {
        g_autoptr (GString) hex = g_string_sized_new (2 * (gsize) value->length + 2);

        g_string_append (hex, "\\x");
        for (gssize i = 0; i < value->length; i++)
          {
            static const char digits[] = "0123456789abcdef";
            guchar byte = (guchar) value->text[i];

            g_string_append_c (hex, digits[byte >> 4]);
            g_string_append_c (hex, digits[byte & 15]);
          }
        return yyjson_mut_strncpy (doc, hex->str, hex->len);
      }
    case MOKED_VALUE_NULL:
    default:
      return yyjson_mut_null (doc);
    }
}

static char *
dup_json (MokedTransferPage *self)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *rows = yyjson_mut_arr (doc);
  const MokedValue *value = (const MokedValue *) self->values->data;
  char *json, *copy;

  yyjson_mut_doc_set_root (doc, rows);
  for (guint row = 0; row < self->n_rows; row++)
    {
      yyjson_mut_val *object = yyjson_mut_arr_add_obj (doc, rows);

      for (guint i = 0; i < self->table->columns->len; i++)
        {
          MokedTransferColumn *column = g_ptr_array_index (self->table->columns, i);

          if (!column->number)
            yyjson_mut_obj_add_val (doc, object, column->name, new_json_value (doc, value++));
        }
    }
  json = yyjson_mut_write (doc, 0, NULL);
  copy = g_strdup (json);
  free (json);
  yyjson_mut_doc_free (doc);
  return copy;
}

static gboolean
write_page (MokedTransferPage *self,
            MokedSession      *session,
            GError           **error)
{
  g_autofree char *sql = dup_page_insert (self->table);
  g_autofree char *json = dup_json (self);

  if (json != NULL)
    return moked_session_exec (session, error, sql, "t", json);
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_CORRUPT, "%s has a text that is not UTF-8", self->table->name);
  return FALSE;
}

/**
 * moked_transfer_page_write:
 * @self: a page that was read
 * @session: of the database that it goes to, without a business
 * @error: also %MOKED_ERROR_CONFLICT when a row is there already
 */
gboolean
moked_transfer_page_write (MokedTransferPage *self,
                           MokedSession      *session,
                           GError           **error)
{
  if (self->n_rows == 0)
    return TRUE;
  if (moked_session_get_dialect (session) == MOKED_DIALECT_POSTGRES)
    return write_page (self, session, error);
  return write_rows (self, session, error);
}
