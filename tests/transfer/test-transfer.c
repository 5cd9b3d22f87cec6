/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../sync/office.h"
#include "base/moked-error.h"
#include "transfer/moked-transfer-state.h"
#include "transfer/moked-transfer.h"

/* An office goes from one database to another, and its desktops notice nothing. */

#define MOVE "01JTRANSFER"

static const StoreEngine *
get_target_engine (void)
{
  return g_strcmp0 (g_getenv ("MOKED_TEST_TARGET"), "postgres") == 0 ? &postgres_engine : &sqlite_engine;
}

static void
target_create (StoreFixture *target,
               Office       *office)
{
  target->engine = get_target_engine ();
  target->clock = office->clock;
  target->path = g_build_filename (office->directory, "target.db", NULL);
  target->engine->create (target);
}

static void
target_open (StoreFixture *target)
{
  GError *error = NULL;

  target->store = target->engine->new_store (target);
  dex_await (moked_store_open (target->store, office_get_schema ()), &error);
  g_assert_no_error (error);
}

static void
target_forget (StoreFixture *target)
{
  fixture_close (target);
  g_free (target->path);
  g_free (target->url);
}

/* A record of each kind of value, edits of both, a tombstone, and the service's own tables. */
static void
fill (Office *office)
{
  g_autoptr (Sample) full = new_sample ("שלום ״לקוח״ \\ \"ציטוט\"\n\tשורה"), gone = new_sample ("gone");
  g_autoptr (Sample) stamped = new_sample ("waiting");

  full->tags = g_strdup ("חם\nVIP");
  full->amount = -1250;
  full->urgent = TRUE;
  full->due_at = 1764000000000000;
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_save_ok (&office->a, full);
  desk_save_ok (&office->a, gone);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *title = g_strdup_printf ("person %u", i);
      g_autoptr (Sample) sample = new_sample (title);

      desk_save_ok (&office->b, sample);
    }
  g_free (desk_delete (&office->a, gone));
  g_free (desk_stamp (&office->b, stamped, FALSE));
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
}

static gboolean
transfer (Office              *office,
          StoreFixture        *target,
          GCancellable        *cancellable,
          MokedTransferCounts *counts,
          GError             **error)
{
  const MokedTransferOptions options = { .id = MOVE, .page_rows = 4, .cancellable = cancellable };

  return moked_transfer_run (office->store, target->store, office_get_schema (), &options, counts, error);
}

/* From now on @target's is the office's database. */
static void
move_in (Office       *office,
         StoreFixture *target)
{
  office_close (office);
  office->store = g_object_ref (target->store);
  office->server = moked_sync_server_new (office_get_schema (), (const MokedCommand *const[]) { NULL }, sight_load);
  desk_reconnect (&office->a, office);
  desk_reconnect (&office->b, office);
}

static void
move_out (Office *office)
{
  g_clear_object (&office->store);
  moked_sync_server_free (office->server);
  office_open (office);
}

static char *
dup_answer (Office     *office,
            const char *sql)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, office_count (office, sql));
}

static const char *const questions[] = {
  "SELECT count(*) FROM sample WHERE business_id = $1 AND title LIKE 'שלום ״לקוח״ _ \"ציטוט\"%' "
  "AND tags LIKE '%VIP%' AND tags LIKE '%חם%' AND amount = -1250 AND urgent = 1 AND due_at = 1764000000000000",
  "SELECT count(*) FROM sample WHERE business_id = $1 AND deleted_at IS NULL",
  "SELECT count(*) FROM sample WHERE business_id = $1 AND deleted_at IS NOT NULL",
  "SELECT count(*) FROM change WHERE business_id = $1",
  "SELECT count(*) FROM change_field WHERE business_id = $1",
  "SELECT seq FROM business_seq WHERE business_id = $1",
  "SELECT count(*) FROM mutation WHERE business_id = $1",
  "SELECT sum (last_n) FROM sync_client WHERE business_id = $1",
  /* The log is the state: the last change of every record is its version. */
  "SELECT count(*) FROM sample WHERE business_id = $1 AND version = (SELECT max (seq) FROM change c "
  "WHERE c.business_id = $1 AND c.entity = 'sample' AND c.entity_id = sample.id)",
};

