/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-search-text.h"

#include <string.h>

#include "base/moked-phone.h"
#include "base/moked-text.h"

/* The text that a trigram index gets. A trigram index silently finds nothing for a word of one or two
 * letters, so two marks stand before each word: the beginning of a word is always three characters. A tag
 * ends with a mark as well, so that exactly it can be asked for. */
#define WORD_MARK "\n"
#define WORD_MARKS WORD_MARK WORD_MARK
#define TAG_MARK "|"

/**
 * moked_search_text_part_hebrew:
 * @folded: a text from moked_text_fold(), changed in place
 *
 * Parts Hebrew words at hyphens: "בן-דוד" and "בן דוד" are one name, but "dana-levi@…" is one address.
 */
void
moked_search_text_part_hebrew (char *folded)
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
 * moked_search_text_add_value:
 * @text: the text for the index
 * @value: (nullable): an address, a number: one word, found by any part of it
 */
void
moked_search_text_add_value (GString    *text,
                             const char *value)
{
  g_autofree char *folded = value != NULL ? moked_text_fold (value) : NULL;

  if (folded != NULL && *folded != '\0')
    g_string_append_printf (text, WORD_MARKS "%s", folded);
}

/**
 * moked_search_text_add_words:
 * @text: the text for the index
 * @words: (nullable): a name or another text of several words
 */
void
moked_search_text_add_words (GString    *text,
                             const char *words)
{
  g_autofree char *folded = words != NULL ? moked_text_fold (words) : NULL;
  g_auto (GStrv) parts = NULL;

  if (folded == NULL)
    return;
  moked_search_text_part_hebrew (folded);
  parts = g_strsplit (folded, " ", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_string_append_printf (text, WORD_MARKS "%s", parts[i]);
}

/**
 * moked_search_text_add_phone:
 * @text: the text for the index
 * @e164: (nullable): a phone number, found by any part of its local and its international form
 *
 * Only the form that is dialled at home goes into the index; moked_query_add_search() turns parts of the
 * other into it. With both, nearly every row would have the same country code.
 */
void
moked_search_text_add_phone (GString    *text,
                             const char *e164)
{
  g_autofree char *forms = e164 != NULL ? moked_phone_search_form (e164) : NULL;
  const char *home;

  if (forms == NULL)
    return;
  home = strrchr (forms, ' ');
  moked_search_text_add_value (text, home != NULL ? home + 1 : forms);
}

/**
 * moked_search_text_add_tag:
 * @text: the text for the index
 * @tag: a tag, which may have spaces
 */
void
moked_search_text_add_tag (GString    *text,
                           const char *tag)
{
  g_autofree char *phrase = moked_search_text_dup_tag (tag);

  g_string_append_printf (text, WORD_MARK "%s", phrase);
}

/**
 * moked_search_text_dup_tag:
 * @tag: a tag
 *
 * Returns: (transfer full): a phrase for moked_query_add_match() that finds exactly this tag
 */
char *
moked_search_text_dup_tag (const char *tag)
{
  g_autofree char *folded = moked_text_fold (tag);

  return g_strconcat (WORD_MARK, folded, TAG_MARK, NULL);
}

/**
 * moked_search_text_dup_prefix:
 * @word: a folded word of one or more letters
 *
 * Returns: (transfer full): a phrase for moked_query_add_match() that finds words that begin so
 */
char *
moked_search_text_dup_prefix (const char *word)
{
  gboolean is_letter = g_utf8_strlen (word, -1) == 1;

  return g_strconcat (is_letter ? WORD_MARKS : WORD_MARK, word, NULL);
}
