/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "office.h"

/* What was reported of other systems that keep copies in step, and must not happen here. Where another file has the
 * test already, its name stands in its place.
 *
 *   1 a number was taken before the commit, and readers passed over the row       numbers
 *   2 rows between the first listing and the stream were lost or came twice       seam
 *   3 an error was the answer to what was done, and it was done again             done-twice, sync-every-write/way
 *   4 one bad change held up all that came after it for days                      sync-faults/poison
 *   5 a refused change, or a service put back, took the user's work away          sync/rejected, work-kept
 *   6 a stale copy that was saved as a whole overwrote what others wrote          stale-copy
 *   7 what was deleted and made again did not travel, or rose from a purge        made-again, sync-tombstones
 *   8 a right was taken away and the rows stayed                                  scope/right-revoked-rows-stay
 *   9 a wrong clock won for an hour, or everything was refused                    wrong-clock, held/clock-skew
 *  10 an odd cursor, or a deletion, broke the exchange                            odd-cursor
 *  11 two windows of one client sent out of order; one that changed nothing
 *     made a third one miss a row                                               two-windows, nothing-changed
 *  12 an exchange that was interrupted never came right again, or a failed
 *     comparison listed everything again and again; histories grew for ever      interrupted, listed-once, growth */

static gint64
count_samples (Desk *desk)
{
  return desk_count (desk, "SELECT count(*) FROM sample WHERE business_id = $1 AND deleted_at IS NULL");
}

static void
save_many (Desk *desk,
           guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (Sample) sample = new_sample ("one of many");

      desk_save_ok (desk, sample);
    }
}

/* Everybody writes at once while one reads on and on. */
static DexFuture *
numbers_fiber (gpointer data)
{
  Office *office = data;
  Desk reader = { 0 };
  g_autoptr (DexFuture) a = NULL, b = NULL;

  office_open_desk (office, &reader, "desk-c");
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_sync_ok (&reader);
  save_many (&office->a, 60);
  save_many (&office->b, 60);
  a = moked_sync_client_sync_now (office->a.client);
  b = moked_sync_client_sync_now (office->b.client);
  while (dex_future_is_pending (a) || dex_future_is_pending (b))
    desk_sync_ok (&reader);
  desk_sync_ok (&reader);
  g_assert_cmpint (count_samples (&reader), ==, 120);
  g_assert_cmpint (office_count (office, "SELECT max(seq) - count(*) FROM change WHERE business_id = $1"), ==, 0);
  desk_close (&reader);
  return dex_future_new_true ();
}

/* Between two pages of the listing a listed row is changed, another deleted and a new one made. */
static DexFuture *
seam_fiber (gpointer data)
{
  Office *office = data;
  Desk late = { 0 };
  g_autoptr (Sample) changed = new_sample ("before"), deleted = new_sample ("deleted"), made = new_sample ("made");
  g_autoptr (Sample) seen = NULL;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, changed);
  desk_save_ok (&office->a, deleted);
  desk_sync_ok (&office->a);
  office_open_desk (office, &late, "desk-c");
  late.transport->requests_left = 2; /* where the log stands, and the first page */
  g_assert_true (desk_sync_fails (&late));
  desk_set_title (&office->a, changed, "after");
  g_free (desk_delete (&office->a, deleted));
  desk_save_ok (&office->a, made);
  desk_sync_ok (&office->a);
  late.transport->requests_left = -1;
  desk_sync_ok (&late);
  desk_assert_title (&late, changed, "after");
  desk_assert_title (&late, made, "made");
  seen = desk_see (&late, moked_entity_get_id (deleted));
  g_assert_true (seen == NULL || moked_entity_is_deleted (seen));
  g_assert_cmpint (count_samples (&late), ==, 2);
  desk_close (&late);
  return dex_future_new_true ();
}

static DexFuture *
done_twice_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) stamped = new_sample ("hoped for"), seen = NULL;

  desk_sync_ok (&office->a);
  g_free (desk_stamp (&office->a, stamped, FALSE));
  for (guint i = 0; i < 3; i++)
    {
      office->a.transport->lose_answers = 2; /* that of the first question, and that of the push */
      g_assert_true (desk_sync_fails (&office->a));
    }
  office->a.transport->lose_answers = 0;
  office->a.transport->repeat_posts = TRUE;
  desk_sync_ok (&office->a);
  seen = desk_see (&office->a, moked_entity_get_id (stamped));
  g_assert_cmpint (seen->amount, ==, 1);
  return dex_future_new_true ();
}

