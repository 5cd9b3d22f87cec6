/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/moked-error.h"
#include "store-engine.h"
#include "store/moked-entity-store.h"
#include "store/sqlite/moked-sqlite-store.h"
#include "sync/moked-change-log.h"

/* What a store does when the disk is full, when it is being closed, and when many want something of it. */

#define PATIENCE_USEC (2 * G_USEC_PER_SEC)

static const MokedActor actor = { "user-1", "test", NULL };

static DexFuture *
save_entity (MokedSession *session,
             gpointer      entity)
{
  GError *error = NULL;

  return fixture_result (moked_change_log_save (session, entity, &actor, &error), &error);
}

static DexFuture *
run_sql (MokedSession *session,
         gpointer      sql)
{
  GError *error = NULL;

  return fixture_result (moked_session_exec (session, &error, sql, ""), &error);
}

/* --- the thread of the results --- */

typedef struct
{
  GMutex   lock;
  GCond    cond;
  gboolean ran;
  GThread *freed_by;
} Witness;

static DexFuture *
say_ran (MokedSession *session,
         gpointer      data)
{
  Witness *witness = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&witness->lock);

  witness->ran = TRUE;
  g_cond_signal (&witness->cond);
  return dex_future_new_true ();
}

static void
note_thread (gpointer data)
{
  ((Witness *) data)->freed_by = g_thread_self ();
}

static void
wait_until_ran (Witness *witness)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&witness->lock);

  while (!witness->ran)
    g_cond_wait (&witness->cond, &witness->lock);
}

/* Between two iterations of the main loop nobody owns its context; results wait for the loop all the same. */
static void
test_context (StoreFixture *f,
              gconstpointer data)
{
  Witness witness = { 0 };
  g_autofree char *copy = g_build_filename (f->directory, "copy.db", NULL);
  DexFuture *backup;

  dex_future_disown (moked_store_write (f->store, MOKED_PRIORITY_URGENT, NULL, say_ran, &witness, note_thread));
  wait_until_ran (&witness);
  backup = moked_store_backup (f->store, copy); /* made after the transaction was handed back */
  while (dex_future_is_pending (backup))
    g_thread_yield ();
  dex_unref (backup);
  g_assert_null (witness.freed_by);
  while (witness.freed_by == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (witness.freed_by == g_thread_self ());
}

/* --- who waits for whom --- */

typedef struct
{
  MokedStore *store;
  DexFuture  *urgent;
  DexFuture  *background;
  int         urgent_ran;
  int         urgent_durable;
} Queue;

static DexFuture *
do_nothing (MokedSession *session,
            gpointer      data)
{
  return dex_future_new_true ();
}

static DexFuture *
run_urgent (MokedSession *session,
            gpointer      data)
{
  g_atomic_int_set (&((Queue *) data)->urgent_ran, TRUE);
  return dex_future_new_true ();
}

static DexFuture *
run_background (MokedSession *session,
                gpointer      data)
{
  Queue *queue = data;
  gint64 until = g_get_monotonic_time () + PATIENCE_USEC;

  if (!g_atomic_int_get (&queue->urgent_ran))
    return dex_future_new_true (); /* a slow machine: it was due before the urgent one */
  while (!g_atomic_int_get (&queue->urgent_durable) && g_get_monotonic_time () < until)
    g_thread_yield ();
  return dex_future_new_for_boolean (g_atomic_int_get (&queue->urgent_durable));
}

static DexFuture *
queue_both (MokedSession *session,
            gpointer      data)
{
  Queue *queue = data;

  queue->background = moked_store_write (queue->store, MOKED_PRIORITY_BACKGROUND, NULL, run_background, queue, NULL);
  queue->urgent = moked_store_write (queue->store, MOKED_PRIORITY_URGENT, NULL, run_urgent, queue, NULL);
  return dex_future_new_true ();
}

/* Background work never stands between an urgent transaction and its commit. */
static DexFuture *
urgent_fiber (gpointer data)
{
  StoreFixture *f = data;
  Queue queue = { f->store, NULL };

  dex_await (moked_store_write (f->store, MOKED_PRIORITY_BACKGROUND, NULL, do_nothing, NULL, NULL), NULL);
  dex_await (moked_store_write (f->store, MOKED_PRIORITY_URGENT, NULL, queue_both, &queue, NULL), NULL);
  g_assert_true (dex_await (queue.urgent, NULL));
  g_atomic_int_set (&queue.urgent_durable, TRUE);
  g_assert_true (dex_await_boolean (queue.background, NULL));
  return dex_future_new_true ();
}

/* --- closing --- */

/* What was asked for before is done; what comes after is refused at once and does not wait for ever. */
static DexFuture *
closing_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (Sample) sample = sample_new ("01A", "kept");
  DexFuture *write = moked_store_write (f->store, MOKED_PRIORITY_BACKGROUND, "b1", save_entity, sample, NULL);
  DexFuture *before = moked_store_read (f->store, NULL, do_nothing, NULL, NULL);
  DexFuture *closed = moked_store_close (f->store), *again = moked_store_close (f->store);
  g_autoptr (GError) error = NULL;

  g_assert_false (dex_await (moked_store_read (f->store, NULL, do_nothing, NULL, NULL), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE);
  g_assert_false (dex_await (moked_store_write (f->store, MOKED_PRIORITY_URGENT, NULL, do_nothing, NULL, NULL), NULL));
  g_assert_true (dex_await (write, NULL));
  g_assert_true (dex_await (before, NULL));
  g_assert_true (dex_await (closed, NULL));
  g_assert_true (dex_await (again, NULL));
  fixture_close (f);
  fixture_open (f);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 1);
  return dex_future_new_true ();
}

