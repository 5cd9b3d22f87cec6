/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-text.h"

static void
assert_fold (const char *text, const char *expected)
{
  g_autofree char *folded = moked_text_fold (text);

  g_assert_cmpstr (folded, ==, expected);
}

static void
test_fold_hebrew (void)
{
  assert_fold ("שָׁלוֹם", "שלומ");
  assert_fold ("בְּרֵאשִׁ֖ית בָּרָ֣א", "בראשית ברא");
  assert_fold ("\uFB2Aלו\u05B9ם", "שלומ"); /* a presentation form */
  assert_fold ("\uFB21\uFB28", "את");       /* wide letters */
  assert_fold ("ײִדיש", "יידיש");
  assert_fold ("ארץ נוף כך", "ארצ נופ ככ");
  assert_fold ("בן־גוריון", "בנ-גוריונ");
  assert_fold ("בן–גוריון", "בנ-גוריונ");
}

static void
test_fold_abbreviations (void)
{
  assert_fold ("בע״מ", "בעמ");
  assert_fold ("בע\"מ", "בעמ");
  assert_fold ("בע”מ", "בעמ");
  assert_fold ("צ׳רנוביץ", "צרנוביצ");
  assert_fold ("צ'רנוביץ'", "צרנוביצ");
  assert_fold ("רח’ הרצל", "רח הרצל");
  assert_fold ("O'Brien", "obrien");
}

static void
test_fold_spaces (void)
{
  assert_fold ("", "");
  assert_fold (" \t ", "");
  assert_fold ("  שרה \n\u00A0 כהן ", "שרה כהנ");
  assert_fold ("\u202Bשרה\u202C \u200Fכהן\u2069", "שרה כהנ");
  assert_fold ("\uFEFFשי\u00ADר", "שיר");
  assert_fold ("\x01שיר\x7F", "שיר");
}

static void
test_fold_other_scripts (void)
{
  assert_fold ("Dan@Example.COM", "dan@example.com");
  assert_fold ("José Núñez", "jose nunez");
  assert_fold ("Straße", "strasse");
  assert_fold ("Сергей Фёдоров", "сергеи федоров");
  assert_fold ("أحمد", "أحمد");
  assert_fold ("ΟΔΟΣ οδός", "οδοσ οδοσ");
  assert_fold ("\u13E4", "\uABB4");
  assert_fold ("ＡＢＣ１２", "abc12");
  assert_fold ("דירה \u20AA 5", "דירה \u20AA 5");
}

static void
test_fold_broken_input (void)
{
  assert_fold ("שלום\xD7", "שלומ\uFFFD");
  assert_fold ("\xFF\xFE", "\uFFFD\uFFFD");
  assert_fold ("a\xE2\x80", "a\uFFFD\uFFFD");
}

static char *
random_text (void)
{
  static const char *const pieces[] = {
    "א", "ך", "ץ", "ש", "\u05B8", "\u05BE", "״", "\"", "'", " ", "  ", "\n", "a", "Z", "é", "ß", "й", "İ",
    "\u0301", "\u0345", "ﬀ", "\uFB2C", "װ", "5", "٣", "-", "–", "/", ".", "@", "\u202E", "\u2069", "\u200D",
    "👨", "\u13E4", "\uABB4", "ς", "日", "한", "ａ", "\u1E9E", "ǰ", "ŉ", "ά", "\u0654", "ا", "½", "\xFF", "\xD7",
        "\xE2\x80",
  };
  GString *text = g_string_new (NULL);

  for (int n = g_test_rand_int_range (0, 12); n > 0; n--)
    g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
  return g_string_free_and_steal (text);
}

static void
test_fold_random (void)
{
  for (int i = 0; i < 20000; i++)
    {
      g_autofree char *text = random_text ();
      g_autofree char *once = moked_text_fold (text);
      g_autofree char *twice = moked_text_fold (once);

      g_assert_true (g_utf8_validate (once, -1, NULL));
      g_assert_cmpstr (once, ==, twice);
      g_assert_null (strstr (once, "  "));
      g_assert_false (g_str_has_prefix (once, " ") || g_str_has_suffix (once, " "));
    }
}

static void
assert_sorted (const char *const *names)
{
  for (guint i = 1; names[i] != NULL; i++)
    {
      g_autofree char *before = moked_text_sort_key (names[i - 1]);
      g_autofree char *after = moked_text_sort_key (names[i]);

      g_test_message ("%s < %s", names[i - 1], names[i]);
      g_assert_cmpstr (before, <, after);
    }
}

static void
test_sort_dictionary (void)
{
  static const char *const names[] = {
    "", "1", "2000 נכסים", "אבי", "אברהם", "אברהם לוי", "אברהמי", "בן דוד", "בן-דוד", "בן־דוד", "בן דור",
    "גד", "כהן", "כהן אבי", "כהן שרה", "כהנא", "כהנוביץ", "לוי", "מלך", "מלכה", "נוף", "נופר", "ץ׳", "ציון",
    "תמר", "abe", "Abraham", "ABRAHAMS", "zoe", "Сергей", "日本", NULL,
  };

  assert_sorted (names);
}

static void
test_sort_final_letters (void)
{
  static const char *const names[] = {
    "י", "כ", "ך", "ל", "מ", "ם", "נ", "ן", "ס", "ע", "פ", "ף", "צ", "ץ", "ק", "ר", "ש", "ת", NULL,
  };

  assert_sorted (names);
}

/* The first parts of the keys, which decide before the tie-break. */
static void
assert_same_place (const char *one, const char *two)
{
  g_autofree char *a = moked_text_sort_key (one);
  g_autofree char *b = moked_text_sort_key (two);

  g_assert_cmpstr (a, !=, b);
  *strchr (a, ' ') = '\0';
  *strchr (b, ' ') = '\0';
  g_assert_cmpstr (a, ==, b);
}

