/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/moked-list-columns.h"

/* How the columns of a table share its width; the headers and the rows ask the same question. */

#define LEAST_WIDTH 80 /* of a column that takes what is left */

guint
moked_list_columns_count (const MokedListColumn *columns)
{
  guint n = 0;

  while (columns[n].title != NULL)
    n++;
  g_assert (n <= MOKED_LIST_MAX_COLUMNS);
  return n;
}

/**
 * moked_list_columns_place: (skip)
 * @columns: ends with a zero entry
 * @width: of the whole table
 * @direction: of the text, in which the columns follow each other
 * @places: (out caller-allocates): one for each column
 *
 * Columns have the width that they ask for; where all together have not that much, each gives the same
 * part of it.
 *
 * Returns: the number of columns
 */
guint
moked_list_columns_place (const MokedListColumn *columns,
                          int                    width,
                          GtkTextDirection       direction,
                          MokedListPlace        *places)
{
  guint n = moked_list_columns_count (columns);
  int fixed = 0, least, x = 0;
  guint n_wide = 0;

  for (guint i = 0; i < n; i++)
    {
      fixed += columns[i].width;
      n_wide += columns[i].width == 0;
    }
  least = fixed + (int) n_wide * LEAST_WIDTH;
  for (guint i = 0; i < n; i++)
    {
      int asked = columns[i].width != 0 ? columns[i].width : LEAST_WIDTH;

      if (width < least)
        asked = asked * width / least;
      else if (columns[i].width == 0)
        asked = (width - fixed) / (int) n_wide;
      places[i].width = asked;
      places[i].x = direction == GTK_TEXT_DIR_RTL ? width - x - asked : x;
      x += asked;
    }
  return n;
}
