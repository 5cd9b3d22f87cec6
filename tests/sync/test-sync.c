/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "../base/test-fiber.h"
#include "../store/sample-entity.h"
#include "base/moked-error.h"
#include "base/moked-ulid.h"
#include "direct-transport.h"
#include "store/moked-entity-store.h"
#include "store/sqlite/moked-sqlite-store.h"
#include "sync/moked-sync-client.h"

/* A service and two desktops in one process. */

typedef struct
{
  MokedCache      *cache;
  DirectTransport *transport;
  MokedSyncClient *client;
} Desk;

typedef struct
{
  char            *directory;
  MokedClock      *clock;
  MokedStore      *store;
  MokedSyncServer *server;
  Desk             a;
  Desk             b;
} Office;

static gboolean
run_stamp (MokedSession     *session,
           yyjson_val       *args,
           const MokedActor *actor,
           GError          **error)
{
  const char *id = yyjson_get_str (yyjson_obj_get (args, "id"));
  g_autoptr (Sample) sample = NULL;

  if (yyjson_get_bool (yyjson_obj_get (args, "refuse")))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_REJECTED, "The rule says no");
      return FALSE;
    }
  sample = sample_new (id, "stamped");
  sample->colour = SAMPLE_GREEN;
  return moked_change_log_save (session, sample, actor, error);
}

static const MokedCommand commands[] = { { "sample.stamp", run_stamp }, { NULL } };
static const MokedCommand *const all_commands[] = { commands, NULL };

static const MokedSchemaPart *service_parts[8];
static MokedSchema service_schema = { service_parts };

static DexFuture *
open_desk (Office     *office,
           Desk       *desk,
           const char *name)
{
  g_autofree char *path = g_build_filename (office->directory, name, NULL);
  GError *error = NULL;

  desk->cache = moked_cache_new (path, &sample_schema);
  dex_await (moked_cache_open (desk->cache), &error);
  g_assert_no_error (error);
  desk->transport = direct_transport_new (office->store, office->server, "b1", name);
  desk->client = moked_sync_client_new (desk->cache, MOKED_SYNC_TRANSPORT (desk->transport), office->clock);
  return dex_future_new_true ();
}

static DexFuture *
open_office (gpointer data)
{
  Office *office = data;
  g_autofree char *path = g_build_filename (office->directory, "service.db", NULL);
  GError *error = NULL;

  service_parts[0] = sample_schema.parts[0];
  service_parts[1] = &moked_change_log_schema;
  service_parts[2] = &moked_sync_server_schema;
  office->store = moked_sqlite_store_new (path, 1, office->clock);
  dex_await (moked_store_open (office->store, &service_schema), &error);
  g_assert_no_error (error);
  office->server = moked_sync_server_new (&service_schema, all_commands);
  dex_unref (open_desk (office, &office->a, "desk-a"));
  dex_unref (open_desk (office, &office->b, "desk-b"));
  return dex_future_new_true ();
}

static void
close_desk (Desk *desk)
{
  moked_sync_client_stop (desk->client);
  dex_await (moked_sync_client_await_stopped (desk->client), NULL);
  dex_await (moked_cache_close (desk->cache), NULL);
  g_clear_object (&desk->client);
  g_clear_object (&desk->transport);
  g_clear_object (&desk->cache);
}

static DexFuture *
close_office (gpointer data)
{
  Office *office = data;

  close_desk (&office->a);
  close_desk (&office->b);
  dex_await (moked_store_close (office->store), NULL);
  return dex_future_new_true ();
}

static void
setup (Office       *office,
       gconstpointer data)
{
  office->directory = g_dir_make_tmp ("moked-sync-XXXXXX", NULL);
  office->clock = moked_clock_new_fake (1000000);
  test_fiber_run (open_office, office);
}

static void
teardown (Office       *office,
          gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  test_fiber_run (close_office, office);
  g_object_unref (office->store);
  moked_sync_server_free (office->server);
  g_object_unref (office->clock);
  dir = g_dir_open (office->directory, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (office->directory, name, NULL);

      g_unlink (path);
    }
  g_rmdir (office->directory);
  g_free (office->directory);
}

static void
sync_ok (Desk *desk)
{
  g_autoptr (GError) error = NULL;

  dex_await (moked_sync_client_sync_now (desk->client), &error);
  g_assert_no_error (error);
}

static gboolean
sync_fails (Desk *desk)
{
  return !dex_await (moked_sync_client_sync_now (desk->client), NULL);
}

static DexFuture *
load_in_session (MokedSession *session,
                 gpointer      id)
{
  GError *error = NULL;
  gpointer found = moked_entity_store_load (session, &sample_info, id, &error);

  return found != NULL ? dex_future_new_take_object (found) : dex_future_new_for_error (error);
}

