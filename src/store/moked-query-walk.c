/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-query-private.h"

#include "store/moked-row.h"

/* How the rows of a query are found and read: the SQL, and what is asked first when many rows match. */

/* Up to so many matches of the index are looked up and sorted; above it the walk goes along the sorting
 * index and asks a bitmap, which finds the first page of a common word after a few hundred steps. */
#define FEW_MATCHES 2000

/* Beyond so many matches it may be that nearly every row matches, and reading them all would take too long
 * to wait for. Then the index is asked about each of the first rows, which is slow for one and quick for
 * the list if enough of them match. */
#define MANY_MATCHES 30000
#define PROBED_ROWS 160
#define EARLY_ROWS 32

#define CANCEL_CHECK_ROWS 1024

guint
moked_query_fill_values (MokedQuery *self,
                         MokedValue *values)
{
  for (guint i = 0; i < self->values->len; i++)
    {
      MokedQueryValue *value = &g_array_index (self->values, MokedQueryValue, i);

      if (value->type == 'i')
        values[i] = (MokedValue) { MOKED_VALUE_INT, value->integer, NULL, 0 };
      else
        values[i] = (MokedValue) { value->text != NULL ? MOKED_VALUE_TEXT : MOKED_VALUE_NULL, 0, value->text, -1 };
    }
  return self->values->len;
}

void
moked_query_append_order (MokedQuery *self,
                          GString    *sql)
{
  const char *direction = self->descending ? " DESC" : "";

  g_string_append (sql, " ORDER BY ");
  for (guint i = 0; self->order != NULL && self->order[i] != NULL; i++)
    g_string_append_printf (sql, "e.%s%s, ", self->order[i], direction);
  g_string_append_printf (sql, "e.row_id%s", direction);
}

/* A `+` keeps SQLite from using the indexes, which all begin with the business. */
char *
moked_query_dup_walk_sql (MokedQuery *self,
                          gboolean of_given_rows)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "SELECT e.row_id FROM %s e WHERE %se.business_id = $1 AND e.deleted_at IS NULL%s",
                          self->table, of_given_rows ? "+" : "", self->conditions->str);
  if (of_given_rows)
    g_string_append_printf (sql, " AND e.row_id IN (SELECT value FROM json_each($%u))", self->values->len + 2);
  moked_query_append_order (self, sql);
  return g_string_free (sql, FALSE);
}

static char *
probe_sql (MokedQuery *self)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql,
                          "SELECT w.row_id FROM (SELECT e.row_id FROM %s e WHERE e.business_id = $1 "
                          "AND e.deleted_at IS NULL%s",
                          self->table, self->conditions->str);
  moked_query_append_order (self, sql);
  g_string_append_printf (sql,
                          " LIMIT %d) w WHERE EXISTS (SELECT 1 FROM %s s WHERE s.%s MATCH $%u AND s.rowid = w.row_id) "
                          "LIMIT %d",
                          PROBED_ROWS, self->match_index, self->match_index, self->values->len + 2, EARLY_ROWS);
  return g_string_free (sql, FALSE);
}

