/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <string.h>

#include "base/moked-form.h"

static char *
encode (const MokedForm *form)
{
  GString *body = g_string_new (NULL);

  for (guint i = 0; i < moked_form_get_n_pairs (form); i++)
    {
      const char *key, *value;

      moked_form_get_pair (form, i, &key, &value);
      g_assert_true (g_utf8_validate (key, -1, NULL) && g_utf8_validate (value, -1, NULL));
      g_assert_true (moked_form_has (form, key) && moked_form_count (form, key) > 0);
      if (i > 0)
        g_string_append_c (body, '&');
      g_string_append_uri_escaped (body, key, NULL, FALSE);
      g_string_append_c (body, '=');
      g_string_append_uri_escaped (body, value, NULL, FALSE);
    }
  return g_string_free_and_steal (body);
}

/* What was understood, written again, must be understood in the same way. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MokedForm) form = moked_form_parse ((const char *) data, size, &error);
  g_autoptr (MokedForm) again = NULL;
  g_autofree char *body = NULL, *body_again = NULL;

  g_assert_true ((form == NULL) == (error != NULL));
  if (form == NULL)
    return 0;
  g_assert_cmpuint (moked_form_get_n_pairs (form), <=, MOKED_FORM_MAX_PAIRS);
  body = encode (form);
  again = moked_form_parse (body, strlen (body), &error);
  g_assert_no_error (error);
  body_again = encode (again);
  g_assert_cmpstr (body, ==, body_again);
  return 0;
}
