/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office.h"

/* A copy that is not what the service has, for whatever reason, is found and mended when there is nothing else to
 * do. */

#define MINUTE (60 * G_USEC_PER_SEC)

static void
assert_compares_to (Desk       *desk,
                    const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *entity = dex_await_string (moked_sync_client_compare_now (desk->client), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (entity, ==, expected);
}

static void
prepare (Office *office,
         Sample *sample)
{
  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (Sample) other = new_sample ("other");

      desk_save_ok (&office->a, other);
    }
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
}

static void
assert_mended (Office     *office,
               const char *damage)
{
  g_autoptr (Sample) sample = new_sample ("as it is");

  prepare (office, sample);
  assert_compares_to (&office->b, "");
  desk_run_sql (&office->b, damage);
  assert_compares_to (&office->b, "sample");
  desk_sync_ok (&office->b);
  g_assert_cmpint (desk_count (&office->b, "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 21);
  desk_assert_title (&office->b, sample, "as it is");
  assert_compares_to (&office->b, "");
}

static DexFuture *
missing_fiber (gpointer data)
{
  assert_mended (data, "DELETE FROM sample WHERE business_id = $1 AND title = 'as it is'");
  return dex_future_new_true ();
}

static DexFuture *
too_much_fiber (gpointer data)
{
  assert_mended (data, "INSERT INTO sample (business_id, id, title, version) VALUES ($1, '01AAAAAAAAAAAAAAAAAAAAAAAA', 'x', 3)");
  return dex_future_new_true ();
}

static DexFuture *
old_fiber (gpointer data)
{
  assert_mended (data, "UPDATE sample SET title = 'as it was', version = 0 WHERE business_id = $1 "
                       "AND title = 'as it is'");
  return dex_future_new_true ();
}

/* While something is under way the two differ as they should. */
static DexFuture *
waiting_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("as it is");

  prepare (office, sample);
  desk_set_title (&office->b, sample, "mine");
  assert_compares_to (&office->b, "");
  desk_set_title (&office->a, sample, "theirs");
  desk_sync_ok (&office->a);
  assert_compares_to (&office->b, "");
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  moked_clock_advance (office->clock, MINUTE);
  assert_compares_to (&office->b, "");
  assert_compares_to (&office->a, "");
  return dex_future_new_true ();
}

/* Deletions are no difference, wherever there are tombstones. */
static DexFuture *
deleted_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("goes");

  prepare (office, sample);
  g_free (desk_delete (&office->a, sample));
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_close (&office->b);
  office_open_desk (office, &office->b, "desk-b2"); /* knows of no tombstone */
  desk_sync_ok (&office->b);
  assert_compares_to (&office->a, "");
  assert_compares_to (&office->b, "");
  return dex_future_new_true ();
}

/* A client that runs does it by itself. */
static DexFuture *
by_itself_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->b;
  g_autoptr (Sample) sample = new_sample ("as it is");

  prepare (office, sample);
  moked_sync_client_start (desk->client);
  while (desk->transport->live == NULL || moked_sync_client_get_state (desk->client) != MOKED_SYNC_IDLE)
    desk_sync_ok (desk);
  desk_run_sql (desk, "DELETE FROM sample WHERE business_id = $1");
  while (desk_count (desk, "SELECT count(*) FROM sample WHERE business_id = $1") < 21)
    moked_clock_advance (office->clock, MINUTE);
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/sync-sums/missing", missing_fiber);
  ADD ("/sync-sums/too-much", too_much_fiber);
  ADD ("/sync-sums/old", old_fiber);
  ADD ("/sync-sums/waiting", waiting_fiber);
  ADD ("/sync-sums/deleted", deleted_fiber);
  ADD ("/sync-sums/by-itself", by_itself_fiber);
  return fixture_run_tests ();
}
