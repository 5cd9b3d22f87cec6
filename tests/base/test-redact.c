/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-redact.h"

static void
assert_text (const char *text, const char *expected)
{
  g_autofree char *redacted = moked_redact_text (text);

  g_assert_cmpstr (redacted, ==, expected);
}

static void
assert_field (const char *name, const char *value, const char *expected)
{
  g_autofree char *redacted = moked_redact_field (name, value);

  g_assert_cmpstr (redacted, ==, expected);
}

static void
test_credentials (void)
{
  assert_text ("Authorization: Bearer abc.def-123", "Authorization: Bearer [redacted]");
  assert_text ("got basic QUMxMjM6c2VjcmV0 there", "got basic [redacted] there");
  assert_text ("auth_token=9f8e7d&x=1", "auth_token=[redacted]&x=1");
  assert_text ("authToken=9f8e7d", "authToken=[redacted]");
  assert_text ("{\"password\": \"hunter2\", \"user\": \"dan\"}", "{\"password\": \"[redacted]\", \"user\": \"dan\"}");
  assert_text ("X-Twilio-Signature: aGVsbG8=", "X-Twilio-Signature: [redacted]");
  assert_text ("postgresql://moked:pa55@db/office", "postgresql://[redacted]@db/office");
  assert_text ("key sk-proj-abcdefghijklmnop used", "key [redacted] used");
  assert_text ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "[redacted]");
  assert_text ("token 0123456789abcdef0123456789ABCDEF", "token [redacted]");
}

static void
test_kept (void)
{
  static const char *const harmless[] = {
    "",
    "accepted",
    "SM0123456789abcdef0123456789abcdef", /* an identifier, which one looks a message up by */
    "01ARYZ6S41TSV4RRFFQ69G5FAV",
    "2026-11-20T12:05:00.000000Z",
    "05.11.2026 12:30",
    "http://127.0.0.1:38080/healthz",
    "tokens=512",
    "1700000000123",
    "0.123456789",
    "שלום 123",
    "127.0.0.1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (harmless); i++)
    assert_text (harmless[i], harmless[i]);
}

static void
test_phones (void)
{
  assert_text ("call from +972523456789 ended", "call from ***789 ended");
  assert_text ("whatsapp:+972523456789", "whatsapp:***789");
  assert_text ("whatsapp%3A%2B972523456789&x", "whatsapp%3A%2B***789&x");
  assert_text ("To=%2B442079460958", "To=%2B***958");
  assert_text ("052-345-6789, 03-6123456", "***789, ***456");
  assert_text ("ל0523456789", "ל***789");
  assert_text ("972523456789@s.whatsapp.net", "***789@s.whatsapp.net");
  assert_text ("+44 20 7946 0958", "***958");
  assert_text ("1-800-123-456", "***456");
}

static void
test_known_secrets (void)
{
  moked_redact_add_secret ("p@ss/word");
  moked_redact_add_secret ("p@ss/word-longer");
  moked_redact_add_secret ("p@ss/word");
  moked_redact_add_secret ("abc");
  assert_text ("x p@ss/word y", "x [redacted] y");
  assert_text ("x p@ss/word-longer y", "x [redacted] y");
  assert_text ("x=p%40ss%2Fword", "x=[redacted]");
  assert_text ("cEBzcy93b3Jk", "[redacted]");
  assert_text ("abc", "abc");
}

static void
test_fields (void)
{
  assert_field ("auth_token", "x", "[redacted]");
  assert_field ("Auth-Token", "x", "[redacted]");
  assert_field ("body", "שלום", "[8 bytes]");
  assert_field ("message_body", "hi", "[2 bytes]");
  assert_field ("from", "whatsapp:+972523456789", "whatsapp:***789");
  assert_field ("caller", "5551234", "***234");
  assert_field ("caller", "anonymous", "anonymous");
  assert_field ("from", "draft", "draft");
  assert_field ("code", "not-found", "not-found");
  assert_field ("tokens", "512", "512");
  assert_field ("context", "Bearer abcdefgh", "Bearer [redacted]");
}

static void
test_broken_input (void)
{
  g_autoptr (GString) dashes = g_string_new (NULL);
  g_autofree char *long_one = NULL;

  assert_text ("a\xFF+972523456789", "a\uFFFD***789");
  for (int i = 0; i < 20000; i++)
    g_string_append (dashes, "-a");
  long_one = moked_redact_text (dashes->str);
  g_assert_nonnull (long_one);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/redact/credentials", test_credentials);
  g_test_add_func ("/redact/kept", test_kept);
  g_test_add_func ("/redact/phones", test_phones);
  g_test_add_func ("/redact/known-secrets", test_known_secrets);
  g_test_add_func ("/redact/fields", test_fields);
  g_test_add_func ("/redact/broken-input", test_broken_input);
  return g_test_run ();
}
