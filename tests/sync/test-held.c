/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "office.h"
#include "sync/moked-hold.h"

/* What came in between makes it another thing than what was meant: it is not done before its author was asked, blocks
 * nothing meanwhile, and one answer settles it. */

static MokedMutation *
only_held (Desk       *desk,
           const char *code)
{
  MokedMutation *mutation = desk_only_waiting (desk);

  g_assert_cmpint (moked_mutation_get_state (mutation), ==, MOKED_MUTATION_HELD);
  g_assert_cmpstr (moked_mutation_get_code (mutation), ==, code);
  g_assert_nonnull (moked_mutation_get_detail (mutation));
  return mutation;
}

/* Both know @sample. */
static void
share (Office *office,
       Sample *sample)
{
  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
}

/* What is done from here on waits: a desk sends at once, and what is on its way already was not late. */
static void
go_away (Office *office)
{
  office->a.transport->offline = TRUE;
}

/* Time passes until the first desk is back. What it began to send before has come to nothing by then. */
static void
pass (Office   *office,
      GTimeSpan usec)
{
  if (office->a.transport->offline)
    g_assert_true (desk_sync_fails (&office->a));
  moked_clock_advance (office->clock, usec);
  moked_clock_advance (office->a.clock, usec);
  moked_clock_advance (office->b.clock, usec);
  office->a.transport->offline = FALSE;
}

static void
assert_deleted (Desk    *desk,
                Sample  *sample,
                gboolean deleted)
{
  g_autoptr (Sample) seen = desk_see (desk, moked_entity_get_id (sample));

  g_assert_nonnull (seen);
  g_assert_cmpint (moked_entity_is_deleted (seen), ==, deleted);
}

static void
assert_amount (Office *office,
               Sample *sample,
               gint64  expected)
{
  g_autofree char *sql = g_strdup_printf ("SELECT coalesce (max (amount), 0) FROM sample WHERE business_id = $1 AND id = '%s'",
                                          moked_entity_get_id (sample));

  g_assert_cmpint (office_count (office, sql), ==, expected);
}

static void
reopen (Office *office,
        Desk   *desk)
{
  g_autofree char *name = g_strdup (desk->name);

  desk_close (desk);
  office_open_desk (office, desk, name);
}

/* --- commands --- */

/* What waited too long is not done; what was done after it is. The answer is done once. */
static DexFuture *
late_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start"), other = new_sample ("other");
  g_autoptr (MokedMutation) held = NULL, confirmed = NULL;
  g_autofree char *mutation = NULL;

  share (office, sample);
  go_away (office);
  mutation = desk_stamp_soon (&office->a, sample, "start");
  desk_save_ok (&office->a, other);
  pass (office, 2 * G_TIME_SPAN_HOUR);
  office->a.transport->lose_answers = 1; /* the first outcome is told again */
  g_assert_true (desk_sync_fails (&office->a));
  desk_sync_ok (&office->a);
  assert_amount (office, sample, 0);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1 AND title = 'other'"), ==, 1);
  reopen (office, &office->a);
  desk_sync_ok (&office->a);
  held = only_held (&office->a, MOKED_HOLD_LATE);
  g_assert_cmpstr (moked_mutation_get_id (held), ==, mutation);
  g_assert_cmpstr (moked_mutation_get_command (held), ==, "sample.stamp-soon");

  go_away (office);
  desk_confirm (&office->a, held);
  confirmed = desk_only_waiting (&office->a);
  g_assert_cmpint (moked_mutation_get_state (confirmed), ==, MOKED_MUTATION_WAITING);
  g_assert_cmpstr (moked_mutation_get_id (confirmed), !=, mutation);
  pass (office, 2 * G_TIME_SPAN_HOUR); /* who answered once is not asked the same again */
  office->a.transport->repeat_posts = TRUE;
  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->a);
  assert_amount (office, sample, 1);
  return dex_future_new_true ();
}

static DexFuture *
dropped_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (MokedMutation) held = NULL;
  g_autoptr (GError) error = NULL;

  share (office, sample);
  go_away (office);
  g_free (desk_stamp_soon (&office->a, sample, "start"));
  pass (office, 2 * G_TIME_SPAN_HOUR);
  desk_sync_ok (&office->a);
  held = only_held (&office->a, MOKED_HOLD_LATE);
  desk_drop (&office->a, held);
  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->a);
  assert_amount (office, sample, 0);
  g_assert_false (dex_await (moked_cache_confirm (office->a.cache, moked_mutation_get_id (held)), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND);
  return dex_future_new_true ();
}

