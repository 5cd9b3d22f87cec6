/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "office.h"

/* A service and two desktops in one process. */

static DexFuture *
travel_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("שלום");

  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_save_ok (&office->a, sample);
  g_assert_cmpuint (moked_cache_get_waiting (office->a.cache), <=, 1);
  desk_assert_title (&office->a, sample, "שלום");
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_assert_title (&office->b, sample, "שלום");
  {
    g_autoptr (Sample) theirs = desk_see (&office->b, moked_entity_get_id (sample));

    g_assert_cmpint (moked_entity_get_version (theirs), ==, 1);
    g_set_str (&theirs->title, "להתראות");
    desk_save_ok (&office->b, theirs);
  }
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  desk_assert_title (&office->a, sample, "להתראות");
  return dex_future_new_true ();
}

/* What people did offline arrives once, although answers are lost and requests repeated. */
static DexFuture *
offline_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("first");

  desk_sync_ok (&office->a);
  office->a.transport->offline = TRUE;
  desk_save_ok (&office->a, sample);
  g_set_str (&sample->title, "second");
  desk_save_ok (&office->a, sample);
  sample->amount = 7;
  desk_save_ok (&office->a, sample);
  g_assert_true (desk_sync_fails (&office->a));
  desk_assert_title (&office->a, sample, "second");
  office->a.transport->offline = FALSE;
  office->a.transport->lose_answers = 1;
  office->a.transport->repeat_posts = TRUE;
  g_assert_true (desk_sync_fails (&office->a));
  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->a);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM change WHERE business_id = $1"), ==, 3);
  g_assert_cmpint (office_count (office, "SELECT amount FROM sample WHERE business_id = $1"), ==, 7);
  desk_sync_ok (&office->b);
  desk_assert_title (&office->b, sample, "second");
  return dex_future_new_true ();
}

/* Different fields merge; on the same field the later arrival wins and the other value is in the log. */
static DexFuture *
merge_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (Sample) a = NULL, b = NULL, seen = NULL;

  desk_save_ok (&office->a, (desk_sync_ok (&office->a), sample));
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  a = desk_see (&office->a, moked_entity_get_id (sample));
  b = desk_see (&office->b, moked_entity_get_id (sample));
  g_set_str (&a->title, "from a");
  a->amount = 1;
  g_set_str (&a->tags, "קונה");
  g_set_str (&b->title, "from b");
  b->urgent = TRUE;
  g_set_str (&b->tags, "חם");
  desk_save_ok (&office->a, a);
  desk_save_ok (&office->b, b);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  seen = desk_see (&office->a, moked_entity_get_id (sample));
  g_assert_cmpstr (seen->title, ==, "from b");
  g_assert_cmpint (seen->amount, ==, 1);
  g_assert_true (seen->urgent);
  g_assert_cmpstr (seen->tags, ==, "חם\nקונה");
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM change_field WHERE business_id = $1 AND old = 'from a'"),
                   ==, 1);
  return dex_future_new_true ();
}

/* A person's own edit does not flicker back when an older row arrives. */
static DexFuture *
rebase_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (Sample) a = NULL, b = NULL, seen = NULL;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  b = desk_see (&office->b, moked_entity_get_id (sample));
  b->amount = 9;
  desk_save_ok (&office->b, b);
  desk_sync_ok (&office->b);
  a = desk_see (&office->a, moked_entity_get_id (sample));
  g_set_str (&a->title, "mine");
  desk_save_ok (&office->a, a);
  office->a.transport->lose_answers = 1; /* the push is applied, its answer is lost */
  g_assert_true (desk_sync_fails (&office->a));
  desk_assert_title (&office->a, sample, "mine");
  desk_sync_ok (&office->a);
  seen = desk_see (&office->a, moked_entity_get_id (sample));
  g_assert_cmpstr (seen->title, ==, "mine");
  g_assert_cmpint (seen->amount, ==, 9);
  return dex_future_new_true ();
}

