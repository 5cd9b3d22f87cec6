/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/moked-field.h"

#include <string.h>

/**
 * moked_enum_get_nick:
 * @values: a table that ends with a %NULL nick
 * @value: a value of it
 *
 * Returns: the stable name used in the database and in JSON; that of the first value when @value is
 *   not in the table
 */
const char *
moked_enum_get_nick (const MokedEnumValue *values,
                     int                   value)
{
  for (const MokedEnumValue *v = values; v->nick != NULL; v++)
    if (v->value == value)
      return v->nick;
  return values->nick;
}

/**
 * moked_enum_get_label:
 * @values: a table that ends with a %NULL nick
 * @value: a value of it
 *
 * Returns: (nullable): the message id of the text for people
 */
const char *
moked_enum_get_label (const MokedEnumValue *values,
                      int                   value)
{
  for (const MokedEnumValue *v = values; v->nick != NULL; v++)
    if (v->value == value)
      return v->label;
  return NULL;
}

gboolean
moked_enum_parse_nick (const MokedEnumValue *values,
                       const char           *nick,
                       int                  *out_value)
{
  for (const MokedEnumValue *v = values; v->nick != NULL; v++)
    if (g_strcmp0 (v->nick, nick) == 0)
      {
        *out_value = v->value;
        return TRUE;
      }
  return FALSE;
}

static int
compare_lines (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
join_sorted (GPtrArray *lines)
{
  GString *joined = g_string_new (NULL);
  const char *last = NULL;

  g_ptr_array_sort (lines, compare_lines);
  for (guint i = 0; i < lines->len; i++)
    {
      const char *line = g_ptr_array_index (lines, i);

      if (g_strcmp0 (line, last) == 0)
        continue;
      if (last != NULL)
        g_string_append_c (joined, '\n');
      g_string_append (joined, line);
      last = line;
    }
  if (joined->len == 0)
    {
      g_string_free (joined, TRUE);
      return NULL;
    }
  return g_string_free (joined, FALSE);
}

static void
add_lines (GPtrArray  *lines,
           const char *text,
           const char *except)
{
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, "\n", -1) : NULL;

  for (guint i = 0; parts != NULL && parts[i] != NULL; i++)
    {
      const char *line = g_strstrip (parts[i]);

      if (*line != '\0' && !moked_set_contains (except, line))
        g_ptr_array_add (lines, g_strdup (line));
    }
}

/**
 * moked_set_normalize:
 * @lines: (nullable): values, one per line, in any order
 *
 * Returns: (transfer full) (nullable): the same set trimmed, sorted and without repeats; %NULL when empty
 */
char *
moked_set_normalize (const char *lines)
{
  return moked_set_merge (lines, NULL, NULL);
}

/**
 * moked_set_merge:
 * @set: (nullable): a set, one value per line
 * @added: (nullable): values to add
 * @removed: (nullable): values to take away
 *
 * Returns: (transfer full) (nullable): (@set − @removed) ∪ @added, normalised
 */
char *
moked_set_merge (const char *set,
                 const char *added,
                 const char *removed)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  add_lines (lines, set, removed);
  add_lines (lines, added, NULL);
  return join_sorted (lines);
}

gboolean
moked_set_contains (const char *set,
                    const char *value)
{
  gsize length = strlen (value);

  for (const char *p = set; p != NULL && *p != '\0';)
    {
      const char *end = strchrnul (p, '\n');

      if ((gsize) (end - p) == length && memcmp (p, value, length) == 0)
        return TRUE;
      p = *end == '\0' ? end : end + 1;
    }
  return FALSE;
}
