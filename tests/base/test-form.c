/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-form.h"

static MokedForm *
parse (const char *body)
{
  g_autoptr (GError) error = NULL;
  MokedForm *form = moked_form_parse (body, strlen (body), &error);

  g_assert_no_error (error);
  return form;
}

static void
assert_refused (const char *body, gsize length, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (moked_form_parse (body, length, &error));
  g_assert_error (error, MOKED_ERROR, code);
}

static void
test_values (void)
{
  g_autoptr(MokedForm) form = parse ("From=whatsapp%3A%2B972500000001&Body=%D7%A9%D7%9C%D7%95%D7%9D+%D7%9C%D7%9A"
                                     "&Empty=&Line=a%0d%0Ab&Equal=a=b&Raw=א ב");

  g_assert_cmpuint (moked_form_get_n_pairs (form), ==, 6);
  g_assert_cmpstr (moked_form_get (form, "From"), ==, "whatsapp:+972500000001");
  g_assert_cmpstr (moked_form_get (form, "Body"), ==, "שלום לך");
  g_assert_cmpstr (moked_form_get (form, "Empty"), ==, "");
  g_assert_cmpstr (moked_form_get (form, "Line"), ==, "a\r\nb");
  g_assert_cmpstr (moked_form_get (form, "Equal"), ==, "a=b");
  g_assert_cmpstr (moked_form_get (form, "Raw"), ==, "א ב");
  g_assert_null (moked_form_get (form, "body"));
  g_assert_true (moked_form_has (form, "Empty"));
  g_assert_false (moked_form_has (form, "Missing"));
}

static void
test_order_and_repeats (void)
{
  static const char *const expected[] = { "b", "1", "a", "2", "b", "3" };
  g_autoptr (MokedForm) form = parse ("b=1&a=2&b=3");
  const char *key, *value;

  g_assert_cmpuint (moked_form_get_n_pairs (form), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      moked_form_get_pair (form, i, &key, &value);
      g_assert_cmpstr (key, ==, expected[2 * i]);
      g_assert_cmpstr (value, ==, expected[2 * i + 1]);
    }
  g_assert_cmpstr (moked_form_get (form, "b"), ==, "1");
  g_assert_cmpuint (moked_form_count (form, "b"), ==, 2);
  g_assert_cmpuint (moked_form_count (form, "c"), ==, 0);
}

static void
test_empty (void)
{
  g_autoptr (MokedForm) form = parse ("");
  g_autoptr (MokedForm) null = moked_form_parse (NULL, 0, NULL);

  g_assert_cmpuint (moked_form_get_n_pairs (form), ==, 0);
  g_assert_cmpuint (moked_form_get_n_pairs (null), ==, 0);
}

static void
test_refused (void)
{
  static const char *const bad[] = {
    "garbage", "a=1&", "&a=1", "a=1&&b=2", "=1", "a=%", "a=%4", "a=%4g", "a=%g4", "%=1", "a=%00", "a=%FF", "a=%D7",
    "a=%D7&b=%A9", "%D7=%A9", "a=\xFF", "a=%C0%80", "a=%ED%A0%80", "a=1\n", "a=\x7F", "a\t=1", "{\"a\":1}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (bad[i], strlen (bad[i]), MOKED_ERROR_FORMAT);
  assert_refused ("a=1\0b", 5, MOKED_ERROR_FORMAT);
}

static void
test_many_fields (void)
{
  g_autoptr (GString) body = g_string_new ("k=v");
  g_autoptr (MokedForm) form = NULL;

  for (guint i = 1; i < MOKED_FORM_MAX_PAIRS; i++)
    g_string_append (body, "&k=v");
  form = parse (body->str);
  g_assert_cmpuint (moked_form_count (form, "k"), ==, MOKED_FORM_MAX_PAIRS);
  g_string_append (body, "&k=v");
  assert_refused (body->str, body->len, MOKED_ERROR_TOO_LARGE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/form/values", test_values);
  g_test_add_func ("/form/order-and-repeats", test_order_and_repeats);
  g_test_add_func ("/form/empty", test_empty);
  g_test_add_func ("/form/refused", test_refused);
  g_test_add_func ("/form/many-fields", test_many_fields);
  return g_test_run ();
}
