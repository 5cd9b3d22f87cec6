/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/calls/moked-calls-list.h"

#include <glib/gi18n-lib.h>

#include "base/moked-phone.h"
#include "base/moked-text.h"
#include "base/moked-time.h"
#include "features/calls/moked-call.h"

/* The list of calls: what it reads, how a row looks and how it is searched. */

static const char *const fields[] = {
  [MOKED_CALLS_ROW_DIRECTION] = "e.direction",
  [MOKED_CALLS_ROW_STATE] = "e.state",
  [MOKED_CALLS_ROW_MISSED] = MOKED_CALL_MISSED_SQL,
  [MOKED_CALLS_ROW_PEER] = "e.peer",
  [MOKED_CALLS_ROW_STARTED_AT] = "e.started_at",
  [MOKED_CALLS_ROW_DURATION] = "e.duration",
  [MOKED_CALLS_ROW_VOICEMAIL] = "CASE WHEN e.voicemail IS NULL THEN 0 ELSE max (e.voicemail_duration, 1) END",
  [MOKED_CALLS_ROW_CUSTOMER_ID] = "e.customer_id",
  [MOKED_CALLS_ROW_NAME] = "c.name",
  NULL,
};

static const char *const by_time[] = { "started_at", NULL };
static const char *const watched[] = { "customer", NULL };

/**
 * moked_call_dup_outcome:
 *
 * Returns: (transfer full): what became of a call, in two words
 */
char *
moked_call_dup_outcome (int      direction,
                        int      state,
                        gboolean missed)
{
  if (missed)
    return g_strdup (_("Missed call"));
  if (state == MOKED_CALL_COMPLETED)
    return g_strdup (_ (moked_enum_get_label (moked_call_directions, direction)));
  return g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "call", moked_enum_get_label (moked_call_stages, state)));
}

/**
 * moked_call_dup_length:
 * @seconds: how long it took
 *
 * Returns: (transfer full) (nullable): minutes and seconds, "2:05"; %NULL for nothing
 */
char *
moked_call_dup_length (gint64 seconds)
{
  if (seconds <= 0)
    return NULL;
  return g_strdup_printf ("%" G_GINT64_FORMAT ":%02" G_GINT64_FORMAT, seconds / 60, seconds % 60);
}

static char *
dup_outcome (MokedRow *row)
{
  int direction = MOKED_CALL_IN, state = MOKED_CALL_COMPLETED;

  moked_enum_parse_nick (moked_call_directions, moked_row_get_text (row, MOKED_CALLS_ROW_DIRECTION), &direction);
  moked_enum_parse_nick (moked_call_stages, moked_row_get_text (row, MOKED_CALLS_ROW_STATE), &state);
  return moked_call_dup_outcome (direction, state, moked_row_get_int (row, MOKED_CALLS_ROW_MISSED) != 0);
}

static char *
dup_phone (MokedRow *row)
{
  const char *peer = moked_row_get_text (row, MOKED_CALLS_ROW_PEER);
  g_autofree char *formatted = peer != NULL ? moked_phone_format (peer) : NULL;

  return formatted != NULL ? moked_text_isolate_ltr (formatted) : NULL;
}

static char *
dup_name (MokedRow *row)
{
  const char *name = moked_row_get_text (row, MOKED_CALLS_ROW_NAME);
  char *phone;

  if (name != NULL)
    return g_strdup (name);
  phone = dup_phone (row);
  return phone != NULL ? phone : g_strdup (_("Withheld number"));
}

static char *
dup_time (MokedRow *row)
{
  gint64 at = moked_row_get_int (row, MOKED_CALLS_ROW_STARTED_AT);
  g_autofree char *day = at != 0 ? moked_time_format_day_header (at, g_get_real_time ()) : NULL;
  g_autofree char *clock = at != 0 ? moked_time_format_clock (at) : NULL;

  return day != NULL ? g_strdup_printf ("%s %s", day, clock) : NULL;
}

static char *
dup_duration (MokedRow *row)
{
  return moked_call_dup_length (moked_row_get_int (row, MOKED_CALLS_ROW_DURATION));
}

