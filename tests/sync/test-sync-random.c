/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "base/moked-error.h"
#include "fault-vfs.h"
#include "history.h"

/* Random histories of an office: desktops that edit, delete, command, change their minds, lose the service, lose
 * answers, say things twice and late, have wrong clocks, are closed and opened in the middle of it, go off without a
 * warning and find their files damaged, and a service that goes off, too, forgets what was deleted long ago, and is put
 * back from a copy of itself. Each is made from a number; with MOKED_SYNC_SEED=NUMBER that one alone is run, with
 * MOKED_SYNC_HISTORIES=N so many, from MOKED_SYNC_FIRST on. */

#define N_HISTORIES 200
#define N_STEPS 60

typedef void (*Action) (History *history,
                        Desk    *desk);

static void
do_create (History *history,
           Desk    *desk)
{
  history_create (history, desk, history_chance (history, 60));
}

static void
do_edit (History *history,
         Desk    *desk)
{
  if (desk - history->desks < HISTORY_DESKS)
    history_edit_own (history, desk);
  else
    history_tag (history, desk);
}

static void
do_tag (History *history,
        Desk    *desk)
{
  history_tag (history, desk);
}

static void
do_free (History *history,
         Desk    *desk)
{
  history_edit_free (history, desk);
}

static void
do_command (History *history,
            Desk    *desk)
{
  history_command (history, desk, history_chance (history, 20));
}

static void
do_change_mind (History *history,
                Desk    *desk)
{
  history_change_mind (history, desk);
}

static void
do_sync (History *history,
         Desk    *desk)
{
  dex_await (moked_sync_client_sync_now (desk->client), NULL);
}

/* Goes on while people do. */
static void
do_sync_meanwhile (History *history,
                   Desk    *desk)
{
  g_ptr_array_add (history->under_way, moked_sync_client_sync_now (desk->client));
}

static void
do_fault (History *history,
          Desk    *desk)
{
  DirectTransport *transport = desk->transport;

  transport->offline = history_chance (history, 25);
  transport->lose_answers = history_chance (history, 40) ? g_rand_int_range (history->rand, 1, 3) : 0;
  transport->repeat_posts = history_chance (history, 30);
  transport->requests_left = history_chance (history, 30) ? g_rand_int_range (history->rand, 0, 5) : -1;
  transport->refuse_posts = history_chance (history, 15);
}

static void
do_reopen (History *history,
           Desk    *desk)
{
  desk_close (desk);
  history_open_desk (history, (guint) (desk - history->desks));
}

static void
do_back_up (History *history,
            Desk    *desk)
{
  history_back_up (history);
}

static void
do_put_back (History *history,
             Desk    *desk)
{
  history_put_back (history);
}

/* Another life of the log, of which nothing was lost: everything is listed again. Not after a copy was made: of a life
 * that began and ended since, a service that is put back knows nothing. */
static void
do_begin_anew (History *history,
               Desk *desk)
{
  g_autofree char *sql = g_strdup_printf ("UPDATE business_seq SET epoch = 'life-%u' WHERE business_id = $1",
                                          g_rand_int (history->rand));

  if (!history->backed_up)
    office_run_sql (&history->office, sql);
}

static void
do_crash (History *history,
          Desk    *desk)
{
  history_crash_desk (history, desk);
}

static void
do_crash_service (History *history,
                  Desk    *desk)
{
  history_crash_service (history);
}

static void
do_damage (History *history,
           Desk    *desk)
{
  history_damage_desk (history, desk);
}

static void
do_say_again (History *history,
              Desk    *desk)
{
  history_say_again (history, desk);
}

static void
do_pass_time (History *history,
              Desk    *desk)
{
  if (history_chance (history, 80))
    history_pass_time (history);
  else
    history_forget_deletions (history);
}

static const struct
{
  Action action;
  guint  weight;
} actions[] = {
  { do_create, 14 },
  { do_edit, 30 },
  { do_tag, 8 },
  { do_free, 14 },
  { do_command, 6 },
  { do_change_mind, 8 },
  { do_sync, 18 },
  { do_sync_meanwhile, 10 },
  { do_fault, 10 },
  { do_reopen, 2 },
  { do_crash, 4 },
  { do_crash_service, 2 },
  { do_damage, 1 },
  { do_say_again, 3 },
  { do_pass_time, 3 },
  { do_back_up, 1 },
  { do_put_back, 2 },
  { do_begin_anew, 1 },
};

static void
step (History *history)
{
  Desk *desk = &history->desks[g_rand_int_range (history->rand, 0, (gint32) history->n_desks)];
  guint total = 0, at;

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    total += actions[i].weight;
  at = (guint) g_rand_int_range (history->rand, 0, (gint32) total);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      if (at < actions[i].weight)
        {
          actions[i].action (history, desk);
          return;
        }
      at -= actions[i].weight;
    }
}

static DexFuture *
history_fiber (gpointer data)
{
  History *history = data;

  history_open (history);
  for (guint i = 0; i < N_STEPS; i++)
    step (history);
  history_settle (history);
  history_check (history);
  history_close (history);
  return dex_future_new_true ();
}

static void
run_history (guint32 seed)
{
  g_autoptr (History) history = history_new (seed);

  g_test_message ("MOKED_SYNC_SEED=%u", seed);
  test_fiber_run (history_fiber, history);
}

static void
test_histories (void)
{
  const char *seed = g_getenv ("MOKED_SYNC_SEED"), *count = g_getenv ("MOKED_SYNC_HISTORIES");
  const char *from = g_getenv ("MOKED_SYNC_FIRST");
  guint n = count != NULL ? (guint) atoi (count) : N_HISTORIES;
  guint32 first = from != NULL ? (guint32) strtoul (from, NULL, 10) : 1;

  if (seed != NULL)
    {
      run_history ((guint32) strtoul (seed, NULL, 10));
      return;
    }
  for (guint i = 0; i < n; i++)
    run_history (first + i);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  fault_vfs_register ();
  g_test_add_func ("/sync/random-histories", test_histories);
  return fixture_run_tests ();
}
