/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-time.h"

#include <time.h>

#include "moked-config.h"
#include <glib/gi18n-lib.h>

/* Instants are microseconds since 1970 in UTC. People see them in the office's zone, in words that
 * come from our own translation: the system may have no Hebrew locale to ask. */

#define FALLBACK_ZONE "Asia/Jerusalem"

static GMutex zone_mutex;
static GTimeZone *zone;

/* A machine that runs on UTC was never told where it stands, and the offices stand in Israel. Who
 * really means UTC says so with TZ. */
static GTimeZone *
find_zone (void)
{
  g_autoptr (GTimeZone) local = g_time_zone_new_local ();
  const char *identifier = g_time_zone_get_identifier (local);
  GTimeZone *fallback;

  if (g_getenv ("TZ") != NULL || (!g_str_has_suffix (identifier, "UTC") && !g_str_has_suffix (identifier, "UCT")))
    return g_steal_pointer (&local);
  fallback = g_time_zone_new_identifier (FALLBACK_ZONE);
  return fallback != NULL ? fallback : g_steal_pointer (&local);
}

static GTimeZone *
ref_zone (void)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&zone_mutex);

  if (zone == NULL)
    zone = find_zone ();
  return g_time_zone_ref (zone);
}

/**
 * moked_time_set_zone:
 * @identifier: (nullable): a name of the time zone database; %NULL for the machine's own zone
 *
 * Sets the zone in which people see times. Without a call it is the machine's zone, and Israel's
 * where the machine has none. An unknown name leaves everything as it is.
 */
void
moked_time_set_zone (const char *identifier)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&zone_mutex);
  GTimeZone *found = identifier != NULL ? g_time_zone_new_identifier (identifier) : find_zone ();

  if (found == NULL)
    return;
  g_clear_pointer (&zone, g_time_zone_unref);
  zone = found;
}

/**
 * moked_time_to_local:
 * @us: an instant
 *
 * Returns: (transfer full) (nullable): @us in the office's zone; %NULL beyond the year 9999
 */
GDateTime *
moked_time_to_local (gint64 us)
{
  g_autoptr (GTimeZone) local = ref_zone ();
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (us);

  return utc != NULL ? g_date_time_to_timezone (utc, local) : NULL;
}

/**
 * moked_time_format_clock:
 * @us: an instant
 *
 * Returns: (transfer full): the time of day, `14:05`
 */
char *
moked_time_format_clock (gint64 us)
{
  g_autoptr (GDateTime) local = moked_time_to_local (us);

  if (local == NULL)
    return g_strdup ("");
  /* Translators: hours and minutes, in 24 hours */
  return g_strdup_printf (C_("clock", "%02d:%02d"), g_date_time_get_hour (local),
                          g_date_time_get_minute (local));
}

/**
 * moked_time_format_date:
 * @us: an instant
 *
 * Returns: (transfer full): the day in digits, `20.11.2026`
 */
char *
moked_time_format_date (gint64 us)
{
  g_autoptr (GDateTime) local = moked_time_to_local (us);

  if (local == NULL)
    return g_strdup ("");
  /* Translators: day, month, year */
  return g_strdup_printf (C_("date", "%1$d.%2$d.%3$d"), g_date_time_get_day_of_month (local),
                          g_date_time_get_month (local), g_date_time_get_year (local));
}

static const char *
weekday_name (GDateTime *local)
{
  static const char *const names[] = {
    NC_("day header", "Monday"), NC_("day header", "Tuesday"), NC_("day header", "Wednesday"),
    NC_("day header", "Thursday"), NC_("day header", "Friday"), NC_("day header", "Saturday"),
    NC_("day header", "Sunday"),
  };

  return g_dpgettext2 (GETTEXT_PACKAGE, "day header", names[g_date_time_get_day_of_week (local) - 1]);
}