static char *
dup_voicemail (MokedRow *row)
{
  g_autofree char *length = moked_call_dup_length (moked_row_get_int (row, MOKED_CALLS_ROW_VOICEMAIL));

  return length != NULL ? g_strdup_printf (_("Message left (%s)"), length) : NULL;
}

static const char *
get_alert (MokedRow *row)
{
  return moked_row_get_int (row, MOKED_CALLS_ROW_MISSED) != 0 ? "phone-missed-symbolic" : NULL;
}

static const MokedListColumn columns[] = {
  { N_("Caller"), NULL, 220, MOKED_LIST_STRONG, dup_name },
  { N_("Outcome"), NULL, 170, MOKED_LIST_PLAIN, dup_outcome, get_alert },
  { N_("Phone"), NULL, 140, MOKED_LIST_NUMERIC, dup_phone },
  { N_("Time"), by_time, 190, MOKED_LIST_PLAIN, dup_time },
  { N_("Duration"), NULL, 90, MOKED_LIST_NUMERIC, dup_duration },
  { N_("Recorded message"), NULL, 0, MOKED_LIST_DIM, dup_voicemail },
  { 0 },
};

static void
describe (MokedRow         *row,
          MokedListRowText *text)
{
  g_autofree char *outcome = dup_outcome (row);
  g_autofree char *voicemail = dup_voicemail (row);
  g_autofree char *duration = dup_duration (row);

  text->title = dup_name (row);
  text->subtitle = g_strjoin (" · ", outcome, voicemail != NULL ? voicemail : duration, NULL);
  text->trailing = dup_time (row);
  text->alert = get_alert (row);
}

static char *
dup_count (guint    n,
           gboolean capped)
{
  if (capped)
    return g_strdup_printf (ngettext ("The first %'u call", "The first %'u calls", n), n);
  return g_strdup_printf (ngettext ("%'u call", "%'u calls", n), n);
}

/**
 * moked_calls_add_search:
 * @query: a query of calls that no model uses yet
 * @text: what was typed: a part of a name or of a phone number
 */
void
moked_calls_add_search (MokedQuery *query,
                        const char *text)
{
  g_autofree char *digits = moked_phone_search_fragment (text);
  g_autofree char *folded = moked_text_fold (text);

  if (digits != NULL)
    {
      /* Numbers are kept as +972…: a local one begins with the zero that stands for that. */
      moked_query_add_filter (query, "instr (e.peer, ?) > 0", "t", *digits == '0' ? digits + 1 : digits);
      return;
    }
  if (g_utf8_strlen (folded, -1) >= 3)
    {
      g_auto (GStrv) parts = g_strsplit (folded, "\"", -1);
      g_autofree char *plain = g_strjoinv (" ", parts);
      g_autofree char *phrase = g_strdup_printf ("\"%s\"", plain);

      moked_query_add_filter (query,
                              "e.customer_id IN (SELECT p.id FROM customer p WHERE p.row_id IN "
                              "(SELECT rowid FROM customer_search WHERE customer_search MATCH ?))",
                              "t", phrase);
    }
  else if (*folded != '\0')
    moked_query_add_filter (query,
                            "EXISTS (SELECT 1 FROM customer p WHERE p.business_id = e.business_id "
                            "AND p.id = e.customer_id AND instr (p.search_text, ?) > 0)",
                            "t", folded);
}

const MokedListSpec moked_calls_list = {
  .table = "call",
  .fields = fields,
  .joins = "LEFT JOIN customer c ON c.business_id = e.business_id AND c.id = e.customer_id",
  .watched = watched,
  .columns = columns,
  .sort_column = 3,
  .descending = TRUE,
  .name = N_("Calls"),
  .search_hint = N_("Name or phone"),
  .empty_icon = "phone-call-symbolic",
  .empty_title = N_("No Calls Yet"),
  .empty_text = N_("Calls to the office’s number appear here by themselves."),
  .none_title = N_("No Call Fits"),
  .describe = describe,
  .dup_count = dup_count,
};