static Sample *
see (Desk       *desk,
     const char *id)
{
  return dex_await_object (moked_cache_read (desk->cache, load_in_session, g_strdup (id), g_free), NULL);
}

static DexFuture *
count_in_session (MokedSession *session,
                  gpointer      sql)
{
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, &error, sql, "");

  g_assert_no_error (error);
  g_assert_true (moked_cursor_next (cursor, &error));
  return dex_future_new_for_int64 (moked_cursor_get_int (cursor, 0));
}

static gint64
service_count (Office     *office,
               const char *sql)
{
  return dex_await_int64 (moked_store_read (office->store, "b1", count_in_session, (gpointer) sql, NULL), NULL);
}

static char *
save (Desk       *desk,
      Sample     *sample,
      GError    **error)
{
  MokedEdit *edit = moked_edit_new ("save");

  moked_edit_save (edit, sample);
  return dex_await_string (moked_cache_commit (desk->cache, edit), error);
}

static void
save_ok (Desk   *desk,
         Sample *sample)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = save (desk, sample, &error);

  g_assert_no_error (error);
}

static Sample *
make (const char *title)
{
  g_autofree char *id = moked_ulid_new (NULL);

  return sample_new (id, title);
}

#define assert_title(desk, sample, expected)                                                                           \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autoptr (Sample) seen_ = see (desk, moked_entity_get_id (sample));                                               \
    g_assert_nonnull (seen_);                                                                                          \
    g_assert_cmpstr (seen_->title, ==, expected);                                                                      \
  }                                                                                                                    \
  G_STMT_END

static DexFuture *
travel_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = make ("שלום");

  sync_ok (&office->a);
  sync_ok (&office->b);
  save_ok (&office->a, sample);
  g_assert_cmpuint (moked_cache_get_waiting (office->a.cache), <=, 1);
  assert_title (&office->a, sample, "שלום");
  sync_ok (&office->a);
  sync_ok (&office->b);
  assert_title (&office->b, sample, "שלום");
  {
    g_autoptr (Sample) theirs = see (&office->b, moked_entity_get_id (sample));

    g_assert_cmpint (moked_entity_get_version (theirs), ==, 1);
    g_set_str (&theirs->title, "להתראות");
    save_ok (&office->b, theirs);
  }
  sync_ok (&office->b);
  sync_ok (&office->a);
  assert_title (&office->a, sample, "להתראות");
  return dex_future_new_true ();
}

/* What people did offline arrives once, although answers are lost and requests repeated. */
static DexFuture *
offline_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = make ("first");

  sync_ok (&office->a);
  office->a.transport->offline = TRUE;
  save_ok (&office->a, sample);
  g_set_str (&sample->title, "second");
  save_ok (&office->a, sample);
  sample->amount = 7;
  save_ok (&office->a, sample);
  g_assert_true (sync_fails (&office->a));
  assert_title (&office->a, sample, "second");
  office->a.transport->offline = FALSE;
  office->a.transport->lose_answers = 1;
  office->a.transport->repeat_posts = TRUE;
  g_assert_true (sync_fails (&office->a));
  sync_ok (&office->a);
  g_assert_cmpuint (moked_cache_get_waiting (office->a.cache), ==, 0);
  g_assert_cmpint (service_count (office, "SELECT count(*) FROM change WHERE business_id = $1"), ==, 3);
  g_assert_cmpint (service_count (office, "SELECT amount FROM sample WHERE business_id = $1"), ==, 7);
  sync_ok (&office->b);
  assert_title (&office->b, sample, "second");
  return dex_future_new_true ();
}

/* Different fields merge; on the same field the later arrival wins and the other value is in the log. */
static DexFuture *
merge_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = make ("start");
  g_autoptr (Sample) a = NULL, b = NULL, seen = NULL;

  save_ok (&office->a, (sync_ok (&office->a), sample));
  sync_ok (&office->a);
  sync_ok (&office->b);
  a = see (&office->a, moked_entity_get_id (sample));
  b = see (&office->b, moked_entity_get_id (sample));
  g_set_str (&a->title, "from a");
  a->amount = 1;
  g_set_str (&a->tags, "קונה");
  g_set_str (&b->title, "from b");
  b->urgent = TRUE;
  g_set_str (&b->tags, "חם");
  save_ok (&office->a, a);
  save_ok (&office->b, b);
  sync_ok (&office->a);
  sync_ok (&office->b);
  sync_ok (&office->a);
  seen = see (&office->a, moked_entity_get_id (sample));
  g_assert_cmpstr (seen->title, ==, "from b");
  g_assert_cmpint (seen->amount, ==, 1);
  g_assert_true (seen->urgent);
  g_assert_cmpstr (seen->tags, ==, "חם\nקונה");
  g_assert_cmpint (service_count (office, "SELECT count(*) FROM change_field WHERE business_id = $1 AND old = 'from a'"),
                   ==, 1);
  return dex_future_new_true ();
}