/* --- a full disk --- */

static void
limit_pages (StoreFixture *f,
             guint         pages)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA max_page_count = %u", pages);
  g_autoptr (GError) error = NULL;

  fixture_write (f, NULL, run_sql, sql, &error);
  g_assert_no_error (error);
}

static Sample *
large_sample (guint number)
{
  g_autofree char *id = g_strdup_printf ("id-%03u", number);
  Sample *sample = sample_new (id, "row");

  sample->owner_id = g_strnfill (number % 5 == 4 ? 400000 : 10, 'x');
  return sample;
}

/* Whoever was told that it is stored finds it, and nobody else; then there is room again and all goes on. */
static DexFuture *
full_disk_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (Sample) large = large_sample (4);
  DexFuture *futures[50];

  limit_pages (f, 100);
  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      Sample *sample = large_sample (i);

      futures[i] = moked_store_write (f->store, MOKED_PRIORITY_URGENT, "b1", save_entity, sample, g_object_unref);
    }
  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM sample WHERE business_id = $1 AND id = 'id-%03u'", i);
      g_autoptr (GError) error = NULL;
      gboolean stored = dex_await (futures[i], &error);

      g_assert_cmpint (fixture_count (f, "b1", sql), ==, stored ? 1 : 0);
      if (!stored)
        g_assert_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE);
    }
  g_assert_cmpint (fixture_count (f, "b1", "SELECT count(*) FROM sample WHERE business_id = $1"), <, 50);
  limit_pages (f, 1000000);
  g_assert_true (fixture_write (f, "b1", save_entity, large, NULL));
  g_assert_cmpint (fixture_count (f, "b1", "SELECT max(seq) - count(*) FROM change WHERE business_id = $1"), ==, 0);
  return dex_future_new_true ();
}

static DexFuture *
go_on_regardless (MokedSession *session,
                  gpointer      data)
{
  g_autofree char *much = g_strnfill (1000000, 'x');
  const char *sql = "INSERT INTO schema_version (part, version) VALUES ($1, $2)";

  g_assert_false (moked_session_exec (session, NULL, sql, "tt", "much", much));
  g_assert_false (moked_session_exec (session, NULL, sql, "tt", "little", "x"));
  return dex_future_new_true ();
}

