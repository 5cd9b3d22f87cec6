/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "office.h"

/* How the client goes about it: one exchange at a time, an end when it is told, and pauses. */

/* Lets everything that is under way in this process go on. */
static void
let_go_on (Office *office)
{
  for (guint i = 0; i < 20; i++)
    office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1");
}

static void
await_idle (Office *office,
            Desk   *desk)
{
  while (moked_sync_client_get_state (desk->client) != MOKED_SYNC_IDLE)
    office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1");
}

static void
await_request (Office *office,
               Desk   *desk)
{
  guint before = desk->transport->n_requests;

  while (desk->transport->n_requests == before)
    office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1");
}

static void
edit_often (Desk *desk,
            guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (Sample) sample = new_sample ("row");

      desk_save_ok (desk, sample);
    }
}

/* Whoever asks at the same time waits for its turn; nothing is sent twice and nothing is forgotten. */
static DexFuture *
at_once_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->a;
  g_autoptr (MokedSyncClient) other = moked_sync_client_new (desk->cache, MOKED_SYNC_TRANSPORT (desk->transport),
                                                             office->clock);
  DexFuture *futures[12];

  desk_sync_ok (desk);
  edit_often (desk, 60);
  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    futures[i] = moked_sync_client_sync_now (i % 3 == 0 ? other : desk->client);
  edit_often (desk, 20);
  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    g_assert_true (dex_await (futures[i], NULL));
  desk_sync_ok (desk);
  desk_assert_nothing_waits (desk);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM change WHERE business_id = $1"), ==, 80);
  g_assert_cmpint (office_count (office, "SELECT max(n) - count(*) FROM mutation WHERE business_id = $1"), ==, 0);
  return dex_future_new_true ();
}

/* A request without an answer does not keep the program from ending. */
static DexFuture *
stop_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->a;

  desk->transport->hold = dex_promise_new ();
  moked_sync_client_start (desk->client);
  await_request (office, desk);
  moked_sync_client_stop (desk->client);
  g_assert_true (dex_await (moked_sync_client_await_stopped (desk->client), NULL));
  dex_clear (&desk->transport->hold);
  moked_sync_client_start (desk->client);
  await_idle (office, desk);
  return dex_future_new_true ();
}

/* Stopped and started again it is one client, not two. */
static DexFuture *
restart_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->a;
  guint before;

  moked_sync_client_start (desk->client);
  await_idle (office, desk);
  moked_sync_client_stop (desk->client);
  moked_sync_client_start (desk->client);
  await_idle (office, desk);
  let_go_on (office);
  before = desk->transport->n_requests;
  moked_clock_advance (office->clock, 61 * G_USEC_PER_SEC);
  await_idle (office, desk);
  let_go_on (office);
  g_assert_cmpuint (desk->transport->n_requests - before, ==, 1);
  return dex_future_new_true ();
}

static void
note_state (MokedSyncClient *client,
            GParamSpec      *pspec,
            gboolean        *was_offline)
{
  *was_offline = *was_offline || moked_sync_client_get_state (client) == MOKED_SYNC_OFFLINE;
}

/* Where a proxy lets no live channel through, all else works, with pauses that grow. */
static DexFuture *
no_live_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->a;
  gboolean was_offline = FALSE;
  guint before;

  desk->transport->no_live = TRUE;
  moked_sync_client_start (desk->client);
  await_idle (office, desk);
  g_signal_connect (desk->client, "notify::state", G_CALLBACK (note_state), &was_offline);
  before = desk->transport->n_listens;
  for (guint second = 0; second < 120; second++)
    {
      moked_clock_advance (office->clock, G_USEC_PER_SEC);
      let_go_on (office);
    }
  g_assert_false (was_offline);
  g_assert_cmpuint (desk->transport->n_listens - before, >=, 4);
  g_assert_cmpuint (desk->transport->n_listens - before, <=, 8);
  g_signal_handlers_disconnect_by_data (desk->client, &was_offline);
  return dex_future_new_true ();
}

/* What changed after the last answer and before the channel was open was told to nobody. */
static DexFuture *
open_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("in between");

  desk_sync_ok (&office->b);
  moked_sync_client_start (office->a.client);
  await_idle (office, &office->a);
  let_go_on (office);
  desk_save_ok (&office->b, sample);
  desk_sync_ok (&office->b);
  office->a.transport->received ("{\"type\":\"open\"}", office->a.transport->received_data);
  while (desk_count (&office->a, "SELECT count(*) FROM sample WHERE business_id = $1") == 0)
    ;
  return dex_future_new_true ();
}

