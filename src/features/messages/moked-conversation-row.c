/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/messages/moked-conversation-row.h"

#include "base/moked-time.h"
#include "features/messages/moked-conversation-list.h"

/* A conversation in the list: who, the last message, when, and how many nobody read. */

static char *
dup_time (gint64 at)
{
  g_autoptr (GDateTime) day = moked_time_to_local (at);
  g_autoptr (GDateTime) today = moked_time_to_local (g_get_real_time ());

  if (at == 0 || day == NULL || today == NULL)
    return NULL;
  if (g_date_time_get_year (day) == g_date_time_get_year (today) &&
      g_date_time_get_day_of_year (day) == g_date_time_get_day_of_year (today))
    return moked_time_format_clock (at);
  if (g_date_time_difference (today, day) < 2 * G_TIME_SPAN_DAY)
    return moked_time_format_day_header (at, g_get_real_time ());
  return moked_time_format_date (at);
}

/**
 * moked_conversation_row_describe:
 * @row: a loaded row of [func@conversation_list_query]
 * @text: empty, to be filled
 */
void
moked_conversation_row_describe (MokedRow         *row,
                                 MokedListRowText *text)
{
  text->title = moked_conversation_list_dup_name (row);
  text->subtitle = moked_conversation_list_dup_preview (row);
  text->trailing = dup_time (moked_row_get_int (row, MOKED_CONVERSATION_ROW_AT));
  text->n_unread = (guint) MAX (moked_row_get_int (row, MOKED_CONVERSATION_ROW_UNREAD), 0);
}
