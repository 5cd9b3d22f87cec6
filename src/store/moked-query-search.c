/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-query.h"

#include <string.h>

#include "base/moked-phone.h"
#include "base/moked-text.h"
#include "store/moked-search-text.h"

#define TRIGRAM 3

/* Numbers stand in the index as they are dialled at home. Digits that begin with the country code, or with
 * the end of it, are the beginning of such a number as well. */
static void
add_international (GStrvBuilder *phrases,
                   const char   *digits,
                   gboolean      plus)
{
  static const char country[] = "972";

  for (const char *code = country; *code != '\0'; code++)
    {
      g_autofree char *national = g_strconcat ("0", digits + MIN (strlen (code), strlen (digits)), NULL);
      gboolean begins = g_str_has_prefix (digits, code) && (code == country || strlen (digits) >= TRIGRAM);

      /* "+97" may become "+972". */
      if (begins || (plus && code == country && g_str_has_prefix (code, digits)))
        g_strv_builder_take (phrases, moked_search_text_dup_prefix (national));
    }
}

/* Any part of a number; of one or two digits, the beginning of a number, with or without its 0. */
static gboolean
add_number (MokedQuery        *self,
            const MokedSearch *search,
            const char        *digits,
            gboolean           plus)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *with_zero = g_strconcat ("0", digits, NULL);
  g_auto (GStrv) phrases = NULL;
  gboolean is_long = strlen (digits) >= TRIGRAM;

  if (is_long)
    g_strv_builder_add (builder, digits);
  else
    {
      g_strv_builder_take (builder, moked_search_text_dup_prefix (digits));
      g_strv_builder_take (builder, moked_search_text_dup_prefix (with_zero));
    }
  add_international (builder, digits, plus);
  phrases = g_strv_builder_end (builder);
  moked_query_add_match (self, search->index, (const char *const *) phrases);
  return is_long;
}

/* Any part of a word; of one or two letters, the beginning of a word. */
static gboolean
add_word (MokedQuery        *self,
          const MokedSearch *search,
          const char        *word)
{
  g_autofree char *digits = moked_phone_search_fragment (word);
  g_autofree char *begins = moked_search_text_dup_prefix (word);
  gboolean is_long = g_utf8_strlen (word, -1) >= TRIGRAM;

  if (digits != NULL)
    return add_number (self, search, digits, strchr (word, '+') != NULL);
  moked_query_add_match (self, search->index, (const char *const[]) { is_long ? word : begins, NULL });
  return is_long;
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
  gboolean any = FALSE, any_long = FALSE;

  moked_search_text_part_hebrew (folded);
  words = g_strsplit (folded, " ", -1);
  if (digits != NULL)
    {
      any = TRUE;
      any_long = add_number (self, search, digits, strchr (text, '+') != NULL);
    }
  for (guint i = 0; digits == NULL && words[i] != NULL; i++)
    if (*words[i] != '\0')
      {
        any = TRUE;
        any_long |= add_word (self, search, words[i]);
      }
  if (any && !any_long && search->short_limit > 0)
    moked_query_set_limit (self, search->short_limit);
}
