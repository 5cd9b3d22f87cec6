/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-phone.h"

typedef struct
{
  const char *input;
  const char *e164;
} Good;

static const Good good[] = {
  { "0523456789", "+972523456789" },
  { "052-345-6789", "+972523456789" },
  { " 052 345 6789 ", "+972523456789" },
  { "052.345.6789", "+972523456789" },
  { "052־345–6789", "+972523456789" },
  { "\u202A052-3456789\u202C\u200F", "+972523456789" },
  { "523456789", "+972523456789" }, /* a spreadsheet ate the 0 */
  { "+972523456789", "+972523456789" },
  { "+972-52-345-6789", "+972523456789" },
  { "+972 (0)52-3456789", "+972523456789" },
  { "+972 052 345 6789", "+972523456789" },
  { "972523456789", "+972523456789" },
  { "972 052 345 6789", "+972523456789" },
  { "00972523456789", "+972523456789" },
  { "012972523456789", "+972523456789" },
  { "tel:+972523456789", "+972523456789" },
  { "03-6123456", "+97236123456" },
  { "(02) 612 3456", "+97226123456" },
  { "97236123456", "+97236123456" },
  { "077-123-4567", "+972771234567" },
  { "1-800-123-456", "+9721800123456" },
  { "1700 50 60 70", "+9721700506070" },
  { "+972 1800 123456", "+9721800123456" },
  { "+44 20 7946 0958", "+442079460958" },
  { "+44 (0)20 7946 0958", "+442079460958" },
  { "0044 20 7946 0958", "+442079460958" },
  { "013 44 20 7946 0958", "+442079460958" },
  { "+1 (212) 555-0123", "+12125550123" },
  { "+390612345678", "+390612345678" },
};

static void
test_normalize (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *e164 = moked_phone_normalize (good[i].input, &error);
      g_autofree char *again = NULL;

      g_assert_no_error (error);
      g_assert_cmpstr (e164, ==, good[i].e164);
      again = moked_phone_normalize (e164, &error);
      g_assert_cmpstr (again, ==, e164);
    }
}

static void
test_refused (void)
{
  static const char *const bad[] = {
    "", " - ", "052", "052-345-678", "052-345-67890", "0123456789", "036123", "03-61234567", "*2345", "100",
    "144", "1-800-123", "abc", "052-345-6789 דני", "٠٥٢٣٤٥٦٧٨٩", "+", "+972", "+97252345", "+9725234567890",
    "+0523456789", "+12345", "+1234567890123456", "2125550123", "05+23456789", "++972523456789", "\xFF" "052",
    "12345678901234567890123456789012345678901234567890", "0152079460958", "+972*2345",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *e164 = moked_phone_normalize (bad[i], &error);

      g_test_message ("%s", g_utf8_validate (bad[i], -1, NULL) ? bad[i] : "not UTF-8");
      g_assert_null (e164);
      g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INVALID);
      g_assert_true (g_str_has_suffix (error->message, "."));
    }
}

static void
assert_refusal (const char *input, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (moked_phone_normalize (input, &error));
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_messages (void)
{
  assert_refusal (" ", "The phone number is empty.");
  assert_refusal ("*2345", "A star number works only inside Israel. Enter the full phone number.");
  assert_refusal ("052x", "A phone number can hold only digits, spaces and dashes.");
  assert_refusal ("052-345",
                  "The phone number is too short. A mobile number has ten digits, such as 052-345-6789.");
  assert_refusal ("2125550123",
                  "This is not a phone number in Israel. Begin a number abroad with + and the country code.");
}

static void
assert_format (const char *e164, const char *expected)
{
  g_autofree char *formatted = moked_phone_format (e164);

  g_assert_cmpstr (formatted, ==, expected);
}

static void
test_format (void)
{
  assert_format ("+972523456789", "052-345-6789");
  assert_format ("+97236123456", "03-612-3456");
  assert_format ("+972771234567", "077-123-4567");
  assert_format ("+9721800123456", "1-800-123-456");
  assert_format ("+442079460958", "+44 20 7946 0958");
  assert_format ("+12125550123", "+1 212 555 0123");
  assert_format ("+33612345678", "+33 6 1234 5678");
  assert_format ("+35712345678", "+357 1234 5678");
  assert_format ("+79161234567", "+7 91 6123 4567");
  assert_format ("+972999", "+972999");
  assert_format ("anonymous", "anonymous");
  assert_format ("", "");
}

static void
test_digits (void)
{
  g_autofree char *digits = moked_phone_digits ("+972 (52)-34א5\u200F");
  g_autofree char *none = moked_phone_digits ("אין");

  g_assert_cmpstr (digits, ==, "97252345");
  g_assert_cmpstr (none, ==, "");
}

static void
assert_found (const char *e164, const char *typed, gboolean found)
{
  g_autofree char *form = moked_phone_search_form (e164);
  g_autofree char *fragment = moked_phone_search_fragment (typed);

  g_assert_nonnull (fragment);
  g_assert_cmpint (strstr (form, fragment) != NULL, ==, found);
}

static void
test_search (void)
{
  static const char *const found[] = {
    "0523456789", "052-345-6789", "052-34", "+972-52", "+972 52 345", "972 52", "972(0)52-3", "+972 (0)5",
    "+9720", "00972-52", "00972", "3456", "6789", "5", "(052", "523456789", "\u202A052\u202C",
  };
  g_autofree char *form = moked_phone_search_form ("+972523456789");

  g_assert_cmpstr (form, ==, "972523456789 0523456789");
  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    assert_found ("+972523456789", found[i], TRUE);

  assert_found ("+972523456789", "053", FALSE);
  assert_found ("+972521000000", "0000", TRUE);
  assert_found ("+972521000012", "0012", TRUE);
  assert_found ("+442079460958", "0044 20", TRUE);
  assert_found ("+442079460958", "+44 20", TRUE);
  assert_found ("+9721800123456", "1-800-12", TRUE);
  assert_found ("+97236123456", "03-612", TRUE);
}

static void
test_search_not_a_number (void)
{
  static const char *const others[] = { "", " ", "+", "-", "כהן", "דירה 5", "dan52@", "5*", "\xFF" "5" };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_null (moked_phone_search_fragment (others[i]));
}

/* Every cut of both writings, as somebody types it, must find the number. */
static void
test_search_every_fragment (void)
{
  static const char *const writings[] = { "0523456789", "972523456789" };

  for (guint w = 0; w < G_N_ELEMENTS (writings); w++)
    for (gsize from = 0; from < strlen (writings[w]); from++)
      for (gsize n = 1; from + n <= strlen (writings[w]); n++)
        {
          g_autofree char *part = g_strndup (writings[w] + from, n);

          assert_found ("+972523456789", part, TRUE);
        }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/normalize", test_normalize);
  g_test_add_func ("/phone/refused", test_refused);
  g_test_add_func ("/phone/messages", test_messages);
  g_test_add_func ("/phone/format", test_format);
  g_test_add_func ("/phone/digits", test_digits);
  g_test_add_func ("/phone/search", test_search);
  g_test_add_func ("/phone/search-every-fragment", test_search_every_fragment);
  g_test_add_func ("/phone/search-not-a-number", test_search_not_a_number);
  return g_test_run ();
}