/* A person's own edit does not flicker back when an older row arrives. */
static DexFuture *
rebase_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = make ("start");
  g_autoptr (Sample) a = NULL, b = NULL, seen = NULL;

  sync_ok (&office->a);
  save_ok (&office->a, sample);
  sync_ok (&office->a);
  sync_ok (&office->b);
  b = see (&office->b, moked_entity_get_id (sample));
  b->amount = 9;
  save_ok (&office->b, b);
  sync_ok (&office->b);
  a = see (&office->a, moked_entity_get_id (sample));
  g_set_str (&a->title, "mine");
  save_ok (&office->a, a);
  office->a.transport->lose_answers = 1; /* the push is applied, its answer is lost */
  g_assert_true (sync_fails (&office->a));
  assert_title (&office->a, sample, "mine");
  sync_ok (&office->a);
  seen = see (&office->a, moked_entity_get_id (sample));
  g_assert_cmpstr (seen->title, ==, "mine");
  g_assert_cmpint (seen->amount, ==, 9);
  return dex_future_new_true ();
}

static MokedMutation *
only_waiting (Desk *desk)
{
  g_autoptr (GPtrArray) list = dex_await_boxed (moked_cache_list_waiting (desk->cache), NULL);

  g_assert_cmpuint (list->len, ==, 1);
  return g_object_ref (g_ptr_array_index (list, 0));
}

/* A refused edit blocks nothing, stays visible with its reason, and the record is as the service has it. */
static DexFuture *
rejected_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = make ("start");
  g_autoptr (Sample) a = NULL, b = NULL, other = make ("other");
  g_autoptr (MokedMutation) mutation = NULL;
  MokedEdit *edit = moked_edit_new ("delete");

  sync_ok (&office->a);
  save_ok (&office->a, sample);
  sync_ok (&office->a);
  sync_ok (&office->b);
  moked_edit_delete (edit, &sample_info, moked_entity_get_id (sample));
  g_free (dex_await_string (moked_cache_commit (office->b.cache, edit), NULL));
  sync_ok (&office->b);
  a = see (&office->a, moked_entity_get_id (sample));
  g_set_str (&a->title, "too late");
  save_ok (&office->a, a);
  save_ok (&office->a, other);
  sync_ok (&office->a);
  g_assert_cmpint (service_count (office, "SELECT count(*) FROM sample WHERE business_id = $1 AND title = 'other'"), ==, 1);
  mutation = only_waiting (&office->a);
  g_assert_cmpint (moked_mutation_get_state (mutation), ==, MOKED_MUTATION_REJECTED);
  g_assert_nonnull (moked_mutation_get_detail (mutation));
  g_clear_object (&a);
  a = see (&office->a, moked_entity_get_id (sample));
  g_assert_true (moked_entity_is_deleted (a));
  g_assert_true (dex_await (moked_cache_cancel (office->a.cache, moked_mutation_get_id (mutation)), NULL));
  return dex_future_new_true ();
}

static char *
stamp (Desk       *desk,
       Sample     *overlay,
       gboolean    refuse)
{
  MokedEdit *edit = moked_edit_new ("stamp");
  g_autofree char *args = g_strdup_printf ("{\"id\":\"%s\",\"refuse\":%s}", moked_entity_get_id (overlay),
                                           refuse ? "true" : "false");
  GError *error = NULL;
  char *id;

  moked_edit_command (edit, "sample.stamp", args);
  moked_edit_overlay (edit, overlay);
  id = dex_await_string (moked_cache_commit (desk->cache, edit), &error);
  g_assert_no_error (error);
  return id;
}

/* A command waits, can be cancelled until it is sent, and runs once. */
static DexFuture *
command_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) first = make ("waiting"), second = make ("waiting"), third = make ("waiting");
  g_autofree char *cancelled = NULL, *sent = NULL, *refused = NULL;
  g_autoptr (Sample) gone = NULL, done = NULL, kept = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MokedMutation) mutation = NULL;

  sync_ok (&office->a);
  cancelled = stamp (&office->a, first, FALSE);
  sent = stamp (&office->a, second, FALSE);
  refused = stamp (&office->a, third, TRUE);
  assert_title (&office->a, first, "waiting");
  g_assert_true (dex_await (moked_cache_cancel (office->a.cache, cancelled), NULL));
  gone = see (&office->a, moked_entity_get_id (first));
  g_assert_null (gone);
  office->a.transport->lose_answers = 1;
  g_assert_true (sync_fails (&office->a));
  g_assert_false (dex_await (moked_cache_cancel (office->a.cache, sent), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT);
  sync_ok (&office->a);
  done = see (&office->a, moked_entity_get_id (second));
  g_assert_cmpstr (done->title, ==, "stamped");
  g_assert_cmpint (done->colour, ==, SAMPLE_GREEN);
  g_assert_cmpint (service_count (office, "SELECT count(*) FROM change WHERE business_id = $1"), ==, 1);
  mutation = only_waiting (&office->a);
  g_assert_cmpstr (moked_mutation_get_code (mutation), ==, "rejected");
  kept = see (&office->a, moked_entity_get_id (third));
  g_assert_nonnull (kept);
  return dex_future_new_true ();
}

