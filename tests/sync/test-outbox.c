/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "office.h"

/* What becomes of the cache's records while edits wait, are rejected, cancelled and tried again. */

#define count_service(office, where) \
  office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1 AND " where)

static void
give_both (Office *office,
           Sample *sample)
{
  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
}

/* What others wrote while an edit waited is seen when the edit is taken back. */
static DexFuture *
cancel_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autofree char *mine = NULL;
  DexFuture *exchange;
  guint before;

  give_both (office, sample);
  desk_set_title (&office->b, sample, "theirs");
  desk_sync_ok (&office->b);
  office->a.transport->hold = dex_promise_new ();
  before = office->a.transport->n_requests;
  exchange = moked_sync_client_sync_now (office->a.client);
  while (office->a.transport->n_requests == before)
    desk_count (&office->a, "SELECT count(*) FROM sample WHERE business_id = $1");
  mine = desk_edit_title (&office->a, sample, "mine");
  dex_promise_resolve_boolean (office->a.transport->hold, TRUE);
  dex_await (exchange, NULL);
  desk_assert_title (&office->a, sample, "mine");
  g_assert_true (desk_cancel (&office->a, mine));
  desk_assert_title (&office->a, sample, "theirs");
  return dex_future_new_true ();
}

/* The edits after the one that is taken back stay. */
static DexFuture *
cancel_first_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autofree char *first = NULL, *second = NULL, *removal = NULL;

  give_both (office, sample);
  first = desk_edit_title (&office->a, sample, "first");
  second = desk_edit_title (&office->a, sample, "second");
  removal = desk_delete (&office->a, sample);
  g_assert_true (desk_cancel (&office->a, first));
  desk_assert_title (&office->a, sample, "second");
  g_assert_true (desk_cancel (&office->a, second));
  desk_assert_title (&office->a, sample, "start");
  g_assert_true (desk_cancel (&office->a, removal));
  {
    g_autoptr (Sample) seen = desk_see (&office->a, moked_entity_get_id (sample));

    g_assert_false (moked_entity_is_deleted (seen));
  }
  g_assert_false (desk_cancel (&office->a, first));
  return dex_future_new_true ();
}

/* An editor that was open for a while writes what its person changed, and nothing of what others did meanwhile. */
static DexFuture *
open_editor_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (Sample) shown = NULL, edited = NULL, theirs = NULL, seen = NULL;

  g_set_str (&sample->tags, "both");
  give_both (office, sample);
  shown = desk_see (&office->a, moked_entity_get_id (sample));
  edited = moked_entity_copy (shown);
  theirs = desk_see (&office->b, moked_entity_get_id (sample));
  theirs->amount = 7;
  g_set_str (&theirs->tags, "both\ntheirs");
  desk_save_ok (&office->b, theirs);
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  g_set_str (&edited->title, "mine");
  g_set_str (&edited->tags, "mine");
  desk_save_ok (&office->a, edited);
  seen = desk_see (&office->a, moked_entity_get_id (sample));
  g_assert_cmpint (seen->amount, ==, 7);
  desk_sync_ok (&office->a);
  g_clear_object (&seen);
  seen = desk_see (&office->a, moked_entity_get_id (sample));
  g_assert_cmpstr (seen->title, ==, "mine");
  g_assert_cmpint (seen->amount, ==, 7);
  g_assert_cmpstr (seen->tags, ==, "mine\ntheirs");
  return dex_future_new_true ();
}

/* As the undo of a step that made @after of @before. */
static gboolean
desk_undo (Desk    *desk,
           Sample  *before,
           Sample  *after,
           GError **error)
{
  g_autoptr (Sample) back = moked_entity_copy (before);
  MokedEdit *edit = moked_edit_new ("undo");

  moked_entity_set_origin (back, after);
  moked_edit_set_undoes (edit, TRUE);
  moked_edit_save (edit, back);
  return dex_await (moked_cache_commit (desk->cache, edit), error);
}