/* The service's log is another one, and the desktop has what it made meanwhile. */
static DexFuture *
work_kept_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) made = new_sample ("made"), known = new_sample ("known");

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, known);
  desk_sync_ok (&office->a);
  desk_set_title (&office->a, known, "changed");
  desk_save_ok (&office->a, made);
  office_run_sql (office, "UPDATE business_seq SET epoch = 'another' WHERE business_id = $1");
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_assert_title (&office->b, known, "changed");
  desk_assert_title (&office->b, made, "made");
  return dex_future_new_true ();
}

/* An editor is open all morning; what is saved then is what was changed in it. */
static DexFuture *
stale_copy_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("title"), opened = NULL, edited = NULL, seen = NULL;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  opened = desk_see (&office->b, moked_entity_get_id (sample));
  edited = moked_entity_copy (opened);
  desk_set_title (&office->a, sample, "by another");
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  edited->amount = 5;
  desk_save_ok (&office->b, edited);
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  desk_assert_title (&office->a, sample, "by another");
  seen = desk_see (&office->a, moked_entity_get_id (sample));
  g_assert_cmpint (seen->amount, ==, 5);
  return dex_future_new_true ();
}

static void
bring_back (Desk   *desk,
            Sample *sample)
{
  MokedEdit *edit = moked_edit_new ("restore");

  moked_edit_restore (edit, &sample_info, moked_entity_get_id (sample));
  g_free (dex_await_string (moked_cache_commit (desk->cache, edit), NULL));
}

static DexFuture *
made_again_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("title"), seen = NULL;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  for (guint i = 0; i < 3; i++)
    {
      g_free (desk_delete (&office->a, sample));
      desk_sync_ok (&office->a);
      if (i == 1)
        desk_sync_ok (&office->b);
      bring_back (&office->a, sample);
      desk_sync_ok (&office->a);
    }
  desk_sync_ok (&office->b);
  seen = desk_see (&office->b, moked_entity_get_id (sample));
  g_assert_nonnull (seen);
  g_assert_false (moked_entity_is_deleted (seen));
  return dex_future_new_true ();
}

/* A day ahead, and a day behind: the later word counts, and nothing was made in the future. */
static DexFuture *
wrong_clock_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("title"), seen = NULL;

  moked_clock_advance (office->clock, 10 * G_TIME_SPAN_DAY);
  moked_clock_advance (office->a.clock, 11 * G_TIME_SPAN_DAY);
  moked_clock_advance (office->b.clock, 9 * G_TIME_SPAN_DAY);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_set_title (&office->a, sample, "ahead");
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_set_title (&office->b, sample, "behind, and later");
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  desk_assert_title (&office->a, sample, "behind, and later");
  desk_assert_title (&office->b, sample, "behind, and later");
  seen = desk_see (&office->b, moked_entity_get_id (sample));
  g_assert_cmpint (moked_entity_get_created_at (seen), <=, moked_clock_get_real (office->clock));
  desk_assert_nothing_waits (&office->a);
  return dex_future_new_true ();
}

static void
assert_refused (Desk       *desk,
                const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer =
      dex_await_boxed (moked_sync_transport_get (MOKED_SYNC_TRANSPORT (desk->transport), path), &error);

  g_assert_null (answer);
  g_assert_true (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_GONE) ||
                 g_error_matches (error, MOKED_ERROR, MOKED_ERROR_INVALID));
}

static DexFuture *
odd_cursor_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->a;
  g_autoptr (Sample) sample = new_sample ("title");

  desk_sync_ok (desk);
  desk_save_ok (desk, sample);
  desk_sync_ok (desk);
  desk_sync_ok (&office->b);
  assert_refused (desk, "/api/sync/pull?epoch=nobody&since=0");
  assert_refused (desk, "/api/sync/pull?epoch=nobody&since=-5");
  assert_refused (desk, "/api/sync/pull?since=99999999999999999999999999");
  assert_refused (desk, "/api/sync/pull?epoch=%00&since=x");
  desk_run_sql (&office->b, "UPDATE cache_state SET cursor = 4711 WHERE business_id = $1");
  desk_close (&office->b);
  office_open_desk (office, &office->b, "desk-b");
  g_free (desk_delete (desk, sample));
  desk_sync_ok (desk);
  desk_sync_ok (&office->b);
  g_assert_cmpint (count_samples (&office->b), ==, 0);
  return dex_future_new_true ();
}

