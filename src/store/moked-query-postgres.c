/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-query-private.h"

#include "store/moked-row.h"

/* A list on PostgreSQL: no walk, because all rows of a statement arrive at once, and the server finds the way from an
 * index of trigrams to the order of the list by itself. */

static void
append_phrases (GString            *sql,
                const char *const *phrases,
                GArray             *values)
{
  for (guint i = 0; phrases[i] != NULL; i++)
    {
      MokedValue value = { MOKED_VALUE_TEXT, 0, phrases[i], -1 };

      g_array_append_val (values, value);
      g_string_append (sql, i > 0 ? " OR " : " AND (");
      g_string_append_printf (sql, "s.text LIKE " MOKED_QUERY_LIKE, values->len + 1);
    }
  g_string_append_c (sql, ')');
}

static void
append_match (MokedQuery *self,
              GString    *sql,
              GArray     *values)
{
  if (self->match_index == NULL)
    return;
  g_string_append_printf (sql, " AND e.row_id IN (SELECT s.row_id FROM %s s WHERE s.business_id = $1", self->match_index);
  for (guint i = 0; i < self->phrases->len; i++)
    append_phrases (sql, g_ptr_array_index (self->phrases, i), values);
  g_string_append_c (sql, ')');
}

static char *
make_sql (MokedQuery *self,
          GArray     *values)
{
  GString *sql = g_string_new ("SELECT e.row_id, e.id");

  for (guint i = 0; self->columns[i] != NULL; i++)
    g_string_append_printf (sql, ", %s", self->columns[i]);
  g_string_append_printf (sql, " FROM %s e %s WHERE e.business_id = $1 AND e.deleted_at IS NULL%s", self->table,
                          self->joins != NULL ? self->joins : "", self->postgres_conditions->str);
  append_match (self, sql, values);
  moked_query_append_order (self, sql);
  if (self->limit > 0)
    g_string_append_printf (sql, " LIMIT %u", self->limit);
  return g_string_free (sql, FALSE);
}

/* Returns the loaded rows, in order. */
GPtrArray *
moked_query_read_postgres (MokedQuery   *self,
                           MokedSession *session,
                           GError      **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (MokedValue));
  g_autofree char *sql = NULL;
  g_autoptr (MokedCursor) cursor = NULL;
  g_autoptr (GError) local_error = NULL;
  guint n_columns = g_strv_length (self->columns);

  g_array_set_size (values, self->values->len);
  moked_query_fill_values (self, (MokedValue *) values->data);
  sql = make_sql (self, values);
  cursor = moked_session_query_values (session, sql, (const MokedValue *) values->data, values->len, error);
  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    {
      MokedRowData *data = moked_row_data_new (cursor, n_columns);
      MokedRow *row = moked_row_new (moked_row_data_get_row_id (data), NULL);

      moked_row_set_data (row, data);
      g_ptr_array_add (rows, row);
    }
  if (local_error == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}
