/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-clock.h"
#include "test-fiber.h"

#define NOON G_GINT64_CONSTANT (1795176000000000)

static void
test_system (void)
{
  g_autoptr (MokedClock) clock = moked_clock_new_system ();
  gint64 before = g_get_real_time ();
  gint64 monotonic = moked_clock_get_monotonic (clock);

  g_assert_cmpint (moked_clock_get_real (clock), >=, before);
  g_assert_cmpint (moked_clock_get_real (clock), <, before + 60 * G_USEC_PER_SEC);
  g_assert_cmpint (moked_clock_get_monotonic (clock), >=, monotonic);
  g_assert_false (moked_clock_is_fake (clock));
}

static void
test_fake_stands_still (void)
{
  g_autoptr (MokedClock) clock = moked_clock_new_fake (NOON);

  g_assert_cmpint (moked_clock_get_real (clock), ==, NOON);
  g_assert_cmpint (moked_clock_get_real (clock), ==, NOON);
  moked_clock_advance (clock, 5);
  g_assert_cmpint (moked_clock_get_real (clock), ==, NOON + 5);
  g_assert_cmpint (moked_clock_get_monotonic (clock), ==, NOON + 5);
  g_assert_true (moked_clock_is_fake (clock));
}

static void
test_fake_waits_in_order (void)
{
  g_autoptr (MokedClock) clock = moked_clock_new_fake (NOON);
  g_autoptr (DexFuture) late = moked_clock_wait (clock, 300);
  g_autoptr (DexFuture) early = moked_clock_wait (clock, 100);
  g_autoptr (DexFuture) now = moked_clock_wait (clock, 0);

  g_assert_true (dex_future_is_resolved (now));
  moked_clock_advance (clock, 99);
  g_assert_true (dex_future_is_pending (early));
  moked_clock_advance (clock, 1);
  g_assert_true (dex_future_is_resolved (early));
  g_assert_true (dex_future_is_pending (late));
  moked_clock_advance (clock, 1000);
  g_assert_true (dex_future_is_resolved (late));
}

typedef struct
{
  MokedClock *clock;
  GArray     *seen;
} Order;

static DexFuture *
note_time (DexFuture *future, gpointer user_data)
{
  Order *order = user_data;
  gint64 now = moked_clock_get_real (order->clock) - NOON;

  g_array_append_val (order->seen, now);
  return NULL;
}

static void
test_fake_shows_each_deadline (void)
{
  g_autoptr (MokedClock) clock = moked_clock_new_fake (NOON);
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (gint64));
  Order order = { clock, seen };
  g_autoptr (DexFuture) two = dex_future_then (moked_clock_wait (clock, 20), note_time, &order, NULL);
  g_autoptr (DexFuture) one = dex_future_then (moked_clock_wait (clock, 10), note_time, &order, NULL);

  moked_clock_advance (clock, 1000);
  g_assert_cmpuint (seen->len, ==, 2);
  g_assert_cmpint (g_array_index (seen, gint64, 0), ==, 10);
  g_assert_cmpint (g_array_index (seen, gint64, 1), ==, 20);
  g_assert_cmpint (moked_clock_get_real (clock), ==, NOON + 1000);
}

static DexFuture *
system_wait_fiber (gpointer data)
{
  g_autoptr (MokedClock) clock = moked_clock_new_system ();
  g_autoptr (GError) error = NULL;
  gint64 start = moked_clock_get_monotonic (clock);

  g_assert_true (dex_await (moked_clock_wait (clock, 2000), &error));
  g_assert_no_error (error);
  g_assert_cmpint (moked_clock_get_monotonic (clock) - start, >=, 2000);
  return dex_future_new_true ();
}

static void
test_system_wait (void)
{
  test_fiber_run (system_wait_fiber, NULL);
}

static void
test_dropped_wait (void)
{
  g_autoptr (MokedClock) clock = moked_clock_new_system ();
  DexFuture *wait = moked_clock_wait (clock, 60 * G_USEC_PER_SEC);

  /* A timer that outlives its future would be a critical message here, and the end of the test. */
  dex_clear (&wait);
  g_assert_null (wait);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/clock/system", test_system);
  g_test_add_func ("/clock/system-wait", test_system_wait);
  g_test_add_func ("/clock/dropped-wait", test_dropped_wait);
  g_test_add_func ("/clock/fake-stands-still", test_fake_stands_still);
  g_test_add_func ("/clock/fake-waits-in-order", test_fake_waits_in_order);
  g_test_add_func ("/clock/fake-shows-each-deadline", test_fake_shows_each_deadline);
  return g_test_run ();
}
