/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-query-private.h"

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
  self->match = g_string_new (NULL);
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
      MokedQueryValue value = { 0 };

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