/* How long it waited is what counts, not what a clock shows that is off. */
static void
check_skew (Office *office)
{
  g_autoptr (Sample) soon = new_sample ("soon"), late = new_sample ("late");
  g_autoptr (MokedMutation) held = NULL;

  desk_save_ok (&office->a, soon);
  desk_save_ok (&office->a, late);
  desk_sync_ok (&office->a);
  go_away (office);
  g_free (desk_stamp_soon (&office->a, late, "late"));
  pass (office, 2 * G_TIME_SPAN_HOUR);
  go_away (office);
  g_free (desk_stamp_soon (&office->a, soon, "soon"));
  pass (office, G_TIME_SPAN_MINUTE);
  desk_sync_ok (&office->a);
  held = only_held (&office->a, MOKED_HOLD_LATE);
  assert_amount (office, soon, 1);
  assert_amount (office, late, 0);
  desk_drop (&office->a, held);
  desk_sync_ok (&office->a);
}

static DexFuture *
skew_fiber (gpointer data)
{
  Office *office = data;

  desk_sync_ok (&office->a);
  pass (office, 10 * G_TIME_SPAN_DAY);
  moked_clock_advance (office->a.clock, G_TIME_SPAN_DAY); /* a day ahead */
  check_skew (office);
  moked_clock_advance (office->clock, 2 * G_TIME_SPAN_DAY); /* a day behind */
  check_skew (office);
  return dex_future_new_true ();
}

/* What the command's own rule asks is asked first, and an answer to one question is none to another. */
static DexFuture *
condition_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (MokedMutation) held = NULL, late = NULL;

  share (office, sample);
  desk_set_title (&office->b, sample, "from b");
  desk_sync_ok (&office->b);
  go_away (office);
  g_free (desk_stamp_soon (&office->a, sample, "start"));
  pass (office, 2 * G_TIME_SPAN_HOUR);
  desk_sync_ok (&office->a);
  held = only_held (&office->a, "other-title");
  g_assert_true (moked_mutation_get_subject_info (held) == &sample_info);
  g_assert_cmpstr (moked_mutation_get_title (held), ==, "from b");
  go_away (office);
  desk_confirm (&office->a, held);
  pass (office, 2 * G_TIME_SPAN_HOUR);
  desk_sync_ok (&office->a);
  late = only_held (&office->a, MOKED_HOLD_LATE);
  assert_amount (office, sample, 0);
  desk_confirm (&office->a, late);
  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->a);
  assert_amount (office, sample, 1);
  return dex_future_new_true ();
}

/* --- deleted there, edited here --- */

static void
delete_on (Desk   *desk,
           Sample *sample)
{
  g_autofree char *mutation = desk_delete (desk, sample);

  g_assert_nonnull (mutation);
}

/* Two edits of what the other deleted: one question each, one answer for both. */
static void
edit_deleted (Office *office,
              Sample *sample)
{
  g_autoptr (Sample) seen = NULL;
  g_autoptr (GPtrArray) list = NULL;

  share (office, sample);
  pass (office, G_TIME_SPAN_MINUTE);
  delete_on (&office->b, sample);
  desk_sync_ok (&office->b);
  pass (office, G_TIME_SPAN_MINUTE);
  desk_set_title (&office->a, sample, "changed");
  seen = desk_see (&office->a, moked_entity_get_id (sample));
  seen->amount = 7;
  desk_save_ok (&office->a, seen);
  desk_sync_ok (&office->a);
  assert_deleted (&office->a, sample, TRUE);
  reopen (office, &office->a);
  desk_sync_ok (&office->a);
  list = desk_list_waiting (&office->a);
  g_assert_cmpuint (list->len, ==, 2);
}

static MokedMutation *
first_held (Desk *desk)
{
  g_autoptr (GPtrArray) list = desk_list_waiting (desk);

  g_assert_cmpuint (list->len, >, 0);
  g_assert_cmpint (moked_mutation_get_state (list->pdata[0]), ==, MOKED_MUTATION_HELD);
  return g_object_ref (list->pdata[0]);
}

/* Who deleted what, when, and what was changed meanwhile; then it is back with all of it, for everybody. */
static DexFuture *
bring_back_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start"), seen = NULL;
  g_autoptr (MokedMutation) held = NULL;
  const GPtrArray *fields;

  edit_deleted (office, sample);
  held = first_held (&office->a);
  g_assert_cmpstr (moked_mutation_get_code (held), ==, MOKED_HOLD_DELETED);
  g_assert_cmpstr (moked_mutation_get_title (held), ==, "start");
  g_assert_cmpstr (moked_mutation_get_by (held), ==, "desk-b");
  g_assert_cmpint (moked_mutation_get_at (held), ==, moked_clock_get_real (office->clock) - G_TIME_SPAN_MINUTE);
  fields = moked_mutation_get_fields (held);
  g_assert_cmpuint (fields->len, ==, 1);
  g_assert_cmpstr (((const MokedField *) fields->pdata[0])->name, ==, "title");

  desk_confirm (&office->a, held);
  desk_assert_title (&office->a, sample, "changed"); /* at once */
  assert_deleted (&office->a, sample, FALSE);
  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->a);
  desk_sync_ok (&office->b);
  assert_deleted (&office->b, sample, FALSE);
  desk_assert_title (&office->b, sample, "changed");
  seen = desk_see (&office->b, moked_entity_get_id (sample));
  g_assert_cmpint (seen->amount, ==, 7);
  return dex_future_new_true ();
}