static DexFuture *
whole_fiber (gpointer data)
{
  Office *office = data;
  StoreFixture target = { 0 };
  MokedTransferCounts counts;
  g_autofree char *before[G_N_ELEMENTS (questions)] = { NULL };
  g_autoptr (Sample) late = new_sample ("late");
  g_autoptr (GError) error = NULL;
  gint64 listed;

  fill (office);
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    before[i] = dup_answer (office, questions[i]);
  g_assert_cmpstr (before[0], ==, "1");
  target_create (&target, office);
  target_open (&target);
  transfer (office, &target, NULL, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpint (counts.rows, >, 60);
  move_in (office, &target);
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      g_autofree char *after = dup_answer (office, questions[i]);

      g_assert_cmpstr (after, ==, before[i]);
    }
  /* The desktops go on in the same life of the log: one question where it stands, and nothing is listed anew. */
  listed = office->a.transport->n_requests;
  desk_sync_ok (&office->a);
  g_assert_cmpint (office->a.transport->n_requests - listed, <=, 2);
  desk_save_ok (&office->a, late);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_assert_title (&office->b, late, "late");
  desk_assert_nothing_waits (&office->a);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1 AND title = 'late'"), ==, 1);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM epoch_end WHERE business_id = $1"), ==, 0);
  move_out (office);
  target_forget (&target);
  return dex_future_new_true ();
}

typedef struct
{
  GCancellable *cancellable;
  gint          pages_left;
} Interruption;

static void
interrupt (gint64   done,
           gint64   total,
           gpointer data)
{
  Interruption *interruption = data;

  g_assert_cmpint (done, <=, total);
  if (--interruption->pages_left <= 0)
    g_cancellable_cancel (interruption->cancellable);
}

/* It ends after the first page, after the next two, three…, each time with the program, and arrives whole. */
static DexFuture *
interrupted_fiber (gpointer data)
{
  Office *office = data;
  StoreFixture target = { 0 };
  MokedTransferCounts counts;
  gboolean done = FALSE;
  guint starts = 0;

  fill (office);
  target_create (&target, office);
  for (guint pages = 1; !done; pages++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      Interruption interruption = { cancellable, (gint) pages };
      const MokedTransferOptions options = { .id = MOVE, .page_rows = 3, .cancellable = cancellable,
                                             .progress = interrupt, .user_data = &interruption };
      g_autoptr (GError) error = NULL;

      target_open (&target);
      done = moked_transfer_run (office->store, target.store, office_get_schema (), &options, &counts, &error);
      if (!done)
        {
          g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CANCELLED);
          g_clear_error (&error);
          g_assert_false (moked_transfer_state_settle (target.store, &error));
          g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT);
        }
      fixture_close (&target);
      starts++;
    }
  g_assert_cmpuint (starts, >, 3);
  target_open (&target);
  g_assert_true (moked_transfer_state_settle (target.store, NULL));
  move_in (office, &target);
  g_assert_cmpint (office_count (office, questions[3]), ==, office_count (office, questions[5]));
  g_assert_cmpint (office_count (office, questions[0]), ==, 1);
  move_out (office);
  target_forget (&target);
  return dex_future_new_true ();
}

static DexFuture *
make_foreign (MokedSession *session,
              gpointer      data)
{
  GError *error = NULL;

  return moked_session_exec (session, &error, data, "") ? dex_future_new_true () : dex_future_new_for_error (error);
}

static void
assert_refused (Office       *office,
                StoreFixture *target,
                const char   *reason)
{
  MokedTransferCounts counts;
  g_autoptr (GError) error = NULL;

  g_assert_false (transfer (office, target, NULL, &counts, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, reason));
}

