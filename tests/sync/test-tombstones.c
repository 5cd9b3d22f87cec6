/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "office.h"
#include "sync/moked-tombstone-keeper.h"

/* Tombstones go in their time; who was away longer lists everything again, and keeps what it did meanwhile. */

#define DAYS 180

static void
pass_days (Office *office,
           guint   days)
{
  g_autoptr (MokedTombstoneKeeper) keeper =
      moked_tombstone_keeper_new (office->store, office_get_schema (), office->clock, DAYS);
  g_autoptr (GError) error = NULL;

  moked_clock_advance (office->clock, days * G_TIME_SPAN_DAY);
  dex_await (moked_tombstone_keeper_purge (keeper), &error);
  g_assert_no_error (error);
}

static void
delete_here (Desk   *desk,
             Sample *sample)
{
  g_free (desk_delete (desk, sample));
  desk_sync_ok (desk);
}

static gint64
count_rows (Office *office)
{
  return office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1");
}

/* Away longer than that: the record goes, what was made and changed meanwhile arrives, and the log knows all. */
static DexFuture *
away_fiber (gpointer data)
{
  Office *office = data;
  Desk *a = &office->a, *b = &office->b;
  g_autoptr (Sample) deleted = new_sample ("deleted"), kept = new_sample ("kept"), made = new_sample ("made away");
  g_autoptr (Sample) seen = NULL;

  desk_sync_ok (a);
  desk_save_ok (a, deleted);
  desk_save_ok (a, kept);
  desk_sync_ok (a);
  desk_sync_ok (b);
  b->transport->offline = TRUE;
  desk_save_ok (b, made);
  desk_set_title (b, kept, "changed away");
  delete_here (a, deleted);
  pass_days (office, DAYS - 1);
  g_assert_cmpint (count_rows (office), ==, 2);
  pass_days (office, 2);
  g_assert_cmpint (count_rows (office), ==, 1);
  b->transport->offline = FALSE;
  desk_sync_ok (b);
  seen = desk_see (b, moked_entity_get_id (deleted));
  g_assert_null (seen);
  desk_assert_nothing_waits (b);
  desk_sync_ok (a);
  desk_assert_title (a, made, "made away");
  desk_assert_title (a, kept, "changed away");
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM change WHERE business_id = $1"), ==, 5);
  return dex_future_new_true ();
}

/* What is changed of a record that is gone for good is not done and not lost: its author sees it. */
static DexFuture *
edited_fiber (gpointer data)
{
  Office *office = data;
  Desk *a = &office->a, *b = &office->b;
  g_autoptr (Sample) deleted = new_sample ("deleted");
  g_autoptr (MokedMutation) waiting = NULL;

  desk_sync_ok (a);
  desk_save_ok (a, deleted);
  desk_sync_ok (a);
  desk_sync_ok (b);
  desk_set_title (b, deleted, "changed away");
  delete_here (a, deleted);
  pass_days (office, DAYS + 1);
  desk_sync_ok (b);
  waiting = desk_only_waiting (b);
  g_assert_cmpint (moked_mutation_get_state (waiting), ==, MOKED_MUTATION_REJECTED);
  g_assert_cmpstr (moked_mutation_get_code (waiting), ==, "gone");
  return dex_future_new_true ();
}

/* Who was not away sees nothing of it; what was restored, and what was deleted later, stays. */
static DexFuture *
near_fiber (gpointer data)
{
  Office *office = data;
  Desk *a = &office->a, *b = &office->b;
  g_autoptr (Sample) restored = new_sample ("restored"), late = new_sample ("late"), old = new_sample ("old");
  MokedEdit *edit = moked_edit_new ("restore");
  guint before;

  desk_sync_ok (a);
  desk_save_ok (a, restored);
  desk_save_ok (a, late);
  desk_save_ok (a, old);
  delete_here (a, old);
  delete_here (a, restored);
  moked_edit_restore (edit, &sample_info, moked_entity_get_id (restored));
  g_free (dex_await_string (moked_cache_commit (a->cache, edit), NULL));
  desk_sync_ok (a);
  desk_sync_ok (b);
  moked_clock_advance (office->clock, 10 * G_TIME_SPAN_DAY);
  delete_here (a, late);
  desk_sync_ok (b);
  pass_days (office, DAYS - 9);
  g_assert_cmpint (count_rows (office), ==, 2); /* the one that lives, and the later tombstone */
  before = b->transport->n_requests;
  desk_sync_ok (b);
  g_assert_cmpuint (b->transport->n_requests, <=, before + 2); /* nothing is listed */
  desk_assert_title (b, restored, "restored");
  return dex_future_new_true ();
}

/* A log of many changes is read in steps. */
static DexFuture *
steps_fiber (gpointer data)
{
  Office *office = data;

  desk_sync_ok (&office->a);
  for (guint i = 0; i < 3; i++)
    {
      MokedEdit *edit = moked_edit_new ("many");

      for (guint n = 0; n < 900; n++)
        {
          g_autoptr (Sample) sample = new_sample ("many");

          moked_edit_save (edit, sample);
        }
      g_free (dex_await_string (moked_cache_commit (office->a.cache, edit), NULL));
    }
  desk_sync_ok (&office->a);
  {
    g_autoptr (Sample) last = new_sample ("last");

    desk_save_ok (&office->a, last);
    delete_here (&office->a, last);
  }
  pass_days (office, DAYS + 1);
  g_assert_cmpint (count_rows (office), ==, 2700);
  return dex_future_new_true ();
}

/* A service that is put back from a copy takes nothing from a desktop that was deleted for good before the copy. */
static DexFuture *
restored_fiber (gpointer data)
{
  Office *office = data;
  Desk *a = &office->a, *b = &office->b;
  g_autoptr (Sample) deleted = new_sample ("deleted"), kept = new_sample ("kept");
  g_autoptr (Sample) seen = NULL;

  desk_sync_ok (a);
  desk_save_ok (a, deleted);
  desk_save_ok (a, kept);
  desk_sync_ok (a);
  desk_sync_ok (b);
  delete_here (a, deleted);
  pass_days (office, DAYS + 1);
  office_back_up (office);
  office_put_back (office);
  desk_reconnect (a, office);
  desk_reconnect (b, office);
  desk_sync_ok (b);
  desk_sync_ok (a);
  seen = desk_see (a, moked_entity_get_id (deleted));
  g_assert_null (seen);
  desk_assert_title (b, kept, "kept");
  desk_assert_nothing_waits (b);
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/sync-tombstones/away", away_fiber);
  ADD ("/sync-tombstones/edited", edited_fiber);
  ADD ("/sync-tombstones/near", near_fiber);
  ADD ("/sync-tombstones/steps", steps_fiber);
  ADD ("/sync-tombstones/restored", restored_fiber);
  return fixture_run_tests ();
}
