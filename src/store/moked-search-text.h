/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void  moked_search_text_add_words    (GString    *text,
                                      const char *words);
void  moked_search_text_add_value    (GString    *text,
                                      const char *value);
void  moked_search_text_add_phone    (GString    *text,
                                      const char *e164);
void  moked_search_text_add_tag      (GString    *text,
                                      const char *tag);
char *moked_search_text_dup_tag      (const char *tag);

/* What typed words become; for moked_query_add_search(). */
void  moked_search_text_part_hebrew  (char       *folded);
char *moked_search_text_dup_prefix   (const char *word);

G_END_DECLS
