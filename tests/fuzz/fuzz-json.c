/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "base/moked-error.h"
#include "base/moked-json.h"

static void
read_every_kind (yyjson_val *value)
{
  const char *text = NULL;
  gint64 number;
  gboolean flag;
  yyjson_val *child;

  if (moked_json_get_string (value, "a", 16, &text, NULL))
    g_assert_true (g_utf8_validate (text, -1, NULL));
  moked_json_get_optional_string (value, "b", 16, &text, NULL);
  moked_json_get_int (value, "a", &number, NULL);
  moked_json_get_optional_int (value, "b", 5, &number, NULL);
  moked_json_get_bool (value, "a", &flag, NULL);
  moked_json_get_optional_bool (value, "b", TRUE, &flag, NULL);
  if (moked_json_get_object (value, "a", &child, NULL))
    read_every_kind (child);
  moked_json_get_array (value, "a", &child, NULL);
  moked_json_get_optional_array (value, "b", &child, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (yyjson_doc) doc = moked_json_parse ((const char *) data, size, 8, &error);

  g_assert_true ((doc == NULL) == (error != NULL));
  if (doc != NULL)
    read_every_kind (yyjson_doc_get_root (doc));
  else
    g_assert_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT);
  return 0;
}