static void
run_on (MokedStore *store,
        const char *sql)
{
  g_autoptr (GError) error = NULL;

  dex_await (moked_store_write (store, MOKED_PRIORITY_URGENT, NULL, make_foreign, (gpointer) sql, NULL), &error);
  g_assert_no_error (error);
}

/* Another office, another move's beginning, and what is finished. */
static DexFuture *
refused_fiber (gpointer data)
{
  Office *office = data;
  StoreFixture target = { 0 };

  fill (office);
  target_create (&target, office);
  target_open (&target);
  run_on (target.store, "INSERT INTO sync_client (business_id, client, last_n) VALUES ('other', 'c', 1)");
  assert_refused (office, &target, "sync_client");
  run_on (target.store, "DELETE FROM sync_client");
  run_on (target.store, "INSERT INTO transfer (direction, id, started_at) VALUES ('in', 'other', 1)");
  assert_refused (office, &target, "beginning of another move");
  run_on (target.store, "UPDATE transfer SET finished_at = 1");
  assert_refused (office, &target, "another office");
  target_forget (&target);
  return dex_future_new_true ();
}

static void
spoil (gint64   done,
       gint64   total,
       gpointer data)
{
  Interruption *interruption = data;

  if (done == total)
    g_cancellable_cancel (interruption->cancellable);
}

/* Something changes what has arrived: it is not taken for the office. */
static DexFuture *
checked_fiber (gpointer data)
{
  Office *office = data;
  StoreFixture target = { 0 };
  MokedTransferCounts counts;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Interruption interruption = { cancellable, 0 };
  const MokedTransferOptions options = { .id = MOVE, .cancellable = cancellable, .progress = spoil,
                                         .user_data = &interruption };
  g_autoptr (GError) error = NULL;

  fill (office);
  target_create (&target, office);
  target_open (&target);
  g_assert_false (moked_transfer_run (office->store, target.store, office_get_schema (), &options, &counts, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CANCELLED);
  g_clear_error (&error);
  run_on (target.store, "UPDATE sample SET amount = amount + 1 WHERE title = 'person 7'");
  g_assert_false (transfer (office, &target, NULL, &counts, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "sample"));
  run_on (target.store, "UPDATE sample SET amount = amount - 1 WHERE title = 'person 7'");
  g_clear_error (&error);
  transfer (office, &target, NULL, &counts, &error);
  g_assert_no_error (error);
  target_forget (&target);
  return dex_future_new_true ();
}

/* What the database that is left says of it. */
static DexFuture *
left_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *first = moked_transfer_state_leave (office->store, "postgresql://db/office", NULL);
  g_autofree char *again = moked_transfer_state_leave (office->store, "postgresql://db/office", NULL);
  g_autofree char *anew = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (first);
  g_assert_cmpstr (first, ==, again);
  g_assert_null (moked_transfer_state_leave (office->store, "postgresql://db/other", &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT);
  g_clear_error (&error);
  /* A service that starts here gives the move up, and the next one is another one. */
  g_assert_true (moked_transfer_state_settle (office->store, NULL));
  anew = moked_transfer_state_leave (office->store, "postgresql://db/office", NULL);
  g_assert_cmpstr (anew, !=, first);
  g_assert_true (moked_transfer_state_left (office->store, NULL));
  g_assert_false (moked_transfer_state_settle (office->store, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "postgresql://db/office"));
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  gboolean postgres = store_engine_get () == &postgres_engine || get_target_engine () == &postgres_engine;
  int result;

  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/transfer/whole", whole_fiber);
  ADD ("/transfer/interrupted", interrupted_fiber);
  ADD ("/transfer/refused", refused_fiber);
  ADD ("/transfer/checked", checked_fiber);
  ADD ("/transfer/left", left_fiber);
  if (postgres && !postgres_server_is_installed ())
    {
      g_print ("1..0 # SKIP there is no PostgreSQL server\n");
      return 0;
    }
  if (postgres)
    postgres_engine.start ();
  result = g_test_run ();
  if (postgres)
    postgres_engine.stop ();
  return result;
}
