/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "backup-fixture.h"

#include <signal.h>
#include <sys/resource.h>

/* Copies that are made by themselves and by request, and what becomes of those that fail. */

static void
begin_in_2026 (Office *office)
{
  moked_clock_advance (office->clock, G_GINT64_CONSTANT (1767261600) * G_USEC_PER_SEC);
}

/* Whatever may happen at this time of the clock has happened. */
static void
let_run (void)
{
  for (guint i = 0; i < 20; i++)
    dex_await (dex_timeout_new_msec (0), NULL);
}

static void
await_outcomes (MokedBackupKeeper *keeper,
                guint              made,
                guint              failed)
{
  const MokedBackupStatus *status = moked_backup_keeper_get_status (keeper);

  while (status->made < made || status->failed < failed || status->running)
    dex_await (dex_timeout_new_msec (1), NULL);
  g_assert_cmpuint (status->made, ==, made);
  g_assert_cmpuint (status->failed, ==, failed);
  let_run ();
}

static DexFuture *
daily_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *folder = file_in (office, "copies");
  MokedBackupKeeper *keeper;

  begin_in_2026 (office);
  keeper = new_keeper (office);
  moked_backup_keeper_start (keeper);
  let_run ();
  await_outcomes (keeper, 0, 0);
  moked_clock_advance (office->clock, 5 * G_TIME_SPAN_MINUTE);
  await_outcomes (keeper, 1, 0);
  for (guint hour = 0; hour < 23; hour++)
    {
      moked_clock_advance (office->clock, G_TIME_SPAN_HOUR);
      let_run ();
    }
  await_outcomes (keeper, 1, 0);
  moked_clock_advance (office->clock, G_TIME_SPAN_HOUR);
  await_outcomes (keeper, 2, 0);
  end_keeper (keeper);
  g_assert_cmpuint (count_files (folder), ==, 2);

  /* The next process goes on where this one was. */
  keeper = new_keeper (office);
  moked_backup_keeper_start (keeper);
  let_run ();
  moked_clock_advance (office->clock, G_TIME_SPAN_HOUR);
  let_run ();
  await_outcomes (keeper, 0, 0);
  end_keeper (keeper);
  return dex_future_new_true ();
}

static DexFuture *
made_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *folder = file_in (office, "copies");
  g_autoptr (Sample) sample = new_sample ("kept");
  MokedBackupKeeper *keeper = new_keeper (office);
  const MokedBackupStatus *status = moked_backup_keeper_get_status (keeper);
  DexFuture *one, *two;
  GStatBuf info;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  one = moked_backup_keeper_make (keeper);
  two = moked_backup_keeper_make (keeper); /* who asks meanwhile gets the same */
  g_assert_true (status->running);
  g_assert_true (dex_await (one, NULL));
  g_assert_true (dex_await (two, NULL));
  await_outcomes (keeper, 1, 0);
  g_assert_cmpint (status->content.offices, ==, 1);
  g_assert_cmpint (status->content.changes, ==, office_count (office, "SELECT count(*) FROM change WHERE business_id = $1"));
  g_assert_cmpint (g_stat (status->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (info.st_size, ==, status->size);
  g_assert_cmpint (g_stat (folder, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  g_assert_cmpuint (count_files (folder), ==, 1);
  end_keeper (keeper);
  return dex_future_new_true ();
}

/* A folder that cannot be: told, and tried again an hour later. */
static DexFuture *
again_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *folder = file_in (office, "copies");
  MokedBackupKeeper *keeper;
  g_autoptr (GString) text = g_string_new (NULL);

  begin_in_2026 (office);
  keeper = new_keeper (office);
  g_assert_true (g_file_set_contents (folder, "", 0, NULL));
  moked_backup_keeper_start (keeper);
  let_run ();
  moked_clock_advance (office->clock, 5 * G_TIME_SPAN_MINUTE);
  await_outcomes (keeper, 0, 1);
  g_assert_nonnull (strstr (moked_backup_keeper_get_status (keeper)->problem, folder));
  moked_backup_keeper_write_metrics (text, keeper);
  g_assert_nonnull (strstr (text->str, "moked_backups_total{outcome=\"failed\"} 1\n"));
  g_unlink (folder);
  moked_clock_advance (office->clock, G_TIME_SPAN_HOUR);
  await_outcomes (keeper, 1, 1);
  g_assert_null (moked_backup_keeper_get_status (keeper)->problem);
  end_keeper (keeper);
  return dex_future_new_true ();
}

/* A disk that is full in the middle of a copy leaves nothing in the folder, and the office goes on. */
static DexFuture *
full_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *folder = file_in (office, "copies");
  g_autoptr (Sample) sample = new_sample ("later");
  MokedBackupKeeper *keeper = new_keeper (office);
  struct rlimit before, little = { 16384 };
  g_autoptr (GError) error = NULL;

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  little.rlim_max = before.rlim_max;
  setrlimit (RLIMIT_FSIZE, &little);
  g_assert_false (dex_await (moked_backup_keeper_make (keeper), &error));
  setrlimit (RLIMIT_FSIZE, &before);
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE);
  g_assert_cmpuint (count_files (folder), ==, 0);
  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  g_assert_true (dex_await (moked_backup_keeper_make (keeper), NULL));
  g_assert_cmpuint (count_files (folder), ==, 1);
  end_keeper (keeper);
  return dex_future_new_true ();
}

/* What a process left that died in the middle goes with the next copy. */
static DexFuture *
leftovers_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *folder = file_in (office, "copies"), *path = NULL;
  static const char *const left[] = { "moked-20260101T100000Z.db.part", "moked-20260101T100000Z.db.part-wal" };

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    {
      g_autofree char *file = g_build_filename (folder, left[i], NULL);

      g_assert_true (g_file_set_contents (file, "half", 4, NULL));
    }
  path = make_backup (office);
  g_assert_cmpuint (count_files (folder), ==, 1);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  return dex_future_new_true ();
}

/* The program ends while a copy is made: it is whole or not there. */
static DexFuture *
stopped_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *folder = file_in (office, "copies");
  MokedBackupKeeper *keeper = new_keeper (office);
  DexFuture *making = moked_backup_keeper_make (keeper);
  MokedBackupContent content;
  g_autoptr (GPtrArray) backups = NULL;

  dex_await (moked_backup_keeper_stop (keeper), NULL);
  g_assert_false (dex_future_is_pending (making));
  dex_unref (making);
  g_assert_false (dex_await (moked_backup_keeper_make (keeper), NULL));
  moked_backup_keeper_free (keeper);
  backups = moked_backup_folder_list (folder, folder);
  g_assert_cmpuint (backups->len, ==, count_files (folder));
  for (guint i = 0; i < backups->len; i++)
    g_assert_true (moked_backup_check (((MokedBackup *) backups->pdata[i])->path, &content, NULL, NULL));
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, backup_teardown)
  ADD ("/backup-keeper/daily", daily_fiber);
  ADD ("/backup-keeper/made", made_fiber);
  ADD ("/backup-keeper/again", again_fiber);
  ADD ("/backup-keeper/full", full_fiber);
  ADD ("/backup-keeper/leftovers", leftovers_fiber);
  ADD ("/backup-keeper/stopped", stopped_fiber);
  return g_test_run ();
}