/* SQLite has ended the transaction by then; what is written after that would be kept although it failed. */
static DexFuture *
given_up_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (GError) error = NULL;

  limit_pages (f, 100);
  g_assert_false (fixture_write (f, NULL, go_on_regardless, NULL, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE);
  g_assert_cmpint (fixture_count (f, NULL, "SELECT count(*) FROM schema_version WHERE part = 'little'"), ==, 0);
  return dex_future_new_true ();
}

/* A copy that could not be finished does not stay behind, looking like one. */
static DexFuture *
backup_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autofree char *copy = g_build_filename (f->directory, "copy.db", NULL);
  struct rlimit before, little = { 16384, RLIM_INFINITY };
  g_autoptr (GError) error = NULL;

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  little.rlim_max = before.rlim_max;
  setrlimit (RLIMIT_FSIZE, &little);
  g_assert_false (dex_await (moked_store_backup (f->store, copy), &error));
  setrlimit (RLIMIT_FSIZE, &before);
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  g_assert_true (dex_await (moked_store_backup (f->store, copy), NULL));
  g_assert_false (dex_await (moked_store_backup (f->store, copy), NULL));
  g_assert_true (g_file_test (copy, G_FILE_TEST_EXISTS));
  return dex_future_new_true ();
}

/* --- statements --- */

static DexFuture *
use_tenth_value (MokedSession *session,
                 gpointer      sql)
{
  GError *error = NULL;

  return fixture_result (moked_session_exec (session, &error, sql, "ttttttttt", "", "", "", "", "", "", "", "", "01A"),
                         &error);
}

/* The wall is the placeholder itself, not three characters that look like it. */
static DexFuture *
wall_fiber (gpointer data)
{
  StoreFixture *f = data;
  const char *attempts[] = { "DELETE FROM sample WHERE id = $10", "DELETE FROM sample WHERE id <> '$1'",
                             "DELETE FROM sample -- of $1" };
  g_autoptr (Sample) theirs = sample_new ("01A", "theirs");

  g_assert_true (fixture_write (f, "b2", save_entity, theirs, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (attempts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (fixture_write (f, "b1", use_tenth_value, (gpointer) attempts[i], &error));
      g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL);
    }
  g_assert_cmpint (fixture_count (f, "b2", "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 1);
  return dex_future_new_true ();
}

/* A wrong statement stays wrong: a job must not try it for ever, and a device's queue not stand before it. */
static DexFuture *
wrong_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (GError) error = NULL;

  g_assert_false (fixture_write (f, NULL, run_sql, (gpointer) "INSERT INTO nowhere VALUES (1)", &error));
  g_assert_false (moked_error_is_temporary (error));
  return dex_future_new_true ();
}

/* --- much at once --- */

static char insert_many[] = "INSERT INTO sample (business_id, id, title) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL "
                            "SELECT i + 1 FROM n WHERE i < 4000) SELECT $1, printf ('%08d', i), hex (zeroblob (500)) "
                            "FROM n";
static char change_many[] = "UPDATE sample SET title = hex (zeroblob (400)) WHERE business_id = $1";

/* A transaction that changes more than its savepoint keeps in memory is done as any other. */
static DexFuture *
much_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (GError) error = NULL;

  fixture_write (f, "b1", run_sql, insert_many, &error);
  g_assert_no_error (error);
  fixture_write (f, "b1", run_sql, change_many, &error);
  g_assert_no_error (error);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT sum (length (title)) FROM sample WHERE business_id = $1"), ==,
                   4000 * 800);
  return dex_future_new_true ();
}

static char insert_large[] = "INSERT INTO sample (business_id, id, title) VALUES ($1, hex (randomblob (8)), "
                             "hex (zeroblob (4000000)))";

/* The file takes in what was written, and the log beside it does not grow for ever. */
static DexFuture *
log_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autofree char *path = g_build_filename (f->directory, "test.db-wal", NULL);
  GStatBuf log;

  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (GError) error = NULL;

      fixture_write (f, "b1", run_sql, insert_large, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpint (g_stat (path, &log), ==, 0);
  g_assert_cmpint (log.st_size, <, 48 * 1024 * 1024);
  return dex_future_new_true ();
}