/* A refused edit blocks nothing, stays visible with its reason, and the record is as the service has it. */
static DexFuture *
rejected_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (Sample) a = NULL, other = new_sample ("other");
  g_autoptr (MokedMutation) mutation = NULL;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  a = desk_see (&office->a, moked_entity_get_id (sample));
  g_set_str (&a->title, "too much");
  a->colour = SAMPLE_GREEN; /* only the service may */
  desk_save_ok (&office->a, a);
  desk_save_ok (&office->a, other);
  desk_sync_ok (&office->a);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1 AND title = 'other'"), ==, 1);
  mutation = desk_only_waiting (&office->a);
  g_assert_cmpint (moked_mutation_get_state (mutation), ==, MOKED_MUTATION_REJECTED);
  g_assert_nonnull (moked_mutation_get_detail (mutation));
  desk_assert_title (&office->a, sample, "start");
  g_assert_true (dex_await (moked_cache_cancel (office->a.cache, moked_mutation_get_id (mutation)), NULL));
  return dex_future_new_true ();
}

/* A command waits, can be cancelled until it has arrived, and runs once. */
static DexFuture *
command_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) first = new_sample ("waiting"), second = new_sample ("waiting"), third = new_sample ("waiting");
  g_autofree char *cancelled = NULL, *sent = NULL, *refused = NULL;
  g_autoptr (Sample) gone = NULL, done = NULL, kept = NULL;
  g_autoptr (MokedMutation) mutation = NULL;

  desk_sync_ok (&office->a);
  cancelled = desk_stamp (&office->a, first, FALSE);
  sent = desk_stamp (&office->a, second, FALSE);
  refused = desk_stamp (&office->a, third, TRUE);
  desk_assert_title (&office->a, first, "waiting");
  g_assert_true (dex_await (moked_cache_cancel (office->a.cache, cancelled), NULL));
  gone = desk_see (&office->a, moked_entity_get_id (first));
  g_assert_null (gone);
  office->a.transport->lose_answers = 1;
  g_assert_true (desk_sync_fails (&office->a));
  g_assert_true (desk_cancel (&office->a, sent)); /* it has arrived, but nobody here knows */
  desk_sync_ok (&office->a);
  done = desk_see (&office->a, moked_entity_get_id (second));
  g_assert_cmpstr (done->title, ==, "stamped");
  g_assert_cmpint (done->colour, ==, SAMPLE_GREEN);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM change WHERE business_id = $1"), ==, 1);
  mutation = desk_only_waiting (&office->a);
  g_assert_cmpstr (moked_mutation_get_code (mutation), ==, "rejected");
  kept = desk_see (&office->a, moked_entity_get_id (third));
  g_assert_nonnull (kept);
  return dex_future_new_true ();
}

/* The device may not write what only the service decides; the client is not trusted to check. */
static DexFuture *
forbidden_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (MokedMutation) mutation = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (Sample) blank = new_sample (NULL);

  desk_sync_ok (&office->a);
  sample->colour = SAMPLE_GREEN;
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  mutation = desk_only_waiting (&office->a);
  g_assert_cmpstr (moked_mutation_get_code (mutation), ==, "forbidden");
  g_free (desk_save (&office->a, blank, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INVALID);
  return dex_future_new_true ();
}

/* Ten thousand records come page by page, through interruptions; the copy is whole. */
static DexFuture *
bulk_fiber (gpointer data)
{
  Office *office = data;
  guint tries = 0;

  desk_sync_ok (&office->a);
  for (guint batch = 0; batch < 100; batch++)
    {
      MokedEdit *edit = moked_edit_new ("import");

      for (guint i = 0; i < 100; i++)
        {
          g_autoptr (Sample) sample = new_sample ("row");

          moked_edit_save (edit, sample);
        }
      g_free (dex_await_string (moked_cache_commit (office->a.cache, edit), NULL));
    }
  desk_sync_ok (&office->a);
  do
    {
      office->b.transport->lose_answers = tries % 2; /* every other try breaks off */
      g_assert_cmpuint (tries++, <, 20);
    }
  while (desk_sync_fails (&office->b));
  g_assert_cmpint (dex_await_int64 (moked_cache_read (office->b.cache, office_count_rows,
                                                      (gpointer) "SELECT count(*) FROM sample WHERE business_id = $1", NULL),
                                    NULL),
                   ==, 10000);
  return dex_future_new_true ();
}