static char *
ids_to_json (const gint64 *row_ids,
             guint         n_row_ids)
{
  GString *json = g_string_new ("[");

  for (guint i = 0; i < n_row_ids; i++)
    g_string_append_printf (json, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", row_ids[i]);
  g_string_append_c (json, ']');
  return g_string_free (json, FALSE);
}

static gboolean
is_cancelled (const MokedQueryWalk *walk,
              guint                 n_rows)
{
  return n_rows % CANCEL_CHECK_ROWS == 0 && walk->cancelled != NULL && g_atomic_int_get (walk->cancelled) != 0;
}

/* Appends the matches behind @after, up to @max; they come in the order of their numbers. */
static gboolean
read_matches (MokedQuery           *self,
              MokedSession         *session,
              const MokedQueryWalk *walk,
              gint64                after,
              gint64                max,
              GArray               *found,
              GError              **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT rowid FROM %s WHERE %s MATCH $2 AND rowid > $3 AND $1 IS NOT NULL "
                                          "LIMIT $4",
                                          self->match_index, self->match_index);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "tii", self->match->str, after, max);

  if (cursor == NULL)
    return FALSE;
  while (!is_cancelled (walk, found->len + 1) && moked_cursor_next (cursor, &local_error))
    {
      gint64 row_id = moked_cursor_get_int (cursor, 0);

      g_array_append_val (found, row_id);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* One bit for each row_id up to the greatest match. */
typedef struct
{
  guint8 *bits;
  gint64  end;
} RowSet;

static void
row_set_init (RowSet *self,
              GArray *row_ids)
{
  self->end = g_array_index (row_ids, gint64, row_ids->len - 1) + 1;
  self->bits = g_malloc0 ((gsize) self->end / 8 + 1);
  for (guint i = 0; i < row_ids->len; i++)
    {
      gint64 row_id = g_array_index (row_ids, gint64, i);

      self->bits[row_id / 8] |= (guint8) (1u << (row_id % 8));
    }
}

static inline gboolean
row_set_contains (RowSet *self,
                  gint64  row_id)
{
  return row_id < self->end && (self->bits[row_id / 8] & (1u << (row_id % 8))) != 0;
}

static gboolean
visit_all (MokedQuery           *self,
           MokedCursor          *cursor,
           RowSet               *only,
           const MokedQueryWalk *walk,
           GError              **error)
{
  g_autoptr (GError) local_error = NULL;
  guint visited = 0;

  for (guint n = 1; !is_cancelled (walk, n) && moked_cursor_next (cursor, &local_error); n++)
    {
      gint64 row_id = moked_cursor_get_int (cursor, 0);

      if (only != NULL && !row_set_contains (only, row_id))
        continue;
      if (!walk->visit (row_id, walk->user_data) || ++visited == self->limit)
        return TRUE;
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
visit_known_order (MokedQuery           *self,
                   RowSet               *only,
                   const MokedQueryWalk *walk)
{
  const gint64 *row_ids = (const gint64 *) walk->order->data;
  guint visited = 0;

  for (guint i = 0; i < walk->order->len && !is_cancelled (walk, i + 1); i++)
    if (row_set_contains (only, row_ids[i]) &&
        (!walk->visit (row_ids[i], walk->user_data) || ++visited == self->limit))
      return;
}

static gboolean
visit_order (MokedQuery           *self,
             MokedSession         *session,
             GArray               *few,
             RowSet               *only,
             const MokedQueryWalk *walk,
             GError              **error)
{
  MokedValue *values = g_newa (MokedValue, self->values->len + 1);
  g_autofree char *sql = moked_query_dup_walk_sql (self, few != NULL);
  g_autofree char *json = few != NULL ? ids_to_json ((gint64 *) few->data, few->len) : NULL;
  g_autoptr (MokedCursor) cursor = NULL;
  guint n = moked_query_fill_values (self, values);

  if (few != NULL)
    values[n++] = (MokedValue) { MOKED_VALUE_TEXT, 0, json, -1 };
  cursor = moked_session_query_values (session, sql, values, n, error);
  return cursor != NULL && visit_all (self, cursor, only, walk, error);
}

static gboolean
tell_beginning (MokedQuery           *self,
                MokedSession         *session,
                const MokedQueryWalk *walk,
                GError              **error)
{
  MokedValue *values = g_newa (MokedValue, self->values->len + 1);
  g_autofree char *sql = probe_sql (self);
  g_autoptr (GArray) beginning = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (MokedCursor) cursor = NULL;
  g_autoptr (GError) local_error = NULL;
  guint n = moked_query_fill_values (self, values);

  values[n++] = (MokedValue) { MOKED_VALUE_TEXT, 0, self->match->str, -1 };
  cursor = moked_session_query_values (session, sql, values, n, error);
  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    {
      gint64 row_id = moked_cursor_get_int (cursor, 0);

      g_array_append_val (beginning, row_id);
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (beginning->len == EARLY_ROWS)
    walk->early (beginning, walk->user_data);
  return TRUE;
}

static gboolean
visit_matches (MokedQuery           *self,
               MokedSession         *session,
               GArray               *matches,
               const MokedQueryWalk *walk,
               GError              **error)
{
  RowSet only;
  gboolean done = TRUE;

  if (matches->len == 0)
    return TRUE;
  if (walk->order == NULL && matches->len <= FEW_MATCHES)
    return visit_order (self, session, matches, NULL, walk, error);
  row_set_init (&only, matches);
  if (walk->order != NULL)
    visit_known_order (self, &only, walk);
  else
    done = visit_order (self, session, NULL, &only, walk, error);
  g_free (only.bits);
  return done;
}

/* Visits the row_ids of the query in its order. A cancelled walk ends early, without an error. */
gboolean
moked_query_walk (MokedQuery           *self,
                  MokedSession         *session,
                  const MokedQueryWalk *walk,
                  GError              **error)
{
  g_autoptr (GArray) matches = NULL;

  if (self->match_index == NULL)
    return visit_order (self, session, NULL, NULL, walk, error);
  matches = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!read_matches (self, session, walk, 0, MANY_MATCHES, matches, error))
    return FALSE;
  if (matches->len == MANY_MATCHES)
    {
      gint64 last = g_array_index (matches, gint64, matches->len - 1);

      if ((walk->early != NULL && !tell_beginning (self, session, walk, error)) ||
          !read_matches (self, session, walk, last, -1, matches, error))
        return FALSE;
    }
  return visit_matches (self, session, matches, walk, error);
}

static char *
rows_sql (MokedQuery *self)
{
  GString *sql = g_string_new ("SELECT e.row_id, e.id");

  for (guint i = 0; self->columns[i] != NULL; i++)
    g_string_append_printf (sql, ", %s", self->columns[i]);
  g_string_append_printf (sql, " FROM %s e %s WHERE +e.business_id = $1 AND e.row_id IN (SELECT value FROM json_each($2))",
                          self->table, self->joins != NULL ? self->joins : "");
  return g_string_free (sql, FALSE);
}

/* Returns the contents of the given rows, in no particular order. */
GPtrArray *
moked_query_read_rows (MokedQuery   *self,
                       MokedSession *session,
                       const gint64 *row_ids,
                       guint         n_row_ids,
                       GError      **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) moked_row_data_free);
  g_autofree char *sql = rows_sql (self);
  g_autofree char *json = ids_to_json (row_ids, n_row_ids);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "t", json);
  guint n_columns = g_strv_length (self->columns);

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    g_ptr_array_add (rows, moked_row_data_new (cursor, n_columns));
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return g_steal_pointer (&rows);
}