/* Both ask for an exchange at once, again and again. */
static DexFuture *
two_windows_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("0");

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  for (guint i = 1; i <= 20; i++)
    {
      g_autofree char *title = g_strdup_printf ("%u", i);
      g_autoptr (DexFuture) one = moked_sync_client_sync_now (office->a.client);
      g_autoptr (DexFuture) other = moked_sync_client_sync_now (office->a.client);

      desk_set_title (&office->a, sample, title);
      g_assert_true (dex_await (dex_ref (one), NULL));
      g_assert_true (dex_await (dex_ref (other), NULL));
    }
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_assert_title (&office->b, sample, "20");
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM mutation WHERE business_id = $1"), ==, 21);
  g_assert_cmpint (office_count (office, "SELECT max(n) - count(*) FROM mutation WHERE business_id = $1"), ==, 0);
  return dex_future_new_true ();
}

static DexFuture *
nothing_changed_fiber (gpointer data)
{
  Office *office = data;
  Desk third = { 0 };
  g_autoptr (Sample) sample = new_sample ("title");

  office_open_desk (office, &third, "desk-c");
  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_sync_ok (&third);
  desk_set_title (&office->a, sample, "another");
  desk_sync_ok (&office->a);
  desk_set_title (&office->b, sample, "another"); /* it is that already, and the author does not know */
  desk_sync_ok (&office->b);
  desk_sync_ok (&third);
  desk_assert_title (&third, sample, "another");
  desk_close (&third);
  return dex_future_new_true ();
}

/* Ended after each of its requests, by whoever has enough; then it goes through. */
static DexFuture *
interrupted_fiber (gpointer data)
{
  Office *office = data;
  Desk late = { 0 };

  desk_sync_ok (&office->a);
  save_many (&office->a, 10);
  desk_sync_ok (&office->a);
  office_open_desk (office, &late, "desk-c");
  for (int i = 0; i < 5; i++)
    {
      late.transport->requests_left = i;
      dex_await (moked_sync_client_sync_now (late.client), NULL);
      desk_close (&late);
      office_open_desk (office, &late, "desk-c");
    }
  desk_sync_ok (&late);
  g_assert_cmpint (count_samples (&late), ==, 10);
  desk_close (&late);
  return dex_future_new_true ();
}

static DexFuture *
listed_once_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *first = NULL, *second = NULL;

  desk_sync_ok (&office->a);
  save_many (&office->a, 5);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_run_sql (&office->b, "DELETE FROM sample WHERE business_id = $1");
  first = dex_await_string (moked_sync_client_compare_now (office->b.client), NULL);
  second = dex_await_string (moked_sync_client_compare_now (office->b.client), NULL);
  g_assert_cmpstr (first, ==, "sample");
  g_assert_cmpstr (second, ==, "");
  return dex_future_new_true ();
}

/* A field that is changed all day takes a line of the log each time, and nothing else grows. */
static DexFuture *
growth_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("0");

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  for (guint i = 1; i <= 100; i++)
    {
      g_autofree char *title = g_strdup_printf ("%u", i);

      desk_set_title (&office->a, sample, title);
      if (i % 10 == 0)
        desk_sync_ok (&office->a);
    }
  desk_sync_ok (&office->b);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM change WHERE business_id = $1"), ==, 101);
  for (guint i = 0; i < 2; i++)
    {
      Desk *desk = i == 0 ? &office->a : &office->b;

      g_assert_cmpint (count_samples (desk), ==, 1);
      g_assert_cmpint (desk_count (desk, "SELECT (SELECT count(*) FROM outbox WHERE business_id = $1) + "
                                         "(SELECT count(*) FROM outbox_base WHERE business_id = $1) + "
                                         "(SELECT count(*) FROM outbox_record WHERE business_id = $1)"),
                       ==, 0);
    }
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/reported/numbers", numbers_fiber);
  ADD ("/reported/seam", seam_fiber);
  ADD ("/reported/done-twice", done_twice_fiber);
  ADD ("/reported/work-kept", work_kept_fiber);
  ADD ("/reported/stale-copy", stale_copy_fiber);
  ADD ("/reported/made-again", made_again_fiber);
  ADD ("/reported/wrong-clock", wrong_clock_fiber);
  ADD ("/reported/odd-cursor", odd_cursor_fiber);
  ADD ("/reported/two-windows", two_windows_fiber);
  ADD ("/reported/nothing-changed", nothing_changed_fiber);
  ADD ("/reported/interrupted", interrupted_fiber);
  ADD ("/reported/listed-once", listed_once_fiber);
  ADD ("/reported/growth", growth_fiber);
  return fixture_run_tests ();
}
