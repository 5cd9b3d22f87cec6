/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "history-scope.h"

/* Random histories of rights: what users see becomes less and more, records change hands, users leave and come back,
 * while people write, connections break and the service is put back from a copy. Each is made from a number; with
 * MOKED_SYNC_SEED=NUMBER that one alone is run, with MOKED_SYNC_HISTORIES=N so many. */

#define N_HISTORIES 150
#define N_STEPS 70

static DexFuture *
history_fiber (gpointer data)
{
  SightHistory *history = data;

  sight_history_open (history);
  for (guint i = 0; i < N_STEPS; i++)
    sight_history_step (history);
  sight_history_settle (history);
  sight_history_check (history);
  sight_history_close (history);
  return dex_future_new_true ();
}

static void
run_history (guint32 seed)
{
  g_autoptr (SightHistory) history = sight_history_new (seed);

  g_test_message ("MOKED_SYNC_SEED=%u", seed);
  test_fiber_run (history_fiber, history);
}

static void
test_histories (void)
{
  const char *seed = g_getenv ("MOKED_SYNC_SEED"), *count = g_getenv ("MOKED_SYNC_HISTORIES");
  guint n = count != NULL ? (guint) atoi (count) : N_HISTORIES;

  if (seed != NULL)
    {
      run_history ((guint32) strtoul (seed, NULL, 10));
      return;
    }
  for (guint i = 1; i <= n; i++)
    run_history (i);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/scope/random-histories", test_histories);
  return fixture_run_tests ();
}
