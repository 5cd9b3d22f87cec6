/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-query-private.h"

#include <string.h>

static void
clear_value (gpointer data)
{
  MokedQueryValue *value = data;

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
  self->postgres_conditions = g_string_new (NULL);
  self->match = g_string_new (NULL);
  self->phrases = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  self->values = g_array_new (FALSE, FALSE, sizeof (MokedQueryValue));
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
  g_string_free (self->postgres_conditions, TRUE);
  g_ptr_array_unref (self->phrases);
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

static void
append_both (MokedQuery *self,
             const char *text,
             gssize      length)
{
  g_string_append_len (self->conditions, text, length);
  g_string_append_len (self->postgres_conditions, text, length);
}

/* `@index(?)`, of which @name is behind the `@`; returns what follows it. */
static const char *
append_found (MokedQuery *self,
              const char *name)
{
  const char *end = strstr (name, "(?)");
  int length = (int) (end - name);
  guint value = self->values->len + 1; /* after the business */

  g_string_append_printf (self->conditions,
                          "(SELECT rowid FROM %.*s WHERE %.*s MATCH '\"' || replace ($%u, '\"', '\"\"') || '\"')",
                          length, name, length, name, value);
  g_string_append_printf (self->postgres_conditions,
                          "(SELECT row_id FROM %.*s WHERE business_id = $1 AND text LIKE " MOKED_QUERY_LIKE ")", length,
                          name, value);
  return end + strlen ("(?)");
}

static void
append_value (MokedQuery *self,
              char        type,
              va_list    *args)
{
  MokedQueryValue value = { type };

  g_assert (type == 't' || type == 'i');
  if (type == 'i')
    value.integer = va_arg (*args, gint64);
  else
    value.text = g_strdup (va_arg (*args, const char *));
  g_array_append_val (self->values, value);
}

/**
 * moked_query_add_filter:
 * @self: a query that no model uses yet
 * @condition: SQL over `e`, with `?` for each value; all conditions must hold. `@index(?)` stands for the rows in whose
 *   text a search index (as of [method@Query.add_match]) finds the value, of three characters or more:
 *   `e.row_id IN @index(?)`. A `+` before a column keeps SQLite from using an index and is left out on PostgreSQL.
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
  append_both (self, " AND (", -1);
  for (const char *c = condition; *c != '\0';)
    {
      gsize plain = strcspn (c, "?@+");
      char place[16];

      append_both (self, c, (gssize) plain);
      c += plain;
      if (*c == '\0')
        break;
      if (*c == '+')
        {
          g_string_append_c (self->conditions, *c++);
          continue;
        }
      append_value (self, *type++, &args);
      g_snprintf (place, sizeof place, "$%u", self->values->len + 1);
      if (*c == '?')
        append_both (self, place, -1);
      c = *c == '@' ? append_found (self, c + 1) : c + 1;
    }
  append_both (self, ")", -1);
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
 * @index: a trigram FTS5 table whose rowid is `row_id`, and on PostgreSQL a table or view with `business_id`, `row_id`
 *   and `text`; one for the whole query
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
  g_ptr_array_add (self->phrases, g_strdupv ((char **) phrases));
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

/* Two queries with the same key have the same rows in the same order, but for what they search. */
char *
moked_query_dup_order_key (MokedQuery *self)
{
  g_autofree char *sql = moked_query_dup_walk_sql (self, FALSE);
  GString *key = g_string_new (sql);

  for (guint i = 0; i < self->values->len; i++)
    {
      MokedQueryValue *value = &g_array_index (self->values, MokedQueryValue, i);

      if (value->type == 'i')
        g_string_append_printf (key, "\n%" G_GINT64_FORMAT, value->integer);
      else
        g_string_append_printf (key, "\n%s", value->text != NULL ? value->text : "");
    }
  return g_string_free (key, FALSE);
}