/* The device may not write what only the service decides; the client is not trusted to check. */
static DexFuture *
forbidden_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = make ("start");
  g_autoptr (MokedMutation) mutation = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (Sample) blank = make (NULL);

  sync_ok (&office->a);
  sample->colour = SAMPLE_GREEN;
  save_ok (&office->a, sample);
  sync_ok (&office->a);
  mutation = only_waiting (&office->a);
  g_assert_cmpstr (moked_mutation_get_code (mutation), ==, "forbidden");
  g_free (save (&office->a, blank, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INVALID);
  return dex_future_new_true ();
}

/* Five thousand records come page by page, through interruptions; the copy is whole. */
static DexFuture *
bulk_fiber (gpointer data)
{
  Office *office = data;
  guint tries = 0;

  sync_ok (&office->a);
  for (guint batch = 0; batch < 50; batch++)
    {
      MokedEdit *edit = moked_edit_new ("import");

      for (guint i = 0; i < 100; i++)
        {
          g_autoptr (Sample) sample = make ("row");

          moked_edit_save (edit, sample);
        }
      g_free (dex_await_string (moked_cache_commit (office->a.cache, edit), NULL));
    }
  sync_ok (&office->a);
  do
    {
      office->b.transport->lose_answers = tries % 2; /* every other try breaks off */
      g_assert_cmpuint (tries++, <, 20);
    }
  while (sync_fails (&office->b));
  g_assert_cmpint (dex_await_int64 (moked_cache_read (office->b.cache, count_in_session,
                                                      (gpointer) "SELECT count(*) FROM sample WHERE business_id = $1", NULL),
                                    NULL),
                   ==, 5000);
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
  g_autoptr (Sample) kept = make ("kept"), lost = make ("lost"), mine = make ("mine");
  g_autoptr (Sample) gone = NULL;

  sync_ok (&office->a);
  save_ok (&office->a, kept);
  save_ok (&office->a, lost);
  sync_ok (&office->a);
  save_ok (&office->a, mine);
  g_assert_true (dex_await (moked_store_write (office->store, MOKED_PRIORITY_URGENT, "b1", new_epoch, NULL,
                                               NULL), NULL));
  sync_ok (&office->a);
  gone = see (&office->a, moked_entity_get_id (lost));
  g_assert_null (gone);
  assert_title (&office->a, kept, "kept");
  assert_title (&office->a, mine, "mine");
  g_assert_cmpint (service_count (office, "SELECT count(*) FROM sample WHERE business_id = $1 AND title = 'mine'"), ==, 1);
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
      g_autoptr (Sample) seen = see (desk, id);

      if (seen != NULL && g_strcmp0 (seen->title, title) == 0)
        return dex_future_new_true ();
    }
}

/* The running client: an edit goes out and a hint brings it in, without being asked. */
static DexFuture *
live_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = make ("live");
  g_autoptr (GString) events = g_string_new (NULL);

  sync_ok (&office->a);
  sync_ok (&office->b);
  g_signal_connect (office->b.client, "event", G_CALLBACK (on_event), events);
  moked_sync_client_start (office->a.client);
  moked_sync_client_start (office->b.client);
  while (moked_sync_client_get_state (office->b.client) != MOKED_SYNC_IDLE ||
         moked_sync_client_get_state (office->a.client) != MOKED_SYNC_IDLE)
    g_free (see (&office->a, "none"));
  save_ok (&office->a, sample);
  while (service_count (office, "SELECT count(*) FROM sample WHERE business_id = $1") == 0)
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
    service_count (office, "SELECT count(*) FROM sample WHERE business_id = $1");
  before = office->a.transport->n_requests;
  moked_clock_advance (office->clock, G_USEC_PER_SEC / 2);
  service_count (office, "SELECT count(*) FROM sample WHERE business_id = $1");
  g_assert_cmpuint (office->a.transport->n_requests, ==, before);
  office->a.transport->offline = FALSE;
  moked_clock_advance (office->clock, G_USEC_PER_SEC);
  while (moked_sync_client_get_state (office->a.client) != MOKED_SYNC_IDLE)
    service_count (office, "SELECT count(*) FROM sample WHERE business_id = $1");
  return dex_future_new_true ();
}

static void
run (Office       *office,
     gconstpointer data)
{
  test_fiber_run ((DexFiberFunc) data, office);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, setup, run, teardown)
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
  return g_test_run ();
}