/* An undo takes back its own step only, and nothing where others went on from there. */
static DexFuture *
undo_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (Sample) before = NULL, after = NULL, theirs = NULL, seen = NULL;
  g_autoptr (GError) error = NULL;

  give_both (office, sample);
  before = desk_see (&office->a, moked_entity_get_id (sample));
  after = moked_entity_copy (before);
  g_set_str (&after->title, "mine");
  desk_save_ok (&office->a, after);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  theirs = desk_see (&office->b, moked_entity_get_id (sample));
  theirs->amount = 7;
  desk_save_ok (&office->b, theirs);
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  g_assert_true (desk_undo (&office->a, before, after, &error));
  seen = desk_see (&office->a, moked_entity_get_id (sample));
  g_assert_cmpstr (seen->title, ==, "start");
  g_assert_cmpint (seen->amount, ==, 7);
  desk_set_title (&office->a, seen, "theirs");
  g_assert_false (desk_undo (&office->a, before, after, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT);
  desk_assert_title (&office->a, sample, "theirs");
  return dex_future_new_true ();
}

/* Returns whether what was made could be taken back. */
static gboolean
desk_take_back (Desk    *desk,
                Sample  *made,
                GError **error)
{
  MokedEdit *edit = moked_edit_new ("undo");

  moked_edit_set_undoes (edit, TRUE);
  moked_edit_take_back (edit, made);
  return dex_await (moked_cache_commit (desk->cache, edit), error);
}

static DexFuture *
undo_creation_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (Sample) other = new_sample ("untouched");
  g_autoptr (Sample) made = moked_entity_copy (sample);
  g_autoptr (Sample) theirs = NULL, seen = NULL, gone = NULL;
  g_autoptr (GError) error = NULL;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, other);
  give_both (office, sample);
  theirs = desk_see (&office->b, moked_entity_get_id (sample));
  theirs->amount = 7;
  desk_save_ok (&office->b, theirs);
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  g_assert_false (desk_take_back (&office->a, made, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT);
  seen = desk_see (&office->a, moked_entity_get_id (sample));
  g_assert_false (moked_entity_is_deleted (seen));
  g_assert_true (desk_take_back (&office->a, other, NULL));
  gone = desk_see (&office->a, moked_entity_get_id (other));
  g_assert_true (moked_entity_is_deleted (gone));
  return dex_future_new_true ();
}

/* What was deleted before a desktop knew the office can be brought back from there. */
static DexFuture *
restore_unknown_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autofree char *deletion = NULL;
  g_autoptr (Sample) seen = NULL;
  MokedEdit *edit = moked_edit_new ("restore");

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  deletion = desk_delete (&office->a, sample);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  g_assert_cmpint (desk_count (&office->b, "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 0);
  moked_edit_restore (edit, moked_entity_get_info (sample), moked_entity_get_id (sample));
  g_assert_true (dex_await (moked_cache_commit (office->b.cache, edit), NULL));
  desk_sync_ok (&office->b);
  seen = desk_see (&office->b, moked_entity_get_id (sample));
  g_assert_false (moked_entity_is_deleted (seen));
  return dex_future_new_true ();
}

/* What was numbered for sending when the connection had gone can be taken back, and never happens. */
static DexFuture *
unnoticed_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autofree char *mine = NULL, *stamp = NULL;
  g_autoptr (Sample) overlay = new_sample ("hoped for"), gone = NULL;
  g_autoptr (GPtrArray) left = NULL;
  g_autoptr (GError) error = NULL;

  give_both (office, sample);
  office->a.transport->offline = TRUE;
  mine = desk_edit_title (&office->a, sample, "mine");
  stamp = desk_stamp (&office->a, overlay, FALSE);
  g_assert_true (desk_sync_fails (&office->a));
  left = desk_list_waiting (&office->a);
  g_assert_cmpint (moked_mutation_get_state (g_ptr_array_index (left, 0)), ==, MOKED_MUTATION_SENDING);
  g_assert_true (desk_cancel (&office->a, mine));
  g_assert_true (desk_cancel (&office->a, stamp));
  desk_assert_title (&office->a, sample, "start");
  gone = desk_see (&office->a, moked_entity_get_id (overlay));
  g_assert_null (gone);
  g_assert_false (dex_await (moked_cache_cancel (office->a.cache, mine), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT);
  office->a.transport->offline = FALSE;
  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->a);
  g_assert_cmpint (count_service (office, "title <> 'start'"), ==, 0);
  desk_assert_title (&office->a, sample, "start");
  return dex_future_new_true ();
}

