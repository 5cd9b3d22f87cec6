/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/moked-redact.h"
#include "base/moked-time.h"

/* One event, one line of JSON on standard error, where journald, Docker and a person can read it:
 *
 *   {"time":"2026-11-20T12:05:00.000000Z","level":"info","program":"moked-service","domain":"webhook",
 *    "message":"accepted","provider":"twilio","ms":"3"}
 *
 * Whatever GLib and the libraries report takes the same way. Every value is a string, redacted first and
 * escaped then, so that nothing in it can end the line or colour a terminal. */

#define LONGEST_VALUE 8192

static char *program_name;
static gint output_fd = STDERR_FILENO;

static const char *
level_name (GLogLevelFlags level)
{
  if (level & G_LOG_LEVEL_ERROR)
    return "fatal";
  if (level & G_LOG_LEVEL_CRITICAL)
    return "error";
  if (level & G_LOG_LEVEL_WARNING)
    return "warning";
  if (level & G_LOG_LEVEL_MESSAGE)
    return "notice";
  return level & G_LOG_LEVEL_INFO ? "info" : "debug";
}

/* Controls, line separators and marks of direction are written as escapes: a log is read by eyes too. */
static gboolean
needs_escape (gunichar c)
{
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || (c >= 0x200B && c <= 0x200F)
         || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

static void
append_json_string (GString *line, const char *text)
{
  const char *end = text + LONGEST_VALUE;

  g_string_append_c (line, '"');
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (p >= end)
        {
          g_string_append (line, "…");
          break;
        }
      if (c == '"' || c == '\\')
        g_string_append_printf (line, "\\%c", (char) c);
      else if (c == '\n')
        g_string_append (line, "\\n");
      else if (needs_escape (c))
        g_string_append_printf (line, "\\u%04x", c);
      else
        g_string_append_unichar (line, c);
    }
  g_string_append_c (line, '"');
}

static gboolean
is_own_key (const char *key)
{
  static const char *const own[] = { "time", "level", "program", "domain", "message", NULL };

  return g_strv_contains (own, key);
}

/* Keys come from the code; still nothing of them may break the line or hide what is ours. */
static void
append_field (GString *line, const char *key, const char *value)
{
  g_autofree char *plain = g_ascii_strdown (key, -1);
  g_autofree char *redacted = NULL;

  g_strcanon (plain, "abcdefghijklmnopqrstuvwxyz0123456789_", '_');
  g_string_append_printf (line, ",\"%s%s\":", is_own_key (plain) ? "field_" : "", plain);
  if (value == NULL)
    {
      g_string_append (line, "null");
      return;
    }
  redacted = moked_redact_field (plain, value);
  append_json_string (line, redacted);
}

static GString *
line_begin (GLogLevelFlags level, const char *domain, const char *message)
{
  GString *line = g_string_sized_new (256);
  g_autofree char *time = moked_time_format_rfc3339 (g_get_real_time ());
  g_autofree char *redacted = moked_redact_text (message != NULL ? message : "");
  const char *program = g_atomic_pointer_get (&program_name);

  g_string_append_printf (line, "{\"time\":\"%s\",\"level\":\"%s\",\"program\":", time, level_name (level));
  append_json_string (line, program != NULL ? program : "moked");
  g_string_append (line, ",\"domain\":");
  append_json_string (line, domain != NULL ? domain : "");
  g_string_append (line, ",\"message\":");
  append_json_string (line, redacted);
  return line;
}

/* In one write, so that the lines of several threads and processes stay whole. */
static void
line_finish (GString *line)
{
  int fd = g_atomic_int_get (&output_fd);
  const char *p;
  gsize left;

  g_string_append (line, "}\n");
  for (p = line->str, left = line->len; left > 0;)
    {
      gssize written = write (fd, p, left);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        break;
      p += written;
      left -= (gsize) written;
    }
  g_string_free (line, TRUE);
}

/* Texts of the standard fields may come with a length and without a NUL. */
static char *
field_text (const GLogField *field)
{
  return field->length < 0 ? g_strdup (field->value) : g_strndup (field->value, (gsize) field->length);
}

static GLogWriterOutput
write_structured (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  g_autofree char *domain = NULL;
  g_autofree char *message = NULL;

  for (gsize i = 0; i < n_fields; i++)
    {
      if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0 && domain == NULL)
        domain = field_text (&fields[i]);
      else if (strcmp (fields[i].key, "MESSAGE") == 0 && message == NULL)
        message = field_text (&fields[i]);
    }
  if (!g_log_writer_default_would_drop (level, domain))
    line_finish (line_begin (level, domain, message));
  return G_LOG_WRITER_HANDLED;
}

/**
 * moked_log_init:
 * @program: the name of the program
 *
 * Sends everything that GLib and the libraries log through here. Call it once, first in main().
 */
void
moked_log_init (const char *program)
{
  g_return_if_fail (program != NULL && g_atomic_pointer_get (&program_name) == NULL);

  g_atomic_pointer_set (&program_name, g_strdup (program));
  g_log_set_writer_func (write_structured, NULL, NULL);
}

/**
 * moked_log_set_output:
 * @fd: a file descriptor that stays open
 *
 * Writes the lines to @fd instead of standard error.
 */
void
moked_log_set_output (int fd)
{
  g_atomic_int_set (&output_fd, fd);
}

/* MOKED_LOG=debug shows all, MOKED_LOG=warning little. */
static gboolean
is_wanted (GLogLevelFlags level)
{
  static gsize limit = 0;

  if (g_once_init_enter (&limit))
    {
      const char *wish = g_getenv ("MOKED_LOG");
      GLogLevelFlags most = G_LOG_LEVEL_INFO;

      if (g_strcmp0 (wish, "debug") == 0)
        most = G_LOG_LEVEL_DEBUG;
      else if (g_strcmp0 (wish, "warning") == 0)
        most = G_LOG_LEVEL_WARNING;
      g_once_init_leave (&limit, most);
    }
  return (gsize) (level & G_LOG_LEVEL_MASK) <= limit;
}

/**
 * moked_log_wants_debug:
 *
 * Returns: whether lines of the level debug are written; ask before collecting their fields on a busy path
 */
gboolean
moked_log_wants_debug (void)
{
  return is_wanted (G_LOG_LEVEL_DEBUG);
}

/**
 * moked_log:
 * @level: how much it matters; %G_LOG_LEVEL_DEBUG is dropped unless `MOKED_LOG=debug`
 * @domain: the part of the program, such as `webhook`
 * @message: what happened, always the same words, never with data in them
 * @...: pairs of a field's name and its text (or %NULL), then %NULL
 *
 * Writes one line. Data goes into fields, whose names say what they are: see moked_redact_field(). A
 * warning here is about the outer world and never ends the program. Safe from every thread.
 *
 * |[<!-- language="C" -->
 * moked_log (G_LOG_LEVEL_INFO, "webhook", "accepted", "provider", "twilio", "ms", "3", NULL);
 * ]|
 */
void
moked_log (GLogLevelFlags level, const char *domain, const char *message, ...)
{
  GString *line;
  const char *key;
  va_list args;

  g_return_if_fail (domain != NULL && message != NULL);

  if (!is_wanted (level))
    return;
  line = line_begin (level, domain, message);
  va_start (args, message);
  while ((key = va_arg (args, const char *)) != NULL)
    append_field (line, key, va_arg (args, const char *));
  va_end (args);
  line_finish (line);
}
