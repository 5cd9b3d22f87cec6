/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-query-private.h"

#include <string.h>

#include "store/moked-row.h"

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

typedef struct
{
  char   type;
  gint64 integer;
  char  *text;
} Value;

/**
 * MokedQuery:
 *
 * Which rows of one table, in what order, with which columns. Rows of the session's business that are
 * not deleted; `e` is the alias of the table in every piece of SQL.
 */
struct _MokedQuery
{
  gatomicrefcount ref_count;
  char           *table;
  GStrv           columns;
  char           *joins;
  GStrv           order;
  gboolean        descending;
  guint           limit;
  GString        *conditions;
  GArray         *values;
  char           *match_index;
  GString        *match;
};

static void
clear_value (gpointer data)
{
  Value *value = data;

  g_free (value->text);
}

/**
 * moked_query_new:
 * @table: the table of an entity
 * @columns: (array zero-terminated=1): SQL expressions; what rows will hold, by index
 *
 * Returns: (transfer full): a query for all rows, in the order of `row_id`
 */
MokedQuery *
moked_query_new (const char        *table,
                 const char *const *columns)
{
  MokedQuery *self;

  g_return_val_if_fail (table != NULL && columns != NULL, NULL);

  self = g_new0 (MokedQuery, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->table = g_strdup (table);
  self->columns = g_strdupv ((char **) columns);
  self->conditions = g_string_new (NULL);
  self->match = g_string_new (NULL);
  self->values = g_array_new (FALSE, FALSE, sizeof (Value));
  g_array_set_clear_func (self->values, clear_value);
  return self;
}

MokedQuery *
moked_query_ref (MokedQuery *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
moked_query_unref (MokedQuery *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->table);
  g_strfreev (self->columns);
  g_free (self->joins);
  g_strfreev (self->order);
  g_string_free (self->conditions, TRUE);
  g_array_unref (self->values);
  g_free (self->match_index);
  g_string_free (self->match, TRUE);
  g_free (self);
}

/**
 * moked_query_set_joins:
 * @self: a query that no model uses yet
 * @joins: `LEFT JOIN`s that the columns need; the order and the filters see `e` only
 */
void
moked_query_set_joins (MokedQuery *self,
                       const char *joins)
{
  g_set_str (&self->joins, joins);
}

/**
 * moked_query_set_order:
 * @self: a query that no model uses yet
 * @columns: (array zero-terminated=1): columns of the table, best those of one index after `business_id`;
 *   `row_id` decides between equals
 * @descending: whether the whole order is turned round
 */
void
moked_query_set_order (MokedQuery        *self,
                       const char *const *columns,
                       gboolean           descending)
{
  g_strfreev (self->order);
  self->order = g_strdupv ((char **) columns);
  self->descending = descending;
}

/**
 * moked_query_set_limit:
 * @self: a query that no model uses yet
 * @limit: how many rows at most; 0 for all
 */
void
moked_query_set_limit (MokedQuery *self,
                       guint       limit)
{
  self->limit = limit;
}

/**
 * moked_query_add_filter:
 * @self: a query that no model uses yet
 * @condition: SQL over `e`, with `?` for each value; all conditions must hold
 * @types: letters `t` (text) and `i` (#gint64) for the values that follow
 */
void
moked_query_add_filter (MokedQuery *self,
                        const char *condition,
                        const char *types,
                        ...)
{
  const char *type = types;
  va_list args;

  va_start (args, types);
  g_string_append (self->conditions, " AND (");
  for (const char *c = condition; *c != '\0'; c++)
    {
      Value value = { 0 };

      if (*c != '?')
        {
          g_string_append_c (self->conditions, *c);
          continue;
        }
      g_assert (*type == 't' || *type == 'i');
      value.type = *type++;
      if (value.type == 'i')
        value.integer = va_arg (args, gint64);
      else
        value.text = g_strdup (va_arg (args, const char *));
      g_array_append_val (self->values, value);
      g_string_append_printf (self->conditions, "$%u", self->values->len + 1);
    }
  g_string_append_c (self->conditions, ')');
  va_end (args);
}

static void
append_quoted (GString    *match,
               const char *phrase)
{
  g_auto (GStrv) parts = g_strsplit (phrase, "\"", -1);
  g_autofree char *escaped = g_strjoinv ("\"\"", parts);

  g_string_append_printf (match, "\"%s\"", escaped);
}

/**
 * moked_query_add_match:
 * @self: a query that no model uses yet
 * @index: a trigram FTS5 table whose rowid is `row_id`; one for the whole query
 * @phrases: (array zero-terminated=1): at least three characters each; rows whose indexed text has any of
 *   them are taken
 */
void
moked_query_add_match (MokedQuery        *self,
                       const char        *index,
                       const char *const *phrases)
{
  g_return_if_fail (self->match_index == NULL || g_str_equal (self->match_index, index));

  g_set_str (&self->match_index, index);
  g_string_append (self->match, self->match->len > 0 ? " AND (" : "(");
  for (guint i = 0; phrases[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append (self->match, " OR ");
      append_quoted (self->match, phrases[i]);
    }
  g_string_append_c (self->match, ')');
}

const char *
moked_query_get_table (MokedQuery *self)
{
  return self->table;
}

guint
moked_query_get_limit (MokedQuery *self)
{
  return self->limit;
}

/**
 * moked_query_is_matching:
 *
 * Returns: whether the search index is asked, which may be a moment behind the rows
 */
gboolean
moked_query_is_matching (MokedQuery *self)
{
  return self->match_index != NULL;
}

/**
 * moked_query_same_rows:
 *
 * Returns: whether a row read for @self may be shown for @other
 */
gboolean
moked_query_same_rows (MokedQuery *self,
                       MokedQuery *other)
{
  return g_str_equal (self->table, other->table) && g_strcmp0 (self->joins, other->joins) == 0 &&
         g_strv_equal ((const char *const *) self->columns, (const char *const *) other->columns);
}

static guint
fill_values (MokedQuery *self,
             MokedValue *values)
{
  for (guint i = 0; i < self->values->len; i++)
    {
      Value *value = &g_array_index (self->values, Value, i);

      if (value->type == 'i')
        values[i] = (MokedValue) { MOKED_VALUE_INT, value->integer, NULL, 0 };
      else
        values[i] = (MokedValue) { value->text != NULL ? MOKED_VALUE_TEXT : MOKED_VALUE_NULL, 0, value->text, -1 };
    }
  return self->values->len;
}

static void
append_order (MokedQuery *self,
              GString    *sql)
{
  const char *direction = self->descending ? " DESC" : "";

  g_string_append (sql, " ORDER BY ");
  for (guint i = 0; self->order != NULL && self->order[i] != NULL; i++)
    g_string_append_printf (sql, "e.%s%s, ", self->order[i], direction);
  g_string_append_printf (sql, "e.row_id%s", direction);
}

/* A `+` keeps SQLite from using the indexes, which all begin with the business. */
static char *
walk_sql (MokedQuery *self,
          gboolean    of_given_rows)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "SELECT e.row_id FROM %s e WHERE %se.business_id = $1 AND e.deleted_at IS NULL%s",
                          self->table, of_given_rows ? "+" : "", self->conditions->str);
  if (of_given_rows)
    g_string_append_printf (sql, " AND e.row_id IN (SELECT value FROM json_each($%u))", self->values->len + 2);
  append_order (self, sql);
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
  append_order (self, sql);
  g_string_append_printf (sql,
                          " LIMIT %d) w WHERE EXISTS (SELECT 1 FROM %s s WHERE s.%s MATCH $%u AND s.rowid = w.row_id) "
                          "LIMIT %d",
                          PROBED_ROWS, self->match_index, self->match_index, self->values->len + 2, EARLY_ROWS);
  return g_string_free (sql, FALSE);
}

/* Two queries with the same key have the same rows in the same order, but for what they search. */
char *
moked_query_dup_order_key (MokedQuery *self)
{
  g_autofree char *sql = walk_sql (self, FALSE);
  GString *key = g_string_new (sql);

  for (guint i = 0; i < self->values->len; i++)
    {
      Value *value = &g_array_index (self->values, Value, i);

      if (value->type == 'i')
        g_string_append_printf (key, "\n%" G_GINT64_FORMAT, value->integer);
      else
        g_string_append_printf (key, "\n%s", value->text != NULL ? value->text : "");
    }
  return g_string_free (key, FALSE);
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
  g_autofree char *sql = walk_sql (self, few != NULL);
  g_autofree char *json = few != NULL ? ids_to_json ((gint64 *) few->data, few->len) : NULL;
  g_autoptr (MokedCursor) cursor = NULL;
  guint n = fill_values (self, values);

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
  guint n = fill_values (self, values);

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