/* A service that makes no sense is an error, with a pause, and never a loop. */
static DexFuture *
senseless_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->a;
  const char *answers[][2] = {
    { "/api/sync/push", "{\"last_n\":0,\"results\":[{\"n\":1,\"id\":\"another\",\"status\":\"applied\"}]}" },
    { "/api/sync/push", "{\"results\":[]}" },
    { "/api/sync/push", "{\"last_n\":1,\"results\":[{\"n\":1,\"status\":\"applied\"}]}" },
    { "/api/sync/pull", "{\"epoch\":\"x\",\"head\":10,\"until\":0,\"tables\":[]}" },
    { "/api/sync/pull", "{\"epoch\":\"x\",\"head\":10,\"until\":-5,\"tables\":[]}" },
    { "/api/sync/pull", "{\"epoch\":\"x\",\"head\":18446744073709551615,\"until\":18446744073709551615,"
                        "\"tables\":[]}" },
    { "/api/sync/pull", "{\"epoch\":\"x\"}" },
    { "/api/sync/pull", "[]" },
  };

  desk_sync_ok (desk);
  edit_often (desk, 1);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GError) error = NULL;

      g_hash_table_remove_all (desk->transport->canned);
      g_hash_table_insert (desk->transport->canned, g_strdup (answers[i][0]), g_strdup (answers[i][1]));
      g_assert_false (dex_await (moked_sync_client_sync_now (desk->client), &error));
      g_assert_true (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_FORMAT) ||
                     g_error_matches (error, MOKED_ERROR, MOKED_ERROR_INVALID));
    }
  g_hash_table_remove_all (desk->transport->canned);
  desk_sync_ok (desk);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 1);
  return dex_future_new_true ();
}

/* Pages that do not go on would be loaded for ever. */
static DexFuture *
endless_pages_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->a;
  g_autoptr (GError) error = NULL;

  g_hash_table_insert (desk->transport->canned, g_strdup ("/api/sync/state"),
                       g_strdup ("{\"epoch\":\"e\",\"head\":0,\"business\":\"b1\",\"entities\":[\"sample\"]}"));
  g_hash_table_insert (desk->transport->canned, g_strdup ("/api/sync/snapshot"),
                       g_strdup ("{\"epoch\":\"e\",\"entity\":\"sample\",\"rows\":[],\"next\":\"01H\"}"));
  g_assert_false (dex_await (moked_sync_client_sync_now (desk->client), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT);
  return dex_future_new_true ();
}

static DexFuture *
run_pragma (MokedSession *session,
            gpointer      sql)
{
  return moked_session_exec (session, NULL, sql, "") ? dex_future_new_true () : dex_future_new_for_errno (EIO);
}

static void
limit_pages (Desk       *desk,
             const char *sql)
{
  MokedStore *store = moked_cache_get_store (desk->cache);

  g_assert_true (dex_await (moked_store_write (store, MOKED_PRIORITY_URGENT, NULL, run_pragma, (gpointer) sql, NULL),
                            NULL));
}

/* The disk of the desktop is full: nothing is half written, and it goes on when there is room. */
static DexFuture *
full_disk_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *tag = g_strnfill (300000, 'x');
  g_autoptr (GError) error = NULL;
  g_autoptr (Sample) sample = new_sample ("large");

  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  edit_often (&office->b, 1);
  g_set_str (&sample->tags, tag);
  desk_save_ok (&office->b, sample);
  desk_sync_ok (&office->b);
  limit_pages (&office->a, "PRAGMA max_page_count = 60");
  g_assert_false (dex_await (moked_sync_client_sync_now (office->a.client), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE);
  g_assert_cmpint (desk_count (&office->a, "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 0);
  limit_pages (&office->a, "PRAGMA max_page_count = 1000000");
  desk_sync_ok (&office->a);
  g_assert_cmpint (desk_count (&office->a, "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 2);
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/sync-client/at-once", at_once_fiber);
  ADD ("/sync-client/stop", stop_fiber);
  ADD ("/sync-client/restart", restart_fiber);
  ADD ("/sync-client/no-live", no_live_fiber);
  ADD ("/sync-client/open", open_fiber);
  ADD ("/sync-client/senseless", senseless_fiber);
  ADD ("/sync-client/endless-pages", endless_pages_fiber);
  ADD ("/sync-client/full-disk", full_disk_fiber);
  return fixture_run_tests ();
}