/* What had arrived before it was taken back is done, and its person sees so. */
static DexFuture *
too_late_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autofree char *mine = NULL;
  g_autoptr (MokedMutation) mutation = NULL;

  give_both (office, sample);
  mine = desk_edit_title (&office->a, sample, "mine");
  office->a.transport->lose_answers = 1;
  g_assert_true (desk_sync_fails (&office->a));
  g_assert_true (desk_cancel (&office->a, mine));
  desk_assert_title (&office->a, sample, "start");
  mutation = desk_only_waiting (&office->a);
  g_assert_cmpint (moked_mutation_get_state (mutation), ==, MOKED_MUTATION_CANCELLED);
  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->a);
  desk_assert_title (&office->a, sample, "mine");
  g_assert_cmpint (count_service (office, "title = 'mine'"), ==, 1);
  return dex_future_new_true ();
}

/* Both writers have looked at their clocks since these were set: a transaction has the time at which it began. */
static void
pass_time (Office *office)
{
  desk_run_sql (&office->a, "DELETE FROM outbox WHERE business_id = $1 AND 1 = 0");
  office_run_sql (office, "DELETE FROM sync_client WHERE business_id = $1 AND 1 = 0");
}

/* A record that was made offline counts as made then, whatever the desktop's clock shows. */
static DexFuture *
made_offline_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("offline"), seen = NULL;
  gint64 made_at;

  moked_clock_advance (office->clock, 30 * G_TIME_SPAN_DAY);
  moked_clock_advance (office->a.clock, 31 * G_TIME_SPAN_DAY); /* a day ahead */
  desk_sync_ok (&office->a);
  pass_time (office);
  made_at = moked_clock_get_real (office->clock);
  office->a.transport->offline = TRUE;
  desk_save_ok (&office->a, sample);
  g_assert_true (desk_sync_fails (&office->a));
  moked_clock_advance (office->clock, 3 * G_TIME_SPAN_HOUR);
  moked_clock_advance (office->a.clock, 3 * G_TIME_SPAN_HOUR);
  pass_time (office);
  office->a.transport->offline = FALSE;
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  seen = desk_see (&office->b, moked_entity_get_id (sample));
  g_assert_cmpint (moked_entity_get_created_at (seen), ==, made_at);
  return dex_future_new_true ();
}

/* A clock that was put right in between makes no record of long ago. */
static DexFuture *
wild_clock_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start"), seen = NULL;

  moked_clock_advance (office->clock, 1000 * G_TIME_SPAN_DAY);
  desk_sync_ok (&office->a);
  pass_time (office);
  desk_save_ok (&office->a, sample);
  moked_clock_advance (office->a.clock, 1000 * G_TIME_SPAN_DAY);
  pass_time (office);
  desk_sync_ok (&office->a);
  seen = desk_see (&office->a, moked_entity_get_id (sample));
  g_assert_cmpint (moked_entity_get_created_at (seen), ==, moked_clock_get_real (office->clock));
  return dex_future_new_true ();
}

/* Changed fields alone never make a record: the person is told that there is none. */
static DexFuture *
orphan_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autofree char *creation = NULL;
  g_autoptr (MokedMutation) mutation = NULL;
  g_autoptr (Sample) seen = NULL;

  desk_sync_ok (&office->a);
  creation = desk_save (&office->a, sample, NULL);
  desk_set_title (&office->a, sample, "edited");
  g_assert_true (desk_cancel (&office->a, creation));
  seen = desk_see (&office->a, moked_entity_get_id (sample));
  g_assert_null (seen);
  desk_sync_ok (&office->a);
  mutation = desk_only_waiting (&office->a);
  g_assert_cmpstr (moked_mutation_get_code (mutation), ==, "gone");
  g_assert_cmpint (count_service (office, "TRUE"), ==, 0);
  return dex_future_new_true ();
}

/* A record whose creation was refused is not in the lists; trying again brings it back, dropping it does not. */
static DexFuture *
refused_creation_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("refused");
  g_autoptr (MokedMutation) rejected = NULL, again = NULL;
  g_autoptr (Sample) seen = NULL, retried = NULL, dropped = NULL;

  desk_sync_ok (&office->a);
  sample->colour = SAMPLE_GREEN;
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  seen = desk_see (&office->a, moked_entity_get_id (sample));
  g_assert_null (seen);
  rejected = desk_only_waiting (&office->a);
  g_assert_true (dex_await (moked_cache_retry (office->a.cache, moked_mutation_get_id (rejected)), NULL));
  retried = desk_see (&office->a, moked_entity_get_id (sample));
  g_assert_cmpstr (retried->title, ==, "refused");
  desk_sync_ok (&office->a);
  again = desk_only_waiting (&office->a);
  g_assert_cmpint (moked_mutation_get_state (again), ==, MOKED_MUTATION_REJECTED);
  g_assert_true (desk_cancel (&office->a, moked_mutation_get_id (again)));
  dropped = desk_see (&office->a, moked_entity_get_id (sample));
  g_assert_null (dropped);
  return dex_future_new_true ();
}

