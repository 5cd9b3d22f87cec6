/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"

static yyjson_doc *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  yyjson_doc *doc = moked_json_parse (text, -1, MOKED_JSON_MAX_DEPTH, &error);

  g_assert_no_error (error);
  return doc;
}

static void
assert_invalid (gboolean result, GError **error, const char *message)
{
  g_assert_false (result);
  g_assert_error (*error, MOKED_ERROR, MOKED_ERROR_INVALID);
  g_assert_cmpstr ((*error)->message, ==, message);
  g_clear_error (error);
}

static void
test_values (void)
{
  g_autoptr(yyjson_doc) doc = parse ("{\"s\":\"דני\",\"i\":-5,\"b\":true,\"o\":{\"x\":1},\"a\":[1],\"n\":null}");
  yyjson_val *root = yyjson_doc_get_root (doc), *child;
  const char *text;
  gint64 number;
  gboolean flag;

  g_assert_true (moked_json_get_string (root, "s", 10, &text, NULL));
  g_assert_cmpstr (text, ==, "דני");
  g_assert_true (moked_json_get_int (root, "i", &number, NULL));
  g_assert_cmpint (number, ==, -5);
  g_assert_true (moked_json_get_bool (root, "b", &flag, NULL));
  g_assert_true (flag);
  g_assert_true (moked_json_get_object (root, "o", &child, NULL));
  g_assert_true (moked_json_get_int (child, "x", &number, NULL));
  g_assert_true (moked_json_get_array (root, "a", &child, NULL));
  g_assert_cmpuint (yyjson_arr_size (child), ==, 1);
}

static void
test_wrong_kinds (void)
{
  g_autoptr (yyjson_doc) doc = parse ("{\"phone\":5,\"n\":null,\"f\":1.0,\"big\":9223372036854775808,"
                                      "\"nul\":\"a\\u0000b\",\"two\":1,\"two\":2,\"s\":\"abc\"}");
  yyjson_val *root = yyjson_doc_get_root (doc), *child;
  g_autoptr (GError) error = NULL;
  const char *text;
  gint64 number;
  gboolean flag;

  assert_invalid (moked_json_get_string (root, "phone", 9, &text, &error), &error, "‘phone’ must be a string");
  assert_invalid (moked_json_get_string (root, "gone", 9, &text, &error), &error, "‘gone’ is missing");
  assert_invalid (moked_json_get_string (root, "n", 9, &text, &error), &error, "‘n’ is missing");
  assert_invalid (moked_json_get_string (root, "s", 2, &text, &error), &error, "‘s’ is longer than 2 bytes");
  assert_invalid (moked_json_get_string (root, "nul", 9, &text, &error), &error,
                  "‘nul’ must be a string without NUL");
  assert_invalid (moked_json_get_int (root, "f", &number, &error), &error, "‘f’ must be a whole number");
  assert_invalid (moked_json_get_int (root, "big", &number, &error), &error,
                  "‘big’ must be a whole number of 64 bits");
  assert_invalid (moked_json_get_int (root, "two", &number, &error), &error, "‘two’ is given twice");
  assert_invalid (moked_json_get_bool (root, "phone", &flag, &error), &error, "‘phone’ must be true or false");
  assert_invalid (moked_json_get_object (root, "s", &child, &error), &error, "‘s’ must be an object");
  assert_invalid (moked_json_get_array (root, "s", &child, &error), &error, "‘s’ must be an array");
  assert_invalid (moked_json_get_int (NULL, "x", &number, &error), &error, "An object with ‘x’ was expected");
}

static void
test_optional (void)
{
  g_autoptr (yyjson_doc) doc = parse ("{\"s\":\"x\",\"n\":null,\"i\":3}");
  yyjson_val *root = yyjson_doc_get_root (doc), *child = root;
  g_autoptr (GError) error = NULL;
  const char *text = "before";
  gint64 number;
  gboolean flag;

  g_assert_true (moked_json_get_optional_string (root, "n", 9, &text, &error));
  g_assert_null (text);
  g_assert_true (moked_json_get_optional_string (root, "s", 9, &text, &error));
  g_assert_cmpstr (text, ==, "x");
  g_assert_true (moked_json_get_optional_int (root, "gone", 7, &number, &error));
  g_assert_cmpint (number, ==, 7);
  g_assert_true (moked_json_get_optional_int (root, "i", 7, &number, &error));
  g_assert_cmpint (number, ==, 3);
  g_assert_true (moked_json_get_optional_bool (root, "gone", TRUE, &flag, &error));
  g_assert_true (flag);
  g_assert_true (moked_json_get_optional_object (root, "gone", &child, &error));
  g_assert_null (child);
  g_assert_true (moked_json_get_optional_array (root, "n", &child, &error));
  g_assert_null (child);
  assert_invalid (moked_json_get_optional_int (root, "s", 7, &number, &error), &error,
                  "‘s’ must be a whole number");
  assert_invalid (moked_json_get_optional_object (root, "s", &child, &error), &error, "‘s’ must be an object");
}

static void
test_refused (void)
{
  static const char *const bad[] = {
    "", " ", "{", "{\"a\":1,}", "[1 2]", "{'a':1}", "{\"a\":1}x", "// c\n1", "NaN", "\"\xFF\"", "\"\\ud800\"", "01",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (moked_json_parse (bad[i], -1, MOKED_JSON_MAX_DEPTH, &error));
      g_assert_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT);
    }
}

static void
test_depth (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (yyjson_doc) fits = moked_json_parse ("[[[1]],[[2]],\"[[[[\"]", -1, 3, &error);
  g_autofree char *bomb = g_strnfill (1000000, '[');
  g_autofree char *deep = g_strconcat ("{\"a\":[{\"b\":", "[]", "}]}", NULL);

  g_assert_no_error (error);
  g_assert_nonnull (fits);
  g_assert_null (moked_json_parse (deep, -1, 3, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT);
  g_clear_error (&error);

  g_assert_null (moked_json_parse (bomb, -1, 3, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT);
  g_clear_error (&error);

  memset (bomb + 500000, ']', 500000);
  g_assert_null (moked_json_parse (bomb, 1000000, MOKED_JSON_MAX_DEPTH, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT);
}

static void
test_length (void)
{
  g_autoptr (yyjson_doc) doc = moked_json_parse ("{\"a\":1}garbage", 7, MOKED_JSON_MAX_DEPTH, NULL);

  g_assert_nonnull (doc);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/values", test_values);
  g_test_add_func ("/json/wrong-kinds", test_wrong_kinds);
  g_test_add_func ("/json/optional", test_optional);
  g_test_add_func ("/json/refused", test_refused);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/length", test_length);
  return g_test_run ();
}