static DexFuture *
leave_deleted_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (MokedMutation) held = NULL;

  edit_deleted (office, sample);
  held = first_held (&office->a);
  desk_drop (&office->a, held);
  desk_assert_nothing_waits (&office->a);
  desk_sync_ok (&office->a);
  assert_deleted (&office->a, sample, TRUE);
  desk_sync_ok (&office->b);
  assert_deleted (&office->b, sample, TRUE);
  return dex_future_new_true ();
}

/* --- deleted here, edited there --- */

static void
delete_edited (Office *office,
               Sample *sample)
{
  share (office, sample);
  desk_set_title (&office->b, sample, "later work");
  desk_sync_ok (&office->b);
  delete_on (&office->a, sample);
  desk_sync_ok (&office->a);
  assert_deleted (&office->a, sample, FALSE); /* until the question is answered */
  desk_assert_title (&office->a, sample, "later work");
}

static DexFuture *
delete_anyway_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (MokedMutation) held = NULL, again = NULL;

  delete_edited (office, sample);
  held = only_held (&office->a, MOKED_HOLD_EDITED);
  g_assert_cmpstr (moked_mutation_get_by (held), ==, "desk-b");
  g_assert_cmpstr (moked_mutation_get_title (held), ==, "later work");
  desk_set_title (&office->b, sample, "still later"); /* of which the answer knows nothing */
  desk_sync_ok (&office->b);
  desk_confirm (&office->a, held);
  assert_deleted (&office->a, sample, TRUE);
  desk_sync_ok (&office->a);
  again = only_held (&office->a, MOKED_HOLD_EDITED);
  desk_confirm (&office->a, again);
  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->a);
  desk_sync_ok (&office->b);
  assert_deleted (&office->b, sample, TRUE);
  return dex_future_new_true ();
}

static DexFuture *
keep_edited_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (MokedMutation) held = NULL;

  delete_edited (office, sample);
  held = only_held (&office->a, MOKED_HOLD_EDITED);
  desk_drop (&office->a, held);
  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->a);
  assert_deleted (&office->a, sample, FALSE);
  return dex_future_new_true ();
}

/* One's own work before is no reason to ask, nor what one saw; a second device of the same person knows no more than
 * another's. */
static DexFuture *
own_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) mine = new_sample ("mine"), seen = new_sample ("seen"), twice = new_sample ("twice");
  g_autoptr (MokedMutation) held = NULL;

  g_set_str (&office->b.transport->user_id, "desk-a");
  share (office, mine);
  share (office, seen);
  share (office, twice);
  desk_set_title (&office->b, seen, "before");
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  desk_set_title (&office->a, mine, "changed");
  delete_on (&office->a, mine);
  delete_on (&office->a, seen);
  desk_set_title (&office->b, twice, "from my other computer");
  desk_sync_ok (&office->b);
  delete_on (&office->a, twice);
  desk_sync_ok (&office->a);
  assert_deleted (&office->a, mine, TRUE);
  assert_deleted (&office->a, seen, TRUE);
  held = only_held (&office->a, MOKED_HOLD_EDITED);
  g_assert_cmpstr (moked_mutation_get_by (held), ==, "desk-a");
  return dex_future_new_true ();
}

/* Both changed what a third deleted; one brings it back, the other leaves it: all see the same. */
static DexFuture *
two_answers_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (MokedMutation) of_a = NULL, of_b = NULL;
  Desk c = { NULL };

  share (office, sample);
  office_open_desk (office, &c, "desk-c");
  desk_sync_ok (&c);
  desk_set_title (&office->a, sample, "from a");
  desk_set_title (&office->b, sample, "from b");
  delete_on (&c, sample);
  desk_sync_ok (&c);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  of_a = only_held (&office->a, MOKED_HOLD_DELETED);
  of_b = only_held (&office->b, MOKED_HOLD_DELETED);
  desk_drop (&office->b, of_b);
  desk_confirm (&office->a, of_a);
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_sync_ok (&c);
  desk_assert_title (&office->a, sample, "from a");
  desk_assert_title (&office->b, sample, "from a");
  desk_assert_title (&c, sample, "from a");
  assert_deleted (&c, sample, FALSE);
  desk_assert_nothing_waits (&office->a);
  desk_assert_nothing_waits (&office->b);
  desk_close (&c);
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/held/late", late_fiber);
  ADD ("/held/dropped", dropped_fiber);
  ADD ("/held/clock-skew", skew_fiber);
  ADD ("/held/condition", condition_fiber);
  ADD ("/held/bring-back", bring_back_fiber);
  ADD ("/held/leave-deleted", leave_deleted_fiber);
  ADD ("/held/delete-anyway", delete_anyway_fiber);
  ADD ("/held/keep-edited", keep_edited_fiber);
  ADD ("/held/own", own_fiber);
  ADD ("/held/two-answers", two_answers_fiber);
  return fixture_run_tests ();
}
