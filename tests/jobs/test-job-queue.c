/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../store/store-engine.h"

#include <glib/gstdio.h>

#include "base/moked-error.h"
#include "jobs/moked-job-queue.h"

/* Each test has a database of its own and a clock that it moves itself. */

typedef struct
{
  char          *folder;
  StoreFixture   database;
  MokedClock    *clock;
  MokedStore    *store;
  MokedJobQueue *queue;
} Fixture;

/* What the jobs of a test have done, in order. */
static GPtrArray *done;
static guint running, most_running;

static const MokedMigration migrations[] = {
  { 1, NULL, "CREATE TABLE ended (id INTEGER PRIMARY KEY, business_id TEXT, name TEXT, outcome TEXT)",
    "CREATE TABLE ended (id BIGINT GENERATED ALWAYS AS IDENTITY, business_id TEXT, name TEXT, outcome TEXT)" },
  { 0 },
};
static const MokedSchemaPart ended_schema = { .name = "sample", .migrations = migrations };
static const MokedSchemaPart *const parts[] = { &moked_job_queue_schema, &ended_schema, NULL };
static const MokedSchema schema = { parts };

static gboolean
run_note (MokedJob     *job,
          MokedContext *context,
          GError      **error)
{
  running++;
  most_running = MAX (most_running, running);
  dex_await (dex_timeout_new_msec (2), NULL);
  running--;
  g_ptr_array_add (done, g_strdup (yyjson_get_str (yyjson_obj_get (job->args, "name"))));
  return TRUE;
}

/* Fails as often as its arguments say, in the way they say. */
static gboolean
run_fail (MokedJob     *job,
          MokedContext *context,
          GError      **error)
{
  int code = yyjson_get_int (yyjson_obj_get (job->args, "code"));

  g_ptr_array_add (done, g_strdup_printf ("%u", job->attempt));
  if (job->attempt > (guint) yyjson_get_int (yyjson_obj_get (job->args, "times")))
    return TRUE;
  g_set_error_literal (error, MOKED_ERROR, code, "As told");
  return FALSE;
}

static gboolean
run_hang (MokedJob     *job,
          MokedContext *context,
          GError      **error)
{
  return dex_await (dex_future_new_infinite (), error);
}

static gboolean
note_end (MokedSession *session,
          MokedJob     *job,
          const GError *failure,
          GError      **error)
{
  return moked_session_exec (session, error, "INSERT INTO ended (business_id, name, outcome) VALUES ($1, $2, $3)", "tt",
                             job->kind, failure != NULL ? failure->message : "done");
}

#define HOLDER "this service"

static const guint quick_retry[] = { 10, 100, 0 };

static const MokedJobKind kinds[] = {
  { "note", run_note, NULL, NULL, 0, 3 },
  { "fail", run_fail, note_end, quick_retry },
  { "hang", run_hang, note_end, quick_retry, 1 },
  { NULL },
};

static void
start_queue (Fixture *fixture)
{
  fixture->queue = moked_job_queue_new (fixture->store, fixture->clock, NULL);
  moked_job_queue_set_holder (fixture->queue, HOLDER);
  moked_job_queue_add (fixture->queue, kinds);
  g_assert_true (dex_await (moked_job_queue_start (fixture->queue), NULL));
}

static void
stop_queue (Fixture *fixture)
{
  g_assert_true (dex_await (moked_job_queue_stop (fixture->queue), NULL));
  g_clear_object (&fixture->queue);
}

static void
open_store (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->store = fixture->database.engine->new_store (&fixture->database);
  dex_await (moked_store_open (fixture->store, &schema), &error);
  g_assert_no_error (error);
}

typedef struct
{
  const char *kind;
  const char *key;
  char       *args;
  gint64      run_at;
  char       *id;
} Order;