static gboolean
collect_row (gint64   row_id,
             gpointer user_data)
{
  g_array_append_val ((GArray *) user_data, row_id);
  return TRUE;
}

/**
 * moked_query_list:
 * @self: a query with a limit
 * @session: a session of the business
 * @error: %MOKED_ERROR_STORAGE
 *
 * Returns: (transfer full) (element-type Moked.Row) (nullable): the loaded rows, in order
 */
GPtrArray *
moked_query_list (MokedQuery   *self,
                  MokedSession *session,
                  GError      **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) by_row_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GArray) row_ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) found = NULL;
  MokedQueryWalk walk = { .visit = collect_row, .user_data = row_ids };

  if (moked_session_get_dialect (session) == MOKED_DIALECT_POSTGRES)
    return moked_query_read_postgres (self, session, error);
  if (!moked_query_walk (self, session, &walk, error))
    return NULL;
  found = moked_query_read_rows (self, session, (gint64 *) row_ids->data, row_ids->len, error);
  if (found == NULL)
    return NULL;
  for (guint i = 0; i < row_ids->len; i++)
    {
      gint64 *row_id = &g_array_index (row_ids, gint64, i);
      MokedRow *row = moked_row_new (*row_id, NULL);

      g_ptr_array_add (list, row);
      g_hash_table_insert (by_row_id, row_id, row);
    }
  g_ptr_array_set_free_func (found, NULL);
  for (guint i = 0; i < found->len; i++)
    {
      MokedRowData *data = g_ptr_array_index (found, i);
      gint64 row_id = moked_row_data_get_row_id (data);

      moked_row_set_data (g_hash_table_lookup (by_row_id, &row_id), data);
    }
  return g_steal_pointer (&list);
}
