/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-rate-limit.h"

static void
test_burst_and_refill (void)
{
  g_autoptr (MokedClock) clock = moked_clock_new_fake (0);
  g_autoptr (MokedRateLimit) limit = moked_rate_limit_new (clock, 3, 6 * G_USEC_PER_SEC);

  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (moked_rate_limit_check (limit, "a"), ==, 0);
      moked_rate_limit_take (limit, "a");
    }
  g_assert_cmpint (moked_rate_limit_check (limit, "a"), >, 5 * G_USEC_PER_SEC);
  g_assert_cmpint (moked_rate_limit_check (limit, "b"), ==, 0);
  moked_clock_advance (clock, 6 * G_USEC_PER_SEC);
  g_assert_cmpint (moked_rate_limit_check (limit, "a"), ==, 0);
  moked_rate_limit_take (limit, "a");
  g_assert_cmpint (moked_rate_limit_check (limit, "a"), >, 0);
}

/* Somebody with many addresses cannot make it grow for ever. */
static void
test_many_keys (void)
{
  g_autoptr (MokedClock) clock = moked_clock_new_fake (0);
  g_autoptr (MokedRateLimit) limit = moked_rate_limit_new (clock, 1, G_USEC_PER_SEC);

  for (guint i = 0; i < 50000; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      moked_rate_limit_take (limit, key);
      g_assert_cmpint (moked_rate_limit_check (limit, key), >, 0);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rate-limit/burst-and-refill", test_burst_and_refill);
  g_test_add_func ("/rate-limit/many-keys", test_many_keys);
  return g_test_run ();
}