static void
test_sort_ignores (void)
{
  assert_same_place ("שלמה", "שְׁלֹמֹה");
  assert_same_place ("בע״מ", "בעם");
  assert_same_place ("״אור״ נכסים", "אור נכסים");
  assert_same_place ("O'Brien", "obrien");
  assert_same_place ("José", "JOSE");
  assert_same_place ("  דן", "דן.");
  assert_same_place ("רח׳ 5/3", "רח 5 3");
}

static void
test_sort_random (void)
{
  for (int i = 0; i < 20000; i++)
    {
      g_autofree char *one = random_text (), *two = random_text ();
      g_autofree char *valid_one = g_utf8_make_valid (one, -1), *valid_two = g_utf8_make_valid (two, -1);
      g_autofree char *a = moked_text_sort_key (one);
      g_autofree char *b = moked_text_sort_key (two);

      g_assert_true (g_utf8_validate (a, -1, NULL));
      g_assert_cmpint (strcmp (a, b) == 0, ==, strcmp (valid_one, valid_two) == 0);
    }
}

static void
test_isolate (void)
{
  g_autofree char *name = moked_text_isolate ("Dan");
  g_autofree char *attack = moked_text_isolate ("a\u202E\u2069b");
  g_autofree char *phone = moked_text_isolate_ltr ("+972 52");

  g_assert_cmpstr (name, ==, "\u2068Dan\u2069");
  g_assert_cmpstr (attack, ==, "\u2068ab\u2069");
  g_assert_cmpstr (phone, ==, "\u2066+972 52\u2069");
}

static void
test_direction (void)
{
  g_assert_cmpint (moked_text_get_base_direction ("שלום Dan"), ==, MOKED_TEXT_DIRECTION_RTL);
  g_assert_cmpint (moked_text_get_base_direction ("Dan שלום"), ==, MOKED_TEXT_DIRECTION_LTR);
  g_assert_cmpint (moked_text_get_base_direction ("123, (שלום)"), ==, MOKED_TEXT_DIRECTION_RTL);
  g_assert_cmpint (moked_text_get_base_direction ("📞 +972-52"), ==, MOKED_TEXT_DIRECTION_NEUTRAL);
  g_assert_cmpint (moked_text_get_base_direction ("مرحبا"), ==, MOKED_TEXT_DIRECTION_RTL);
  g_assert_cmpint (moked_text_get_base_direction ("\u2068Dan\u2069 שלום"), ==, MOKED_TEXT_DIRECTION_RTL);
  g_assert_cmpint (moked_text_get_base_direction ("\u200Fabc"), ==, MOKED_TEXT_DIRECTION_RTL);
  g_assert_cmpint (moked_text_get_base_direction ("\xFF Dan"), ==, MOKED_TEXT_DIRECTION_LTR);
  g_assert_cmpint (moked_text_get_base_direction (""), ==, MOKED_TEXT_DIRECTION_NEUTRAL);
  g_assert_cmpint (moked_text_get_base_direction (NULL), ==, MOKED_TEXT_DIRECTION_NEUTRAL);
}

static void
test_strip_controls (void)
{
  g_autofree char *clean = moked_text_strip_controls ("\u202Eדן\u2066\x1B[31m\r\n\tלוי\u200F\x7F\xC2\x85");
  g_autofree char *family = moked_text_strip_controls ("👨\u200D👩");
  g_autofree char *broken = moked_text_strip_controls ("a\xFF");

  g_assert_cmpstr (clean, ==, "דן[31m\n\tלוי");
  g_assert_cmpstr (family, ==, "👨\u200D👩");
  g_assert_cmpstr (broken, ==, "a\uFFFD");
}

static void
assert_initials (const char *name, const char *expected)
{
  g_autofree char *initials = moked_text_initials (name);

  g_assert_cmpstr (initials, ==, expected);
}

static void
test_initials (void)
{
  assert_initials ("שרה כהן", "שכ");
  assert_initials ("משה בן דוד", "מד");
  assert_initials ("״אור״", "א");
  assert_initials ("שי דירות בע״מ", "שד");
  assert_initials ("dan brown", "DB");
  assert_initials ("  \u200Fדן\n", "ד");
  assert_initials ("...", "");
  assert_initials ("", "");
}

static void
test_blank (void)
{
  g_assert_true (moked_text_is_blank (NULL));
  g_assert_true (moked_text_is_blank (""));
  g_assert_true (moked_text_is_blank (" \n\u00A0\u200F\u202E\uFEFF"));
  g_assert_false (moked_text_is_blank (" א "));
  g_assert_false (moked_text_is_blank ("\xFF"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/fold/hebrew", test_fold_hebrew);
  g_test_add_func ("/text/fold/abbreviations", test_fold_abbreviations);
  g_test_add_func ("/text/fold/spaces", test_fold_spaces);
  g_test_add_func ("/text/fold/other-scripts", test_fold_other_scripts);
  g_test_add_func ("/text/fold/broken-input", test_fold_broken_input);
  g_test_add_func ("/text/fold/random", test_fold_random);
  g_test_add_func ("/text/sort/dictionary", test_sort_dictionary);
  g_test_add_func ("/text/sort/final-letters", test_sort_final_letters);
  g_test_add_func ("/text/sort/ignores", test_sort_ignores);
  g_test_add_func ("/text/sort/random", test_sort_random);
  g_test_add_func ("/text/isolate", test_isolate);
  g_test_add_func ("/text/direction", test_direction);
  g_test_add_func ("/text/strip-controls", test_strip_controls);
  g_test_add_func ("/text/initials", test_initials);
  g_test_add_func ("/text/blank", test_blank);
  return g_test_run ();
}
