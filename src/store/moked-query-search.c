/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-query.h"

#include <string.h>

#include "base/moked-phone.h"
#include "base/moked-text.h"

/* A trigram index silently finds nothing for a word of one or two letters; such words are looked up as
 * the beginnings of words in the sort key, which is in the sorting index, so that no row is read. */
#define TRIGRAM 3

/* The sort key without its tie-break: words parted by `-`. */
static char *
dup_key (const char *word)
{
  g_autofree char *key = moked_text_sort_key (word);

  return g_strndup (key, strcspn (key, " "));
}

static void
add_short_word (MokedQuery        *self,
                const MokedSearch *search,
                const char        *word)
{
  g_autofree char *key = dup_key (word);
  g_autofree char *beginning = g_strconcat ("-", key, NULL);
  const char *column = search->sort_column;
  g_autofree char *condition =
      g_strdup_printf ("instr(e.%s, ?) > 0 AND instr('-' || substr(e.%s, 1, instr(e.%s, ' ')), ?) > 0",
                       column, column, column);

  if (*key != '\0')
    moked_query_add_filter (self, condition, "tt", key, beginning);
}

/* One or two digits: how numbers begin, at home or abroad, or a word of the name. */
static void
add_short_number (MokedQuery        *self,
                  const MokedSearch *search,
                  const char        *digits)
{
  gboolean local = *digits == '0';
  g_autofree char *home = g_strconcat ("+972", digits + (local ? 1 : 0), "%", NULL);
  g_autofree char *abroad = g_strconcat ("+", digits, "%", NULL);
  g_autofree char *beginning = g_strconcat ("-", digits, NULL);
  g_autofree char *condition = g_strdup_printf ("e.%s LIKE ? OR e.%s LIKE ? OR instr('-' || e.%s, ?) > 0",
                                                search->phone_column, search->phone_column, search->sort_column);

  moked_query_add_filter (self, condition, "ttt", home, abroad, beginning);
}

/* Returns whether the index was asked. */
static gboolean
add_number (MokedQuery        *self,
            const MokedSearch *search,
            const char        *digits)
{
  if (strlen (digits) >= TRIGRAM)
    {
      moked_query_add_match (self, search->index, digits);
      return TRUE;
    }
  if (search->phone_column != NULL)
    add_short_number (self, search, digits);
  else
    add_short_word (self, search, digits);
  return FALSE;
}

static gboolean
add_word (MokedQuery        *self,
          const MokedSearch *search,
          const char        *word)
{
  g_autofree char *digits = moked_phone_search_fragment (word);

  if (digits != NULL)
    return add_number (self, search, digits);
  if (g_utf8_strlen (word, -1) >= TRIGRAM)
    {
      moked_query_add_match (self, search->index, word);
      return TRUE;
    }
  add_short_word (self, search, word);
  return FALSE;
}

/* "בן-דוד" and "בן דוד" are one name, but "dana-levi@…" is one address. */
static void
part_hebrew_words (char *folded)
{
  char *word = folded;

  while (*word != '\0')
    {
      gsize length = strcspn (word, " ");
      gboolean hebrew = memchr (word, 0xD7, length) != NULL;

      for (gsize i = 0; hebrew && i < length; i++)
        if (word[i] == '-')
          word[i] = ' ';
      word += length;
      word += strspn (word, " ");
    }
}

/**
 * moked_query_add_search:
 * @self: a query that no model uses yet
 * @search: how its table is searched
 * @text: what was typed: words of a name, a tag or an address, in any order, or any part of a phone
 *   number in any writing. Nothing but spaces takes nothing away.
 *
 * All words must be found. Points, final letters, geresh and gershayim, case and accents do not matter.
 */
void
moked_query_add_search (MokedQuery        *self,
                        const MokedSearch *search,
                        const char        *text)
{
  g_autofree char *digits = moked_phone_search_fragment (text);
  g_autofree char *folded = moked_text_fold (text);
  g_auto (GStrv) words = NULL;
  gboolean indexed = FALSE, any = FALSE;

  if (digits != NULL)
    {
      any = TRUE;
      indexed = add_number (self, search, digits);
    }
  else
    {
      part_hebrew_words (folded);
      words = g_strsplit (folded, " ", -1);
      for (guint i = 0; words[i] != NULL; i++)
        if (*words[i] != '\0')
          {
            any = TRUE;
            indexed = add_word (self, search, words[i]) || indexed;
          }
    }
  if (any && !indexed && search->short_limit > 0)
    moked_query_set_limit (self, search->short_limit);
}