static const char *
month_name (GDateTime *local)
{
  static const char *const names[] = {
    NC_("month", "January"), NC_("month", "February"), NC_("month", "March"), NC_("month", "April"),
    NC_("month", "May"), NC_("month", "June"), NC_("month", "July"), NC_("month", "August"),
    NC_("month", "September"), NC_("month", "October"), NC_("month", "November"), NC_("month", "December"),
  };

  return g_dpgettext2 (GETTEXT_PACKAGE, "month", names[g_date_time_get_month (local) - 1]);
}

static gint
day_number (GDateTime *local)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, g_date_time_get_day_of_month (local), g_date_time_get_month (local),
                  g_date_time_get_year (local));
  return (gint) g_date_get_julian (&date);
}

/**
 * moked_time_format_day_header:
 * @us: an instant
 * @now_us: the present
 *
 * Names the day of @us as a header over what happened on it: today, yesterday, tomorrow, or
 * "Friday, 20 November", with the year when it is another one.
 *
 * Returns: (transfer full): the name of the day
 */
char *
moked_time_format_day_header (gint64 us, gint64 now_us)
{
  g_autoptr (GDateTime) day = moked_time_to_local (us);
  g_autoptr (GDateTime) now = moked_time_to_local (now_us);
  gint days;

  if (day == NULL || now == NULL)
    return g_strdup ("");

  days = day_number (day) - day_number (now);
  if (days == 0)
    return g_strdup (_("Today"));
  if (days == -1)
    return g_strdup (_("Yesterday"));
  if (days == 1)
    return g_strdup (_("Tomorrow"));
  if (g_date_time_get_year (day) == g_date_time_get_year (now))
    /* Translators: a day without its year: weekday, day of the month, month */
    return g_strdup_printf (C_("day header", "%1$s, %2$d %3$s"), weekday_name (day),
                            g_date_time_get_day_of_month (day), month_name (day));
  /* Translators: a day with its year: weekday, day of the month, month, year */
  return g_strdup_printf (C_("day header", "%1$s, %2$d %3$s %4$d"), weekday_name (day),
                          g_date_time_get_day_of_month (day), month_name (day), g_date_time_get_year (day));
}

static char *
format_past (int minutes)
{
  int hours = minutes / 60, days = hours / 24;

  if (minutes == 0)
    return g_strdup (_("Just now"));
  if (hours == 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d minute ago", "%d minutes ago", minutes), minutes);
  if (days == 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d hour ago", "%d hours ago", hours), hours);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d day ago", "%d days ago", days), days);
}

static char *
format_future (int minutes)
{
  int hours = minutes / 60, days = hours / 24;

  if (minutes == 0)
    return g_strdup (_("In a moment"));
  if (hours == 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "In %d minute", "In %d minutes", minutes), minutes);
  if (days == 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "In %d hour", "In %d hours", hours), hours);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "In %d day", "In %d days", days), days);
}

/**
 * moked_time_format_relative:
 * @us: an instant
 * @now_us: the present
 *
 * How long ago, or how soon: "5 minutes ago". From a week on it is the date, which says more.
 *
 * Returns: (transfer full): the distance in words
 */
char *
moked_time_format_relative (gint64 us, gint64 now_us)
{
  const gint64 week = 7 * G_TIME_SPAN_DAY;

  if (us <= now_us && now_us - us < week)
    return format_past ((int) ((now_us - us) / G_TIME_SPAN_MINUTE));
  if (us > now_us && us - now_us < week)
    return format_future ((int) ((us - now_us) / G_TIME_SPAN_MINUTE));
  return moked_time_format_date (us);
}

/**
 * moked_time_format_rfc3339:
 * @us: an instant
 *
 * Returns: (transfer full): the instant for machines, in UTC, `2026-11-20T12:05:00.000000Z`
 */
char *
moked_time_format_rfc3339 (gint64 us)
{
  gint64 fraction = us % G_USEC_PER_SEC;
  time_t seconds = (time_t) (us / G_USEC_PER_SEC);
  struct tm tm = { 0 };

  if (fraction < 0)
    {
      fraction += G_USEC_PER_SEC;
      seconds--;
    }
  gmtime_r (&seconds, &tm);
  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                          tm.tm_hour, tm.tm_min, tm.tm_sec, (int) fraction);
}
