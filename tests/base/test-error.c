/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <libdex.h>

#include "base/moked-error.h"

typedef struct
{
  MokedError  code;
  guint       status;
  const char *name;
  gboolean    temporary;
} Case;

static const Case cases[] = {
  { MOKED_ERROR_INVALID, 400, "invalid", FALSE },
  { MOKED_ERROR_FORMAT, 400, "format", FALSE },
  { MOKED_ERROR_UNAUTHENTICATED, 401, "unauthenticated", FALSE },
  { MOKED_ERROR_FORBIDDEN, 403, "forbidden", FALSE },
  { MOKED_ERROR_NOT_FOUND, 404, "not-found", FALSE },
  { MOKED_ERROR_CONFLICT, 409, "conflict", FALSE },
  { MOKED_ERROR_GONE, 410, "gone", FALSE },
  { MOKED_ERROR_EXPIRED, 410, "expired", FALSE },
  { MOKED_ERROR_TOO_LARGE, 413, "too-large", FALSE },
  { MOKED_ERROR_REJECTED, 422, "rejected", FALSE },
  { MOKED_ERROR_RATE_LIMITED, 429, "rate-limited", TRUE },
  { MOKED_ERROR_BUSY, 503, "busy", TRUE },
  { MOKED_ERROR_IN_USE, 503, "in-use", TRUE },
  { MOKED_ERROR_STORAGE, 500, "storage", TRUE },
  { MOKED_ERROR_FULL, 507, "full", TRUE },
  { MOKED_ERROR_CORRUPT, 500, "corrupt", FALSE },
  { MOKED_ERROR_UNAVAILABLE, 503, "unavailable", TRUE },
  { MOKED_ERROR_TIMEOUT, 504, "timeout", TRUE },
  { MOKED_ERROR_CANCELLED, 503, "cancelled", FALSE },
  { MOKED_ERROR_INTERNAL, 500, "internal", FALSE },
};

static void
test_every_code (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (MOKED_ERROR, cases[i].code, "");

      g_assert_cmpuint (moked_error_get_http_status (error), ==, cases[i].status);
      g_assert_cmpstr (moked_error_get_code (error), ==, cases[i].name);
      g_assert_cmpint (moked_error_is_temporary (error), ==, cases[i].temporary);
    }
}

static void
assert_foreign (GQuark domain, int code, const char *name)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "");

  g_assert_cmpstr (moked_error_get_code (error), ==, name);
}

static void
test_other_domains (void)
{
  assert_foreign (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "unavailable");
  assert_foreign (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "timeout");
  assert_foreign (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  assert_foreign (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "storage");
  assert_foreign (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "unavailable");
  assert_foreign (DEX_ERROR, DEX_ERROR_TIMED_OUT, "timeout");
  assert_foreign (G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE, "internal");
  assert_foreign (MOKED_ERROR, 9999, "internal");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/error/every-code", test_every_code);
  g_test_add_func ("/error/other-domains", test_other_domains);
  return g_test_run ();
}
