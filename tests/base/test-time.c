/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libintl.h>
#include <locale.h>

#include "moked-config.h"

#include "base/moked-error.h"
#include "base/moked-time.h"

/* Friday 20 November 2026, 14:05 in Israel (winter time). */
#define FRIDAY G_GINT64_CONSTANT (1795176300000000)
#define MINUTE G_TIME_SPAN_MINUTE
#define HOUR G_TIME_SPAN_HOUR
#define DAY G_TIME_SPAN_DAY

static void
use_hebrew (void)
{
  g_assert_nonnull (setlocale (LC_ALL, "he_IL.UTF-8"));
  g_setenv ("LANGUAGE", "he", TRUE);
}

static void
use_english (void)
{
  setlocale (LC_ALL, "C");
}

static void
assert_text (char *text, const char *expected)
{
  g_autofree char *owned = text;

  g_assert_cmpstr (owned, ==, expected);
}

static void
test_clock_and_date (void)
{
  use_english ();
  assert_text (moked_time_format_clock (FRIDAY), "14:05");
  assert_text (moked_time_format_clock (FRIDAY - 5 * HOUR), "09:05");
  assert_text (moked_time_format_date (FRIDAY), "20.11.2026");
  assert_text (moked_time_format_date (FRIDAY + 16 * DAY), "6.12.2026");
  assert_text (moked_time_format_date (FRIDAY + 10 * HOUR), "21.11.2026");
  assert_text (moked_time_format_clock (FRIDAY - 120 * DAY), "15:05"); /* summer time */
  assert_text (moked_time_format_clock (G_MAXINT64), "");
}

static void
test_zone (void)
{
  moked_time_set_zone ("America/New_York");
  assert_text (moked_time_format_clock (FRIDAY), "07:05");
  moked_time_set_zone ("No/Where");
  assert_text (moked_time_format_clock (FRIDAY), "07:05");
  moked_time_set_zone ("Asia/Jerusalem");
  assert_text (moked_time_format_clock (FRIDAY), "14:05");
}

