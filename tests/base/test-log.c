/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/moked-json.h"
#include "base/moked-log.h"
#include "base/moked-redact.h"
#include "base/moked-time.h"

static int log_fd;

/* What was logged since the last call. */
static char *
take_log (void)
{
  off_t length = lseek (log_fd, 0, SEEK_CUR);
  char *text = g_malloc0 ((gsize) length + 1);

  g_assert_cmpint (pread (log_fd, text, (size_t) length, 0), ==, length);
  g_assert_cmpint (ftruncate (log_fd, 0), ==, 0);
  lseek (log_fd, 0, SEEK_SET);
  return text;
}

static yyjson_doc *
take_line (void)
{
  g_autofree char *text = take_log ();
  g_autoptr (GError) error = NULL;
  char *end = strchr (text, '\n');
  yyjson_doc *doc;

  g_test_message ("%s", text);
  g_assert_nonnull (end);
  g_assert_cmpstr (end, ==, "\n");
  doc = moked_json_parse (text, -1, 2, &error);
  g_assert_no_error (error);
  return doc;
}

static void
assert_value (yyjson_doc *doc, const char *key, const char *expected)
{
  g_autoptr (GError) error = NULL;
  const char *value = NULL;

  moked_json_get_string (yyjson_doc_get_root (doc), key, 20000, &value, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (value, ==, expected);
}

static void
test_line (void)
{
  g_autoptr (yyjson_doc) doc = NULL;
  const char *time;
  gint64 us = 0;

  moked_log (G_LOG_LEVEL_INFO, "webhook", "accepted", "provider", "twilio", "ms", "3", "reason", NULL, NULL);
  doc = take_line ();
  assert_value (doc, "level", "info");
  assert_value (doc, "program", "test-log");
  assert_value (doc, "domain", "webhook");
  assert_value (doc, "message", "accepted");
  assert_value (doc, "provider", "twilio");
  assert_value (doc, "ms", "3");
  g_assert_true (yyjson_is_null (yyjson_obj_get (yyjson_doc_get_root (doc), "reason")));

  time = yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "time"));
  g_assert_true (moked_time_parse_rfc3339 (time, &us, NULL));
  g_assert_cmpint (ABS (g_get_real_time () - us), <, G_TIME_SPAN_MINUTE);
}

static void
test_warning_is_not_the_end (void)
{
  g_autoptr (yyjson_doc) doc = NULL;

  moked_log (G_LOG_LEVEL_WARNING, "webhook", "wrong signature", NULL);
  doc = take_line ();
  assert_value (doc, "level", "warning");
}

static void
test_levels (void)
{
  g_autofree char *dropped = NULL;

  moked_log (G_LOG_LEVEL_DEBUG, "webhook", "details", NULL);
  dropped = take_log ();
  g_assert_cmpstr (dropped, ==, "");
}

static void
test_injection (void)
{
  g_autofree char *text = NULL;
  g_autoptr (yyjson_doc) doc = NULL;

  moked_log (G_LOG_LEVEL_INFO, "webhook", "refused", "path", "/a\"}\n{\"level\":\"fatal\"}\r\x1B[31m\u202E\u2028\x7F",
             "ti\"me\n", "x", "level", "fatal", NULL);
  text = take_log ();
  g_assert_null (strpbrk (text, "\r\x1B\x7F"));
  g_assert_null (strstr (text, "\u202E"));
  g_assert_null (strstr (text, "\u2028"));
  g_assert_cmpstr (strchr (text, '\n'), ==, "\n");

  doc = moked_json_parse (text, -1, 2, NULL);
  g_assert_nonnull (doc);
  assert_value (doc, "level", "info");
  assert_value (doc, "field_level", "fatal");
  assert_value (doc, "ti_me_", "x");
  assert_value (doc, "path", "/a\"}\n{\"level\":\"fatal\"}\r\x1B[31m\u202E\u2028\x7F");
}

