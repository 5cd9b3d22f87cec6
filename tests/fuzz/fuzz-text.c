/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <string.h>

#include "base/moked-israeli-id.h"
#include "base/moked-phone.h"
#include "base/moked-text.h"
#include "base/moked-time.h"
#include "base/moked-ulid.h"

static void
check_text (const char *text)
{
  g_autofree char *folded = moked_text_fold (text);
  g_autofree char *twice = moked_text_fold (folded);
  g_autofree char *key = moked_text_sort_key (text);
  g_autofree char *clean = moked_text_strip_controls (text);
  g_autofree char *isolated = moked_text_isolate (text);
  g_autofree char *initials = moked_text_initials (text);

  g_assert_true (g_utf8_validate (folded, -1, NULL));
  g_assert_true (g_utf8_validate (key, -1, NULL));
  g_assert_true (g_utf8_validate (clean, -1, NULL));
  g_assert_true (g_utf8_validate (isolated, -1, NULL));
  g_assert_cmpuint (g_utf8_strlen (initials, -1), <=, 2);
  g_assert_cmpstr (folded, ==, twice);
  moked_text_get_base_direction (text);
  moked_text_is_blank (text);
}

static void
check_phone (const char *text)
{
  g_autofree char *e164 = moked_phone_normalize (text, NULL);
  g_autofree char *fragment = moked_phone_search_fragment (text);
  g_autofree char *formatted = moked_phone_format (text);
  g_autofree char *form = moked_phone_search_form (text);

  if (e164 != NULL)
    {
      g_autofree char *shown = moked_phone_format (e164);
      g_autofree char *again = moked_phone_normalize (shown, NULL);

      g_assert_cmpstr (e164, ==, again);
    }
}

static void
check_numbers (const char *text)
{
  g_autofree char *id = moked_israeli_id_normalize (text);
  gint64 us;

  if (id != NULL)
    g_assert_cmpuint (strlen (id), ==, 9);
  moked_israeli_id_validate (text, NULL);
  moked_israeli_company_id_validate (text, NULL);
  moked_time_parse_rfc2822 (text, &us, NULL);
  if (moked_time_parse_rfc3339 (text, &us, NULL))
    {
      g_autofree char *written = moked_time_format_rfc3339 (us);
      gint64 again = 0;

      g_assert_true (us < 0 || moked_time_parse_rfc3339 (written, &again, NULL));
      g_assert_true (us < 0 || again == us);
    }
  g_assert_true (moked_ulid_is_valid (text) == (moked_ulid_get_time_us (text) >= 0));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);

  check_text (text);
  check_phone (text);
  check_numbers (text);
  return 0;
}