/* --- a log of an older program --- */

static void
run_all (StoreFixture       *f,
         char *const        *statements)
{
  for (guint i = 0; statements[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      fixture_write (f, NULL, run_sql, statements[i], &error);
      g_assert_no_error (error);
    }
}

/* What an older program wrote is there, and is kept as before. */
static DexFuture *
older_log_fiber (gpointer data)
{
  static char *const as_before[] = {
    (char *) "DROP TABLE change_field",
    (char *) "CREATE TABLE change_field (business_id TEXT NOT NULL, seq BIGINT NOT NULL, field TEXT NOT NULL, "
             "old TEXT, new TEXT, PRIMARY KEY (business_id, seq, field))",
    (char *) "CREATE TRIGGER change_field_is_kept BEFORE DELETE ON change_field BEGIN SELECT raise (ABORT, 'no'); END",
    (char *) "CREATE TRIGGER change_field_is_fixed BEFORE UPDATE ON change_field BEGIN SELECT raise (ABORT, 'no'); END",
    (char *) "INSERT INTO change_field VALUES ('b1', 7, 'title', 'old', 'new'), ('b1', 7, 'amount', NULL, '3')",
    (char *) "UPDATE schema_version SET version = '2' WHERE part = 'change-log'",
    (char *) "UPDATE schema_version SET version = 'another' WHERE part = '*'",
    NULL,
  };
  static char delete_all[] = "DELETE FROM change_field WHERE business_id = $1";
  StoreFixture *f = data;
  g_autoptr (GError) error = NULL;

  run_all (f, as_before);
  fixture_close (f);
  fixture_open (f);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT count(*) FROM change_field WHERE business_id = $1 AND seq = 7 "
                                           "AND (field, new) IN (VALUES ('title', 'new'), ('amount', '3'))"),
                   ==, 2);
  g_assert_cmpint (fixture_count (f, NULL, "SELECT wr FROM pragma_table_list WHERE name = 'change_field'"), ==, 1);
  g_assert_false (fixture_write (f, "b1", run_sql, delete_all, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT);
  return dex_future_new_true ();
}

/* --- who else has the file --- */

/* One program at a time: the second one is told, and has it when the first is done. */
static DexFuture *
in_use_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (MokedStore) second = moked_sqlite_store_new (f->path, 1, f->clock);
  g_autoptr (GError) error = NULL;

  g_assert_false (dex_await (moked_store_open (second, &sample_schema), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_IN_USE);
  g_clear_error (&error);
  fixture_close (f);
  dex_await (moked_store_open (second, &sample_schema), &error);
  g_assert_no_error (error);
  dex_await (moked_store_close (second), NULL);
  fixture_open (f);
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) \
  g_test_add (path, StoreFixture, fiber, fixture_setup, fixture_run, fixture_teardown)
  ADD ("/store-faults/urgent-first", urgent_fiber);
  ADD ("/store-faults/closing", closing_fiber);
  ADD ("/store-faults/wall", wall_fiber);
  ADD ("/store-faults/wrong-statement", wrong_fiber);
  if (store_engine_get () != &sqlite_engine)
    return fixture_run_tests ();
  /* What only a file, its one writer and its own limits can do. */
  g_test_add ("/store-faults/context", StoreFixture, NULL, fixture_setup, test_context, fixture_teardown);
  ADD ("/store-faults/full-disk", full_disk_fiber);
  ADD ("/store-faults/given-up", given_up_fiber);
  ADD ("/store-faults/backup", backup_fiber);
  ADD ("/store-faults/much", much_fiber);
  ADD ("/store-faults/log", log_fiber);
  ADD ("/store-faults/older-log", older_log_fiber);
  ADD ("/store-faults/in-use", in_use_fiber);
  return fixture_run_tests ();
}