static void
test_redacted (void)
{
  g_autoptr (yyjson_doc) doc = NULL;

  moked_redact_add_secret ("very-secret");
  moked_log (G_LOG_LEVEL_INFO, "twilio", "sent with very-secret", "to", "+972523456789", "body", "שלום דני",
             "auth_token", "x", "url", "https://example.com/?k=very-secret", NULL);
  doc = take_line ();
  assert_value (doc, "message", "sent with [redacted]");
  assert_value (doc, "to", "***789");
  assert_value (doc, "body", "[15 bytes]");
  assert_value (doc, "auth_token", "[redacted]");
  assert_value (doc, "url", "https://example.com/?k=[redacted]");
}

static void
test_libraries (void)
{
  g_autoptr (yyjson_doc) old = NULL;
  g_autoptr (yyjson_doc) structured = NULL;

  g_log_set_default_handler (g_log_default_handler, NULL);
  g_log ("Lib", G_LOG_LEVEL_MESSAGE, "it says \"%s\"", "auth_token=9f8e7d");
  old = take_line ();
  assert_value (old, "domain", "Lib");
  assert_value (old, "level", "notice");
  assert_value (old, "message", "it says \"auth_token=[redacted]\"");

  g_log_structured ("Other", G_LOG_LEVEL_MESSAGE, "MESSAGE", "hello\nworld");
  structured = take_line ();
  assert_value (structured, "domain", "Other");
  assert_value (structured, "message", "hello\nworld");
}

static void
test_long_value (void)
{
  g_autofree char *value = g_strnfill (100000, 'a');
  g_autofree char *text = NULL;

  moked_log (G_LOG_LEVEL_INFO, "webhook", "refused", "path", value, NULL);
  text = take_log ();
  g_assert_cmpuint (strlen (text), <, 10000);
}

static char *
random_value (void)
{
  static const char *const pieces[] = {
    "hunter-two", "\n", "\r", "\t", "\"", "\\", "\x1B", "\x01", "\x7F", "א", "\u202E", "\u2028", "\xFF", "\xE2\x80",
    "{", "}", ":", ",", "%2B", "=", "password=", "Bearer ", "0523456789", " ", "😀", "\xC2\x85", "'",
  };
  GString *value = g_string_new (NULL);

  for (int n = g_test_rand_int_range (0, 15); n > 0; n--)
    g_string_append (value, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
  return g_string_free_and_steal (value);
}

/* Whatever comes in, one line of JSON comes out and the secret doesn't. */
static void
test_random (void)
{
  moked_redact_add_secret ("hunter-two");
  for (int i = 0; i < 3000; i++)
    {
      g_autofree char *a = random_value (), *b = random_value (), *key = random_value (), *text = NULL;
      g_autoptr (yyjson_doc) doc = NULL;
      g_autoptr (GError) error = NULL;

      moked_log (G_LOG_LEVEL_INFO, "fuzz", a, key, b, NULL);
      text = take_log ();
      g_assert_cmpstr (strchr (text, '\n'), ==, "\n");
      g_assert_null (strstr (text, "hunter-two"));
      g_assert_null (strpbrk (text, "\r\t\x1B\x7F\x01"));
      doc = moked_json_parse (text, -1, 2, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (yyjson_obj_size (yyjson_doc_get_root (doc)), ==, 6);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  log_fd = memfd_create ("log", 0);
  moked_log_init ("test-log");
  moked_log_set_output (log_fd);
  g_test_add_func ("/log/line", test_line);
  g_test_add_func ("/log/warning-is-not-the-end", test_warning_is_not_the_end);
  g_test_add_func ("/log/levels", test_levels);
  g_test_add_func ("/log/injection", test_injection);
  g_test_add_func ("/log/redacted", test_redacted);
  g_test_add_func ("/log/libraries", test_libraries);
  g_test_add_func ("/log/long-value", test_long_value);
  g_test_add_func ("/log/random", test_random);
  return g_test_run ();
}
