/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-session.h"

G_BEGIN_DECLS

typedef struct _MokedQuery MokedQuery;
typedef struct _MokedSearch MokedSearch;

/**
 * MokedSearch:
 * @index: a trigram FTS5 table whose rowid is the `row_id` of the searched table and whose text was made
 *   by moked_search_text_add_words() and its like
 * @short_limit: how many rows a search without a word of three letters finds at most; 0 for all
 *
 * How the rows of a table are found by what a person types.
 */
struct _MokedSearch
{
  const char *index;
  guint       short_limit;
};

MokedQuery *moked_query_new          (const char         *table,
                                      const char *const  *columns);
MokedQuery *moked_query_ref          (MokedQuery         *self);
void        moked_query_unref        (MokedQuery         *self);
void        moked_query_set_joins    (MokedQuery         *self,
                                      const char         *joins);
void        moked_query_set_order    (MokedQuery         *self,
                                      const char *const  *columns,
                                      gboolean            descending);
void        moked_query_set_limit    (MokedQuery         *self,
                                      guint               limit);
void        moked_query_add_filter   (MokedQuery         *self,
                                      const char         *condition,
                                      const char         *types,
                                      ...);
void        moked_query_add_match    (MokedQuery         *self,
                                      const char         *index,
                                      const char *const  *phrases);
void        moked_query_add_search   (MokedQuery         *self,
                                      const MokedSearch  *search,
                                      const char         *text);
const char *moked_query_get_table    (MokedQuery         *self);
guint       moked_query_get_limit    (MokedQuery         *self);
gboolean    moked_query_is_matching  (MokedQuery         *self);
char       *moked_query_dup_order_key (MokedQuery       *self);
gboolean    moked_query_same_rows    (MokedQuery         *self,
                                      MokedQuery         *other);
GPtrArray  *moked_query_list         (MokedQuery         *self,
                                      MokedSession       *session,
                                      GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedQuery, moked_query_unref)

G_END_DECLS
