/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "base/moked-error.h"
#include "store-fixture.h"
#include "store/moked-entity-store.h"
#include "store/sqlite/moked-sqlite-copy.h"

/* A large copy and those who write meanwhile: nobody waits for all of it, and nothing is missing in it. */

/* Fewer than the megabytes of the table: even if each had a transaction for itself, the copy would take longer. */
#define N_WRITES 4

typedef struct
{
  GMutex     lock;
  GCond      cond;
  gboolean   ready; /* the writer is held up */
  gboolean   go_on;
  DexFuture *backup;
  int        during; /* writes that ran before the copy was ready */
} Meeting;

static DexFuture *
fill (MokedSession *session,
      gpointer      data)
{
  GError *error = NULL;

  return fixture_result (moked_session_exec (session, &error, "CREATE TABLE ballast (id INTEGER PRIMARY KEY, noise BLOB)",
                                             "") &&
                             moked_session_exec (session, &error,
                                                 "INSERT INTO ballast WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                                                 "SELECT i + 1 FROM n WHERE i < 2000) SELECT i, randomblob (4000) FROM n",
                                                 ""),
                         &error);
}

static DexFuture *
hold_up (MokedSession *session,
         gpointer      data)
{
  Meeting *meeting = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&meeting->lock);

  meeting->ready = TRUE;
  g_cond_broadcast (&meeting->cond);
  while (!meeting->go_on)
    g_cond_wait (&meeting->cond, &meeting->lock);
  return dex_future_new_true ();
}

/* Changes a page that the copy has got already, and one at the end. */
static DexFuture *
write_meanwhile (MokedSession *session,
                 gpointer      data)
{
  Meeting *meeting = data;
  GError *error = NULL;

  if (dex_future_is_pending (meeting->backup))
    g_atomic_int_inc (&meeting->during);
  return fixture_result (moked_session_exec (session, &error, "UPDATE ballast SET noise = 'first' WHERE id = 1", "") &&
                             moked_session_exec (session, &error,
                                                 "INSERT INTO ballast (noise) SELECT randomblob (4000)", ""),
                         &error);
}

/* Takes a page that the copy has got already back to what it was. */
static DexFuture *
change_mind (MokedSession *session,
             gpointer      data)
{
  GError *error = NULL;

  if (!moked_session_exec (session, &error, "UPDATE ballast SET noise = 'wrong'", ""))
    return dex_future_new_for_error (error);
  return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_REJECTED, "Changed my mind");
}

static void
wait_until_held_up (Meeting *meeting)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&meeting->lock);

  while (!meeting->ready)
    g_cond_wait (&meeting->cond, &meeting->lock);
}

static void
let_go_on (Meeting *meeting)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&meeting->lock);

  meeting->go_on = TRUE;
  g_cond_broadcast (&meeting->cond);
}

static DexFuture *
meanwhile_fiber (gpointer data)
{
  StoreFixture *f = data;
  Meeting meeting = { 0 };
  g_autofree char *copy = g_build_filename (f->directory, "copy.db", NULL);
  DexFuture *held, *writes[N_WRITES], *wrong;
  gint64 numbers[3];
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_write (f, NULL, fill, NULL, NULL));
  held = moked_store_write (f->store, MOKED_PRIORITY_URGENT, NULL, hold_up, &meeting, NULL);
  wait_until_held_up (&meeting);
  meeting.backup = moked_store_backup (f->store, copy);
  g_assert_false (dex_await (moked_store_backup (f->store, copy), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_BUSY);
  for (guint i = 0; i < N_WRITES; i++)
    writes[i] = moked_store_write (f->store, MOKED_PRIORITY_URGENT, NULL, write_meanwhile, &meeting, NULL);
  wrong = moked_store_write (f->store, MOKED_PRIORITY_URGENT, NULL, change_mind, NULL, NULL);
  let_go_on (&meeting);
  g_assert_true (dex_await (held, NULL));
  for (guint i = 0; i < N_WRITES; i++)
    g_assert_true (dex_await (writes[i], NULL));
  g_assert_false (dex_await (wrong, NULL));
  g_assert_cmpint (g_atomic_int_get (&meeting.during), ==, N_WRITES);
  g_assert_true (dex_await (dex_ref (meeting.backup), NULL));
  g_clear_error (&error);
  g_assert_true (moked_sqlite_copy_check (copy,
                                          "SELECT count(*), sum (noise = 'first'), sum (noise = 'wrong') FROM ballast",
                                          numbers, 3, NULL, &error));
  g_assert_cmpint (numbers[0], ==, 2000 + N_WRITES);
  g_assert_cmpint (numbers[1], ==, 1);
  g_assert_cmpint (numbers[2], ==, 0);
  dex_unref (meeting.backup);
  return dex_future_new_true ();
}

/* A store that is closed finishes the copy that it began. */
static DexFuture *
closing_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autofree char *copy = g_build_filename (f->directory, "copy.db", NULL);
  DexFuture *backup;
  gint64 number;

  g_assert_true (fixture_write (f, NULL, fill, NULL, NULL));
  backup = moked_store_backup (f->store, copy);
  fixture_close (f);
  g_assert_true (dex_await (backup, NULL));
  g_assert_true (moked_sqlite_copy_check (copy, "SELECT count(*) FROM ballast", &number, 1, NULL, NULL));
  g_assert_cmpint (number, ==, 2000);
  fixture_open (f);
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, StoreFixture, fiber, fixture_setup, fixture_run, fixture_teardown)
  ADD ("/sqlite-backup/meanwhile", meanwhile_fiber);
  ADD ("/sqlite-backup/closing", closing_fiber);
  return fixture_run_tests ();
}
