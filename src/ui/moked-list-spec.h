/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-query-model.h"

G_BEGIN_DECLS

typedef struct _MokedListColumn MokedListColumn;
typedef struct _MokedListRowText MokedListRowText;
typedef struct _MokedListSpec MokedListSpec;

typedef enum
{
  MOKED_LIST_PLAIN,
  MOKED_LIST_STRONG,
  MOKED_LIST_DIM,
  MOKED_LIST_NUMERIC, /* digits of one width, under each other */
} MokedListStyle;

/**
 * MokedListColumn:
 * @title: untranslated
 * @order: (nullable) (array zero-terminated=1): columns of the table to sort by, best those of one index
 *   after `business_id`; %NULL for a column that does not sort
 * @width: pixels; 0 takes what is left
 * @style: how the cells are written
 * @dup_text: what the cell of a loaded row shows; (transfer full) (nullable)
 * @get_alert: (nullable): the symbolic icon of a row whose cell asks for attention, %NULL of any other: the
 *   cell is then in the colour of errors, after the icon. One column of a table may have it
 */
struct _MokedListColumn
{
  const char        *title;
  const char *const *order;
  int                width;
  MokedListStyle     style;
  char            *(*dup_text) (MokedRow *row);
  const char      *(*get_alert) (MokedRow *row);
};

/**
 * MokedListRowText:
 * @title: (transfer full) (nullable): the strong first line, also the name for screen readers
 * @subtitle: (transfer full) (nullable): the dim second line
 * @trailing: (transfer full) (nullable): short and dim, at the end of the first line
 * @n_unread: how many messages nobody read; counted at the end of the second line unless 0
 * @alert: (nullable): a symbolic icon before the second line, which is then in the colour of errors
 */
struct _MokedListRowText
{
  char *title;
  char *subtitle;
  char *trailing;
  guint n_unread;

  const char *alert;
};

/**
 * MokedListDescribeFunc:
 * @row: a loaded row
 * @text: empty, to be filled
 *
 * Says what a row of a narrow list shows.
 */
typedef void (*MokedListDescribeFunc) (MokedRow         *row,
                                       MokedListRowText *text);

/**
 * MokedListSpec:
 * @table: the table of an entity
 * @fields: (array zero-terminated=1): SQL expressions over `e`, what rows hold by index
 * @joins: (nullable): `LEFT JOIN`s that @fields need
 * @watched: (nullable) (array zero-terminated=1): further kinds of records that the rows show
 * @search: (nullable): how the list is searched
 * @columns: ends with a zero entry
 * @sort_column: index in @columns of the order at the beginning
 * @descending: whether that order is turned round
 * @name: untranslated name of the list for screen readers
 * @search_hint: untranslated, in the empty search field
 * @empty_icon: symbolic icon of the page without a single record
 * @empty_title: untranslated
 * @empty_text: untranslated
 * @none_title: untranslated title when nothing fits the search and the filter
 * @describe: fills the texts of a loaded row in a narrow list
 * @dup_count: the number of rows in words; @capped when there may be more
 *
 * A list of records as a static table: what is read, how it is searched, sorted and shown.
 */
struct _MokedListSpec
{
  const char            *table;
  const char *const     *fields;
  const char            *joins;
  const char *const     *watched;
  const MokedSearch     *search;
  const MokedListColumn *columns;
  guint                  sort_column;
  gboolean               descending;
  const char            *name;
  const char            *search_hint;
  const char            *empty_icon;
  const char            *empty_title;
  const char            *empty_text;
  const char            *none_title;
  MokedListDescribeFunc  describe;
  char                *(*dup_count) (guint    n,
                                     gboolean capped);
};

G_END_DECLS
