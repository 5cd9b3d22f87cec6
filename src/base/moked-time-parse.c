/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-time.h"

#include <string.h>

#include "base/moked-error.h"

/* Strict readers of the two ways in which machines write instants to us. */

typedef struct
{
  int    year, month, day, hour, minute, second;
  gint64 micros;
  int    offset; /* minutes east of Greenwich */
} Parts;

static gboolean
fail (const char *form, GError **error)
{
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "Not a time of %s", form);
  return FALSE;
}

/* Reads from @least to @most digits. */
static gboolean
read_number (const char **at, int least, int most, int *value)
{
  int n = 0;

  for (*value = 0; n < most && g_ascii_isdigit (**at); n++, (*at)++)
    *value = *value * 10 + (**at - '0');
  return n >= least;
}

static gboolean
read_char (const char **at, char c)
{
  if (**at != c)
    return FALSE;
  (*at)++;
  return TRUE;
}

static gboolean
read_spaces (const char **at)
{
  const char *start = *at;

  while (**at == ' ' || **at == '\t')
    (*at)++;
  return *at > start;
}

static gboolean
read_offset (const char **at, gboolean colon, int *minutes)
{
  gboolean west = **at == '-';
  int hour, minute;

  if (**at != '+' && **at != '-')
    return FALSE;
  (*at)++;
  if (!read_number (at, 2, 2, &hour) || (colon && !read_char (at, ':')) || !read_number (at, 2, 2, &minute)
      || hour > 23 || minute > 59)
    return FALSE;
  *minutes = (west ? -1 : 1) * (hour * 60 + minute);
  return TRUE;
}

/* A leap second is taken as the next second, as POSIX does. */
static gboolean
parts_to_instant (const Parts *parts, gint64 *us)
{
  g_autoptr (GDateTime) utc = NULL;
  gboolean leap = parts->second == 60;

  if (parts->year < 1)
    return FALSE;
  utc = g_date_time_new_utc (parts->year, parts->month, parts->day, parts->hour, parts->minute,
                             leap ? 59 : parts->second);
  if (utc == NULL)
    return FALSE;
  *us = (g_date_time_to_unix (utc) + leap - (gint64) parts->offset * 60) * G_USEC_PER_SEC + parts->micros;
  return TRUE;
}

static gboolean
read_fraction (const char **at, gint64 *micros)
{
  gint64 unit = 100000;

  if (!read_char (at, '.'))
    return TRUE;
  if (!g_ascii_isdigit (**at))
    return FALSE;
  for (; g_ascii_isdigit (**at); (*at)++, unit /= 10)
    *micros += (**at - '0') * unit;
  return TRUE;
}

static gboolean
read_rfc3339 (const char *p, Parts *parts)
{
  if (!read_number (&p, 4, 4, &parts->year) || !read_char (&p, '-') || !read_number (&p, 2, 2, &parts->month)
      || !read_char (&p, '-') || !read_number (&p, 2, 2, &parts->day))
    return FALSE;
  if (*p != 'T' && *p != 't' && *p != ' ')
    return FALSE;
  p++;
  if (!read_number (&p, 2, 2, &parts->hour) || !read_char (&p, ':') || !read_number (&p, 2, 2, &parts->minute)
      || !read_char (&p, ':') || !read_number (&p, 2, 2, &parts->second) || !read_fraction (&p, &parts->micros))
    return FALSE;
  if (*p == 'Z' || *p == 'z')
    p++;
  else if (!read_offset (&p, TRUE, &parts->offset))
    return FALSE;
  return *p == '\0';
}

/**
 * moked_time_parse_rfc3339:
 * @text: such as `2026-11-20T14:05:00.5+02:00`
 * @us: (out): the instant
 * @error: return location for %MOKED_ERROR_FORMAT
 *
 * Reads an instant of RFC 3339. The zone is required; digits below the microsecond are cut off.
 *
 * Returns: whether @text is one
 */
gboolean
moked_time_parse_rfc3339 (const char *text, gint64 *us, GError **error)
{
  Parts parts = { 0 };

  g_return_val_if_fail (text != NULL && us != NULL, FALSE);

  return (read_rfc3339 (text, &parts) && parts_to_instant (&parts, us)) || fail ("RFC 3339", error);
}

static gboolean
read_name (const char **at, const char *names, int *index)
{
  for (int i = 0; names[i * 3] != '\0'; i++)
    if (g_ascii_strncasecmp (*at, names + i * 3, 3) == 0)
      {
        *at += 3;
        *index = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_month (const char **at, int *month)
{
  if (!read_name (at, "JanFebMarAprMayJunJulAugSepOctNovDec", month))
    return FALSE;
  (*month)++;
  return TRUE;
}

static gboolean
read_named_zone (const char **at)
{
  static const char *const names[] = { "GMT", "UTC", "UT", "Z" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strncasecmp (*at, names[i], strlen (names[i])) == 0)
      {
        *at += strlen (names[i]);
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_rfc2822 (const char *p, Parts *parts)
{
  int weekday;

  read_spaces (&p);
  if (read_name (&p, "MonTueWedThuFriSatSun", &weekday) && !read_char (&p, ','))
    return FALSE;
  read_spaces (&p);
  if (!read_number (&p, 1, 2, &parts->day) || !read_spaces (&p) || !read_month (&p, &parts->month)
      || !read_spaces (&p) || !read_number (&p, 4, 4, &parts->year) || !read_spaces (&p))
    return FALSE;
  if (!read_number (&p, 2, 2, &parts->hour) || !read_char (&p, ':') || !read_number (&p, 2, 2, &parts->minute))
    return FALSE;
  if (read_char (&p, ':') && !read_number (&p, 2, 2, &parts->second))
    return FALSE;
  if (!read_spaces (&p) || (!read_named_zone (&p) && !read_offset (&p, FALSE, &parts->offset)))
    return FALSE;
  read_spaces (&p);
  return *p == '\0';
}

/**
 * moked_time_parse_rfc2822:
 * @text: such as `Fri, 20 Nov 2026 12:05:00 +0000`
 * @us: (out): the instant
 * @error: return location for %MOKED_ERROR_FORMAT
 *
 * Reads an instant as mail, HTTP and Twilio write it. The weekday may be missing and isn't compared.
 *
 * Returns: whether @text is one
 */
gboolean
moked_time_parse_rfc2822 (const char *text, gint64 *us, GError **error)
{
  Parts parts = { 0 };

  g_return_val_if_fail (text != NULL && us != NULL, FALSE);

  return (read_rfc2822 (text, &parts) && parts_to_instant (&parts, us)) || fail ("RFC 2822", error);
}