static DexFuture *
new_epoch (MokedSession *session,
           gpointer      data)
{
  return moked_session_exec (session, NULL, "UPDATE business_seq SET epoch = 'restored' WHERE business_id = $1", "") &&
                 moked_session_exec (session, NULL, "DELETE FROM sample WHERE business_id = $1 AND title = 'lost'", "")
             ? dex_future_new_true ()
             : dex_future_new_for_errno (EIO);
}

/* The service came back from a backup: everything is listed again and nothing that waits here is lost. */
static DexFuture *
restored_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) kept = new_sample ("kept"), lost = new_sample ("lost"), mine = new_sample ("mine");
  g_autoptr (Sample) gone = NULL;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, kept);
  desk_save_ok (&office->a, lost);
  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, mine);
  g_assert_true (dex_await (moked_store_write (office->store, MOKED_PRIORITY_URGENT, "b1", new_epoch, NULL,
                                               NULL), NULL));
  desk_sync_ok (&office->a);
  gone = desk_see (&office->a, moked_entity_get_id (lost));
  g_assert_null (gone);
  desk_assert_title (&office->a, kept, "kept");
  desk_assert_title (&office->a, mine, "mine");
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1 AND title = 'mine'"), ==, 1);
  return dex_future_new_true ();
}

static void
on_event (MokedSyncClient *client,
          const char      *name,
          const char      *json,
          gpointer         data)
{
  g_string_append_printf (data, "%s %s", name, json);
}

static DexFuture *
await_title (Desk       *desk,
             const char *id,
             const char *title)
{
  for (;;)
    {
      g_autoptr (Sample) seen = desk_see (desk, id);

      if (seen != NULL && g_strcmp0 (seen->title, title) == 0)
        return dex_future_new_true ();
    }
}

/* The running client: an edit goes out and a hint brings it in, without being asked. */
static DexFuture *
live_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("live");
  g_autoptr (GString) events = g_string_new (NULL);

  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  g_signal_connect (office->b.client, "event", G_CALLBACK (on_event), events);
  moked_sync_client_start (office->a.client);
  moked_sync_client_start (office->b.client);
  while (moked_sync_client_get_state (office->b.client) != MOKED_SYNC_IDLE ||
         moked_sync_client_get_state (office->a.client) != MOKED_SYNC_IDLE)
    g_free (desk_see (&office->a, "none"));
  desk_save_ok (&office->a, sample);
  while (office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1") == 0)
    ;
  office->b.transport->received ("{\"type\":\"hint\",\"seq\":1}", office->b.transport->received_data);
  dex_unref (await_title (&office->b, moked_entity_get_id (sample), "live"));
  office->b.transport->received ("{\"type\":\"event\",\"name\":\"call.incoming\","
                                 "\"data\":{\"from\":\"+972521234567\"}}",
                                 office->b.transport->received_data);
  g_assert_cmpstr (events->str, ==, "call.incoming {\"from\":\"+972521234567\"}");
  return dex_future_new_true ();
}

/* While the service is away the client tries again after growing pauses, and at once when woken. */
static DexFuture *
away_fiber (gpointer data)
{
  Office *office = data;
  guint before;

  office->a.transport->offline = TRUE;
  moked_sync_client_start (office->a.client);
  while (office->a.transport->n_requests == 0 || moked_sync_client_get_state (office->a.client) != MOKED_SYNC_OFFLINE)
    office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1");
  before = office->a.transport->n_requests;
  moked_clock_advance (office->clock, G_USEC_PER_SEC / 2);
  office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1");
  g_assert_cmpuint (office->a.transport->n_requests, ==, before);
  office->a.transport->offline = FALSE;
  moked_clock_advance (office->clock, G_USEC_PER_SEC);
  while (moked_sync_client_get_state (office->a.client) != MOKED_SYNC_IDLE)
    office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1");
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/sync/travel", travel_fiber);
  ADD ("/sync/offline", offline_fiber);
  ADD ("/sync/merge", merge_fiber);
  ADD ("/sync/rebase", rebase_fiber);
  ADD ("/sync/rejected", rejected_fiber);
  ADD ("/sync/command", command_fiber);
  ADD ("/sync/forbidden", forbidden_fiber);
  ADD ("/sync/bulk", bulk_fiber);
  ADD ("/sync/restored", restored_fiber);
  ADD ("/sync/live", live_fiber);
  ADD ("/sync/away", away_fiber);
  return fixture_run_tests ();
}