static DexFuture *
order_in_session (MokedSession *session,
                  gpointer      data)
{
  Order *order = data;
  GError *error = NULL;

  if (!moked_job_enqueue (session, order->kind, order->key, order->args, order->run_at, &order->id, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

static char *
enqueue (Fixture    *fixture,
         const char *kind,
         const char *key,
         gint64      run_at,
         const char *format,
         ...)
{
  Order order = { kind, key, NULL, run_at };
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, format);
  order.args = g_strdup_vprintf (format, args);
  va_end (args);
  dex_await (moked_store_write (fixture->store, MOKED_PRIORITY_URGENT, "b1", order_in_session, &order, NULL), &error);
  g_assert_no_error (error);
  g_free (order.args);
  return order.id;
}

/* Lets the main loop turn until so many runs are over. */
static void
wait_for_done (guint count)
{
  while (done->len < count)
    dex_await (dex_timeout_new_msec (1), NULL);
}

static void
wait_for_stats (Fixture *fixture,
                guint64  runs)
{
  const MokedJobStats *stats = moked_job_queue_get_stats (fixture->queue);

  while (stats->done + stats->retried + stats->failed < runs)
    dex_await (dex_timeout_new_msec (1), NULL);
}

static char *
dup_done (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < done->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", (char *) g_ptr_array_index (done, i));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static DexFuture *
read_outcomes (MokedSession *session,
               gpointer      data)
{
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, NULL, "SELECT name, outcome FROM ended WHERE business_id = $1 ORDER BY id", "");
  GString *text = g_string_new (NULL);

  while (moked_cursor_next (cursor, NULL))
    g_string_append_printf (text, "%s: %s; ", moked_cursor_get_text (cursor, 0), moked_cursor_get_text (cursor, 1));
  return dex_future_new_take_string (g_string_free (text, FALSE));
}

static char *
dup_outcomes (Fixture *fixture)
{
  return dex_await_string (moked_store_read (fixture->store, "b1", read_outcomes, NULL, NULL), NULL);
}

/* Tests --------------------------------------------------------------------------------------------------- */

static void
test_order_by_key (Fixture *fixture)
{
  g_autofree char *seen = NULL;

  for (guint i = 0; i < 6; i++)
    g_free (enqueue (fixture, "note", "one", 0, "{\"name\":\"%u\"}", i));
  start_queue (fixture);
  wait_for_done (6);
  seen = dup_done ();
  g_assert_cmpstr (seen, ==, "0 1 2 3 4 5");
  g_assert_cmpuint (most_running, ==, 1);
}

static void
test_parallel (Fixture *fixture)
{
  start_queue (fixture);
  for (guint i = 0; i < 20; i++)
    g_free (enqueue (fixture, "note", NULL, 0, "{\"name\":\"%u\"}", i));
  wait_for_done (20);
  g_assert_cmpuint (most_running, ==, 3);
}

/* The queue writes down when to try again a moment after a run ended, so one step of the clock may come too early. */
static void
advance_until_run (Fixture *fixture,
                   gint64   seconds,
                   guint    n)
{
  while (done->len < n)
    {
      moked_clock_advance (fixture->clock, seconds * G_USEC_PER_SEC);
      dex_await (dex_timeout_new_msec (5), NULL);
    }
}

static void
test_later (Fixture *fixture)
{
  g_autofree char *seen = NULL;
  gint64 now = moked_clock_get_real (fixture->clock);

  start_queue (fixture);
  g_free (enqueue (fixture, "note", NULL, now + 60 * G_USEC_PER_SEC, "{\"name\":\"later\"}"));
  g_free (enqueue (fixture, "note", NULL, 0, "{\"name\":\"now\"}"));
  wait_for_done (1);
  advance_until_run (fixture, 61, 2);
  seen = dup_done ();
  g_assert_cmpstr (seen, ==, "now later");
}

static void
test_retry (Fixture *fixture)
{
  g_autofree char *outcomes = NULL;
  g_autofree char *seen = NULL;

  start_queue (fixture);
  g_free (enqueue (fixture, "fail", NULL, 0, "{\"code\":%d,\"times\":2}", MOKED_ERROR_UNAVAILABLE));
  wait_for_stats (fixture, 1);
  moked_clock_advance (fixture->clock, 5 * G_USEC_PER_SEC);
  dex_await (dex_timeout_new_msec (20), NULL);
  g_assert_cmpuint (done->len, ==, 1);
  advance_until_run (fixture, 10, 2);
  wait_for_stats (fixture, 2);
  advance_until_run (fixture, 130, 3);
  wait_for_stats (fixture, 3);
  outcomes = dup_outcomes (fixture);
  g_assert_cmpstr (outcomes, ==, "fail: done; ");
  seen = dup_done ();
  g_assert_cmpstr (seen, ==, "1 2 3");
}

static void
test_given_up (Fixture *fixture)
{
  g_autofree char *outcomes = NULL;

  start_queue (fixture);
  g_free (enqueue (fixture, "fail", NULL, 0, "{\"code\":%d,\"times\":9}", MOKED_ERROR_TIMEOUT));
  for (guint runs = 1; runs <= 3; runs++)
    {
      advance_until_run (fixture, 200, runs);
      wait_for_stats (fixture, runs);
    }
  g_assert_cmpuint (moked_job_queue_get_stats (fixture->queue)->failed, ==, 1);
  outcomes = dup_outcomes (fixture);
  g_assert_cmpstr (outcomes, ==, "fail: As told; ");
}

static void
test_permanent (Fixture *fixture)
{
  g_autofree char *outcomes = NULL;

  start_queue (fixture);
  g_free (enqueue (fixture, "fail", NULL, 0, "{\"code\":%d,\"times\":9}", MOKED_ERROR_REJECTED));
  wait_for_stats (fixture, 1);
  g_assert_cmpuint (moked_job_queue_get_stats (fixture->queue)->failed, ==, 1);
  g_assert_cmpuint (done->len, ==, 1);
  outcomes = dup_outcomes (fixture);
  g_assert_cmpstr (outcomes, ==, "fail: As told; ");
}

static void
test_timeout (Fixture *fixture)
{
  start_queue (fixture);
  g_free (enqueue (fixture, "hang", NULL, 0, "{}"));
  wait_for_stats (fixture, 1);
  g_assert_cmpuint (moked_job_queue_get_stats (fixture->queue)->retried, ==, 1);
}

static DexFuture *
cancel_in_session (MokedSession *session,
                   gpointer      data)
{
  gboolean cancelled = FALSE;
  GError *error = NULL;

  if (!moked_job_cancel (session, data, &cancelled, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_for_boolean (cancelled);
}

static gboolean
cancel (Fixture    *fixture,
        const char *business,
        char       *id)
{
  return dex_await_boolean (moked_store_write (fixture->store, MOKED_PRIORITY_URGENT, business, cancel_in_session,
                                               id, NULL),
                            NULL);
}

static void
test_cancel (Fixture *fixture)
{
  g_autofree char *id = enqueue (fixture, "note", "k", 0, "{\"name\":\"cancelled\"}");
  g_autofree char *seen = NULL;

  g_free (enqueue (fixture, "note", "k", 0, "{\"name\":\"kept\"}"));
  g_assert_false (cancel (fixture, "b2", id));
  g_assert_true (cancel (fixture, "b1", id));
  g_assert_false (cancel (fixture, "b1", id));
  start_queue (fixture);
  wait_for_done (1);
  seen = dup_done ();
  g_assert_cmpstr (seen, ==, "kept");
}

static DexFuture *
pretend_death (MokedSession *session,
               gpointer      data)
{
  GError *error = NULL;

  if (!moked_session_exec (session, &error,
                           "UPDATE job SET state = 'running', attempts = 1, first_run_at = 7, lease_until = $1, holder = $2",
                           "it", moked_session_get_now (session) + 600 * G_USEC_PER_SEC, data))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

/* A service that died while a job ran: the next one runs it again, and the job knows. */
static void
test_death (Fixture *fixture)
{
  g_autofree char *seen = NULL;

  g_free (enqueue (fixture, "fail", NULL, 0, "{\"times\":0}"));
  g_assert_true (dex_await (moked_store_write (fixture->store, MOKED_PRIORITY_URGENT, NULL, pretend_death,
                                               (gpointer) HOLDER, NULL), NULL));
  g_assert_true (dex_await (moked_store_close (fixture->store), NULL));
  g_clear_object (&fixture->store);
  open_store (fixture);
  start_queue (fixture);
  wait_for_stats (fixture, 1);
  seen = dup_done ();
  g_assert_cmpstr (seen, ==, "2");
}

/* What another service on the same database is at is its own, until its lease is over; then it is dead. */
static void
test_taken_over (Fixture *fixture)
{
  g_autofree char *before = NULL, *after = NULL;

  g_free (enqueue (fixture, "fail", NULL, 0, "{\"times\":0}"));
  g_assert_true (dex_await (moked_store_write (fixture->store, MOKED_PRIORITY_URGENT, NULL, pretend_death,
                                               (gpointer) "another service", NULL), NULL));
  start_queue (fixture);
  g_free (enqueue (fixture, "note", NULL, 0, "{\"name\":\"mine\"}"));
  wait_for_done (1);
  before = dup_done ();
  g_assert_cmpstr (before, ==, "mine");
  moked_clock_advance (fixture->clock, 601 * G_USEC_PER_SEC);
  wait_for_done (2);
  after = dup_done ();
  g_assert_cmpstr (after, ==, "mine 2");
}

/* A transaction that fails leaves no job. */
static DexFuture *
order_and_fail (MokedSession *session,
                gpointer      data)
{
  g_assert_true (moked_job_enqueue (session, "note", NULL, "{\"name\":\"never\"}", 0, NULL, NULL));
  return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_REJECTED, "No");
}

static void
test_rollback (Fixture *fixture)
{
  g_autofree char *seen = NULL;

  start_queue (fixture);
  g_assert_false (dex_await (moked_store_write (fixture->store, MOKED_PRIORITY_URGENT, "b1", order_and_fail, NULL,
                                                NULL), NULL));
  g_free (enqueue (fixture, "note", NULL, 0, "{\"name\":\"real\"}"));
  wait_for_done (1);
  seen = dup_done ();
  g_assert_cmpstr (seen, ==, "real");
}

typedef void (*Test) (Fixture *fixture);

static DexFuture *
test_fiber (gpointer data)
{
  Test test = data;
  Fixture fixture = { .folder = g_dir_make_tmp ("moked-jobs-XXXXXX", NULL),
                      .clock = moked_clock_new_fake (G_GINT64_CONSTANT (1700000000000000)) };
  g_autofree char *command = g_strdup_printf ("rm -r %s", fixture.folder);

  done = g_ptr_array_new_with_free_func (g_free);
  running = most_running = 0;
  store_engine_make (&fixture.database, fixture.folder, fixture.clock);
  open_store (&fixture);
  test (&fixture);
  stop_queue (&fixture);
  dex_await (moked_store_close (fixture.store), NULL);
  g_clear_object (&fixture.store);
  store_engine_forget (&fixture.database);
  g_clear_object (&fixture.clock);
  g_clear_pointer (&done, g_ptr_array_unref);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (fixture.folder);
  return dex_future_new_true ();
}

static void
run_test (gconstpointer data)
{
  DexFuture *future = dex_scheduler_spawn (NULL, 0, test_fiber, (gpointer) data, NULL);
  g_autoptr (GError) error = NULL;

  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, TRUE);
  dex_future_get_value (future, &error);
  g_assert_no_error (error);
  dex_unref (future);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_data_func ("/jobs/order-by-key", test_order_by_key, run_test);
  g_test_add_data_func ("/jobs/parallel", test_parallel, run_test);
  g_test_add_data_func ("/jobs/later", test_later, run_test);
  g_test_add_data_func ("/jobs/retry", test_retry, run_test);
  g_test_add_data_func ("/jobs/given-up", test_given_up, run_test);
  g_test_add_data_func ("/jobs/permanent", test_permanent, run_test);
  g_test_add_data_func ("/jobs/timeout", test_timeout, run_test);
  g_test_add_data_func ("/jobs/cancel", test_cancel, run_test);
  g_test_add_data_func ("/jobs/death", test_death, run_test);
  if (store_engine_get () == &postgres_engine)
    g_test_add_data_func ("/jobs/taken-over", test_taken_over, run_test);
  g_test_add_data_func ("/jobs/rollback", test_rollback, run_test);
  return fixture_run_tests ();
}