static void
test_machine_without_zone (void)
{
  if (g_test_subprocess ())
    {
      g_autofree char *clock = moked_time_format_clock (FRIDAY);

      g_print ("%s\n", clock);
      return;
    }
  g_unsetenv ("TZ");
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_setenv ("TZ", "UTC", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_stdout ("*12:05*");
  g_setenv ("TZ", "Asia/Jerusalem", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_stdout ("*14:05*");
  g_unsetenv ("TZ");
}

static void
test_day_header (void)
{
  use_english ();
  assert_text (moked_time_format_day_header (FRIDAY, FRIDAY), "Today");
  assert_text (moked_time_format_day_header (FRIDAY - 14 * HOUR, FRIDAY), "Today");
  assert_text (moked_time_format_day_header (FRIDAY - 15 * HOUR, FRIDAY), "Yesterday");
  assert_text (moked_time_format_day_header (FRIDAY + 10 * HOUR, FRIDAY), "Tomorrow");
  assert_text (moked_time_format_day_header (FRIDAY, FRIDAY + 2 * DAY), "Friday, 20 November");
  assert_text (moked_time_format_day_header (FRIDAY, FRIDAY + 60 * DAY), "Friday, 20 November 2026");
}

static void
test_day_header_hebrew (void)
{
  use_hebrew ();
  assert_text (moked_time_format_day_header (FRIDAY, FRIDAY), "היום");
  assert_text (moked_time_format_day_header (FRIDAY - DAY, FRIDAY), "אתמול");
  assert_text (moked_time_format_day_header (FRIDAY, FRIDAY + 2 * DAY), "יום ו׳, 20 בנובמבר");
  assert_text (moked_time_format_day_header (FRIDAY + DAY, FRIDAY + 9 * DAY), "שבת, 21 בנובמבר");
  assert_text (moked_time_format_day_header (FRIDAY, FRIDAY + 60 * DAY), "יום ו׳, 20 בנובמבר 2026");
  use_english ();
}

static void
test_relative (void)
{
  use_english ();
  assert_text (moked_time_format_relative (FRIDAY, FRIDAY), "Just now");
  assert_text (moked_time_format_relative (FRIDAY - 59 * G_USEC_PER_SEC, FRIDAY), "Just now");
  assert_text (moked_time_format_relative (FRIDAY - MINUTE, FRIDAY), "1 minute ago");
  assert_text (moked_time_format_relative (FRIDAY - 5 * MINUTE, FRIDAY), "5 minutes ago");
  assert_text (moked_time_format_relative (FRIDAY - 90 * MINUTE, FRIDAY), "1 hour ago");
  assert_text (moked_time_format_relative (FRIDAY - 26 * HOUR, FRIDAY), "1 day ago");
  assert_text (moked_time_format_relative (FRIDAY - 7 * DAY, FRIDAY), "13.11.2026");
  assert_text (moked_time_format_relative (FRIDAY + 30 * G_USEC_PER_SEC, FRIDAY), "In a moment");
  assert_text (moked_time_format_relative (FRIDAY + 5 * MINUTE, FRIDAY), "In 5 minutes");
  assert_text (moked_time_format_relative (FRIDAY + 3 * DAY, FRIDAY), "In 3 days");
  assert_text (moked_time_format_relative (FRIDAY + 8 * DAY, FRIDAY), "28.11.2026");
}

static void
test_relative_hebrew (void)
{
  use_hebrew ();
  assert_text (moked_time_format_relative (FRIDAY, FRIDAY), "הרגע");
  assert_text (moked_time_format_relative (FRIDAY - MINUTE, FRIDAY), "לפני דקה");
  assert_text (moked_time_format_relative (FRIDAY - 5 * MINUTE, FRIDAY), "לפני 5 דקות");
  assert_text (moked_time_format_relative (FRIDAY - 2 * HOUR, FRIDAY), "לפני שעתיים");
  assert_text (moked_time_format_relative (FRIDAY - 2 * DAY, FRIDAY), "לפני יומיים");
  assert_text (moked_time_format_relative (FRIDAY + 2 * DAY, FRIDAY), "בעוד יומיים");
  use_english ();
}

static void
test_format_rfc3339 (void)
{
  assert_text (moked_time_format_rfc3339 (FRIDAY + 42), "2026-11-20T12:05:00.000042Z");
  assert_text (moked_time_format_rfc3339 (0), "1970-01-01T00:00:00.000000Z");
  assert_text (moked_time_format_rfc3339 (-1), "1969-12-31T23:59:59.999999Z");
}

typedef gboolean (*Parse) (const char *text, gint64 *us, GError **error);

static void
assert_parsed (Parse parse, const char *text, gint64 expected)
{
  g_autoptr (GError) error = NULL;
  gint64 us = 0;

  parse (text, &us, &error);
  g_assert_no_error (error);
  g_assert_cmpint (us, ==, expected);
}

static void
assert_all_refused (Parse parse, const char *const *texts)
{
  for (; *texts != NULL; texts++)
    {
      g_autoptr (GError) error = NULL;
      gint64 us = 0;

      g_test_message ("%s", *texts);
      g_assert_false (parse (*texts, &us, &error));
      g_assert_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT);
    }
}

static void
test_parse_rfc3339 (void)
{
  static const char *const bad[] = {
    "", "2026-11-20", "2026-11-20T12:05:00", "2026-11-20T12:05Z", "2026-13-20T12:05:00Z", "2026-02-30T12:05:00Z",
    "2026-11-20T24:05:00Z", "2026-11-20T12:05:00.Z", "2026-11-20T12:05:00+0200", "2026-11-20T12:05:00Zjunk",
    "26-11-20T12:05:00Z", "2026-11-20T12:05:00+25:00", "0000-01-01T00:00:00Z", "yesterday", NULL,
  };

  assert_parsed (moked_time_parse_rfc3339, "2026-11-20T12:05:00Z", FRIDAY);
  assert_parsed (moked_time_parse_rfc3339, "2026-11-20T14:05:00+02:00", FRIDAY);
  assert_parsed (moked_time_parse_rfc3339, "2026-11-20t07:05:00.25-05:00", FRIDAY + 250000);
  assert_parsed (moked_time_parse_rfc3339, "2026-11-20 12:05:00.0000429999Z", FRIDAY + 42);
  assert_parsed (moked_time_parse_rfc3339, "2016-12-31T23:59:60Z", G_GINT64_CONSTANT (1483228800000000));
  assert_all_refused (moked_time_parse_rfc3339, bad);
}

static void
test_parse_rfc2822 (void)
{
  static const char *const bad[] = {
    "", "Fri, 20 Nov 2026", "Fri 20 Nov 2026 12:05:00 +0000", "Fri, 20 Now 2026 12:05:00 +0000",
    "Fri, 20 Nov 26 12:05:00 +0000", "Fri, 32 Nov 2026 12:05:00 +0000", "Fri, 20 Nov 2026 12:05:00",
    "Fri, 20 Nov 2026 12:05:00 +02:00", "Fri, 20 Nov 2026 12:05:00 EST", "Fri, 20 Nov 2026 12:05:00 GMT x", NULL,
  };

  assert_parsed (moked_time_parse_rfc2822, "Fri, 20 Nov 2026 12:05:00 +0000", FRIDAY);
  assert_parsed (moked_time_parse_rfc2822, "Fri, 20 Nov 2026 14:05:00 +0200", FRIDAY);
  assert_parsed (moked_time_parse_rfc2822, "20 nov 2026 12:05 GMT", FRIDAY);
  assert_parsed (moked_time_parse_rfc2822, "Fri, 20 Nov 2026 12:05:00 UTC ", FRIDAY);
  assert_all_refused (moked_time_parse_rfc2822, bad);
}

static void
test_round_trip (void)
{
  for (int i = 0; i < 1000; i++)
    {
      gint64 seconds = (gint64) g_test_rand_int_range (0, G_MAXINT32) * 2;
      gint64 us = seconds * G_USEC_PER_SEC + g_test_rand_int_range (0, G_USEC_PER_SEC);
      g_autofree char *text = moked_time_format_rfc3339 (us);

      assert_parsed (moked_time_parse_rfc3339, text, us);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("MOKED_MESSAGES_DIR"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  g_test_add_func ("/time/machine-without-zone", test_machine_without_zone);
  if (!g_test_subprocess ())
    moked_time_set_zone ("Asia/Jerusalem");
  g_test_add_func ("/time/clock-and-date", test_clock_and_date);
  g_test_add_func ("/time/zone", test_zone);
  g_test_add_func ("/time/day-header", test_day_header);
  g_test_add_func ("/time/day-header-hebrew", test_day_header_hebrew);
  g_test_add_func ("/time/relative", test_relative);
  g_test_add_func ("/time/relative-hebrew", test_relative_hebrew);
  g_test_add_func ("/time/format-rfc3339", test_format_rfc3339);
  g_test_add_func ("/time/parse-rfc3339", test_parse_rfc3339);
  g_test_add_func ("/time/parse-rfc2822", test_parse_rfc2822);
  g_test_add_func ("/time/round-trip", test_round_trip);
  return g_test_run ();
}