/* What a refused command would have made is seen until it is dropped, also when everything is listed again. */
static DexFuture *
refused_overlay_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("not done");
  g_autofree char *mutation = NULL;
  g_autoptr (Sample) dropped = NULL;

  desk_sync_ok (&office->a);
  mutation = desk_stamp (&office->a, sample, TRUE);
  desk_sync_ok (&office->a);
  desk_assert_title (&office->a, sample, "not done");
  office_run_sql (office, "UPDATE business_seq SET epoch = 'restored' WHERE business_id = $1");
  desk_sync_ok (&office->a);
  desk_assert_title (&office->a, sample, "not done");
  g_assert_true (desk_cancel (&office->a, mutation));
  dropped = desk_see (&office->a, moked_entity_get_id (sample));
  g_assert_null (dropped);
  return dex_future_new_true ();
}

/* Over a record that the service has, the service's word stays when the refused command is dropped. */
static DexFuture *
refused_over_record_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start"), overlay = NULL;
  g_autofree char *mutation = NULL;

  give_both (office, sample);
  overlay = desk_see (&office->a, moked_entity_get_id (sample));
  g_set_str (&overlay->title, "hoped for");
  mutation = desk_stamp (&office->a, overlay, TRUE);
  desk_assert_title (&office->a, sample, "hoped for");
  desk_sync_ok (&office->a);
  desk_assert_title (&office->a, sample, "start");
  desk_set_title (&office->b, sample, "newer");
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  g_assert_true (desk_cancel (&office->a, mutation));
  desk_assert_title (&office->a, sample, "newer");
  return dex_future_new_true ();
}

/* What the service would never take is refused at once, not when it stands before everything else. */
static DexFuture *
too_much_fiber (gpointer data)
{
  Office *office = data;
  MokedEdit *edit = moked_edit_new ("import");
  g_autoptr (GError) error = NULL;

  desk_sync_ok (&office->a);
  for (guint i = 0; i < 1001; i++)
    {
      g_autoptr (Sample) sample = new_sample ("row");

      moked_edit_save (edit, sample);
    }
  g_assert_false (dex_await (moked_cache_commit (office->a.cache, edit), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_TOO_LARGE);
  g_assert_cmpint (desk_count (&office->a, "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 0);
  return dex_future_new_true ();
}

/* Much that waits goes out in requests that the service takes. */
static DexFuture *
much_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *tag = g_strnfill (100000, 'x');

  desk_sync_ok (&office->a);
  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (Sample) sample = new_sample ("large");

      g_set_str (&sample->tags, tag);
      desk_save_ok (&office->a, sample);
    }
  desk_sync_ok (&office->a);
  g_assert_cmpint (count_service (office, "title = 'large'"), ==, 60);
  g_assert_cmpuint (office->a.transport->largest_post, <, 2 * 1024 * 1024);
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/outbox/cancel", cancel_fiber);
  ADD ("/outbox/cancel-first", cancel_first_fiber);
  ADD ("/outbox/open-editor", open_editor_fiber);
  ADD ("/outbox/undo", undo_fiber);
  ADD ("/outbox/undo-creation", undo_creation_fiber);
  ADD ("/outbox/restore-unknown", restore_unknown_fiber);
  ADD ("/outbox/unnoticed", unnoticed_fiber);
  ADD ("/outbox/too-late", too_late_fiber);
  ADD ("/outbox/made-offline", made_offline_fiber);
  ADD ("/outbox/wild-clock", wild_clock_fiber);
  ADD ("/outbox/orphan", orphan_fiber);
  ADD ("/outbox/refused-creation", refused_creation_fiber);
  ADD ("/outbox/refused-overlay", refused_overlay_fiber);
  ADD ("/outbox/refused-over-record", refused_over_record_fiber);
  ADD ("/outbox/too-much", too_much_fiber);
  ADD ("/outbox/much", much_fiber);
  return fixture_run_tests ();
}
