/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/messages/moked-conversation-search.h"

#include <string.h>

#include "base/moked-phone.h"
#include "base/moked-text.h"

/* A word is looked for in what is known of the person (name, number, address, tag) and in the messages. Of
 * one or two letters, which no trigram index finds, it is the beginning of a word of the name. */

#define TRIGRAM 3

static void
add_long_word (MokedQuery *query,
               const char *word)
{
  moked_query_add_filter (query,
                          "e.customer_id IN (SELECT c.id FROM customer c WHERE +c.business_id = e.business_id "
                          "AND c.row_id IN @customer_search(?)) "
                          "OR e.id IN (SELECT m.conversation_id FROM message m WHERE +m.business_id = e.business_id "
                          "AND m.row_id IN @message_search(?))",
                          "tt", word, word);
}

static void
add_short_word (MokedQuery *query,
                const char *word)
{
  g_autofree char *key = moked_text_sort_key (word);
  g_autofree char *beginning = NULL;

  key[strcspn (key, " ")] = '\0';
  if (*key == '\0')
    return;
  beginning = g_strconcat ("-", key, NULL);
  /* Both databases know replace(), and call by another name what tells where a text is in another. */
  moked_query_add_filter (query,
                          "EXISTS (SELECT 1 FROM customer c WHERE c.business_id = e.business_id "
                          "AND c.id = e.customer_id AND replace ('-' || c.sort_name, ?, '') <> '-' || c.sort_name)",
                          "t", beginning);
}

static void
add_word (MokedQuery *query,
          const char *word)
{
  if (g_utf8_strlen (word, -1) >= TRIGRAM)
    add_long_word (query, word);
  else
    add_short_word (query, word);
}

/**
 * moked_conversation_add_search:
 * @query: a query of conversations that no model uses yet
 * @text: what was typed: words of a name or of a message in any order, or a part of a phone number
 *
 * Takes the conversations in which every word is found.
 */
void
moked_conversation_add_search (MokedQuery *query,
                               const char *text)
{
  g_autofree char *digits = moked_phone_search_fragment (text);
  g_autofree char *folded = moked_text_fold (text);
  g_auto (GStrv) words = NULL;

  if (digits != NULL)
    {
      add_word (query, digits);
      return;
    }
  words = g_strsplit (folded, " ", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      add_word (query, words[i]);
}
