/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "base/moked-israeli-id.h"

typedef gboolean (*Validate) (const char *id, GError **error);

static void
assert_valid (Validate validate, const char *id)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (validate (id, &error));
  g_assert_no_error (error);
}

static void
assert_invalid (Validate validate, const char *id, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (validate (id, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_person (void)
{
  const char *shape = "An identity number has nine digits, the check digit among them.";
  const char *check = "The check digit does not fit. Compare the identity number with the card.";

  assert_valid (moked_israeli_id_validate, "123456782");
  assert_valid (moked_israeli_id_validate, " 12345678-2\u200F");
  assert_valid (moked_israeli_id_validate, "000000018");
  assert_valid (moked_israeli_id_validate, "00018");
  assert_valid (moked_israeli_id_validate, "12344");
  assert_invalid (moked_israeli_id_validate, "123456789", check);
  assert_invalid (moked_israeli_id_validate, "123456783", check);
  assert_invalid (moked_israeli_id_validate, "213456782", check);
  assert_invalid (moked_israeli_id_validate, "000000000", shape);
  assert_invalid (moked_israeli_id_validate, "1234567820", shape);
  assert_invalid (moked_israeli_id_validate, "18", shape);
  assert_invalid (moked_israeli_id_validate, "12345678a", shape);
  assert_invalid (moked_israeli_id_validate, "", shape);
  assert_invalid (moked_israeli_id_validate, "\xFF", shape);
}

static void
test_company (void)
{
  const char *shape = "A company number has nine digits and begins with 5.";

  assert_valid (moked_israeli_company_id_validate, "510000003");
  assert_valid (moked_israeli_company_id_validate, "51-234567-9");
  assert_valid (moked_israeli_company_id_validate, "580000008");
  assert_invalid (moked_israeli_company_id_validate, "510000004",
                  "The check digit does not fit. Compare the company number with its certificate.");
  assert_invalid (moked_israeli_company_id_validate, "123456782", shape);
  assert_invalid (moked_israeli_company_id_validate, "51000000", shape);
  assert_invalid (moked_israeli_company_id_validate, "חברה", shape);
}

/* Any one wrong digit must be found; that is what a check digit is for. */
static void
test_one_wrong_digit (void)
{
  for (guint at = 0; at < 9; at++)
    for (char c = '0'; c <= '9'; c++)
      {
        char id[] = "123456782";
        gboolean same = id[at] == c;

        id[at] = c;
        g_assert_cmpint (moked_israeli_id_validate (id, NULL), ==, same);
      }
}

static void
test_normalize (void)
{
  g_autofree char *short_one = moked_israeli_id_normalize (" 12344 ");
  g_autofree char *full = moked_israeli_id_normalize ("51-234567-4");

  g_assert_cmpstr (short_one, ==, "000012344");
  g_assert_cmpstr (full, ==, "512345674");
  g_assert_null (moked_israeli_id_normalize ("1234"));
  g_assert_null (moked_israeli_id_normalize ("0123456782"));
  g_assert_null (moked_israeli_id_normalize ("12345678x"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/israeli-id/person", test_person);
  g_test_add_func ("/israeli-id/company", test_company);
  g_test_add_func ("/israeli-id/one-wrong-digit", test_one_wrong_digit);
  g_test_add_func ("/israeli-id/normalize", test_normalize);
  return g_test_run ();
}
