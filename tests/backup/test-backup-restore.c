/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "backup-fixture.h"

#include <fcntl.h>
#include <unistd.h>

#include "backup/moked-backup-restore.h"

/* A copy takes the place of the database, or nothing happens. */

static gboolean
restore (Office     *office,
         const char *copy,
         char      **out_kept,
         GError    **error)
{
  g_autofree char *database = file_in (office, "service.db");
  MokedBackupContent content;

  *out_kept = NULL;
  return moked_backup_restore (copy, database, office_get_schema (), office->clock, NULL, NULL, &content, out_kept,
                               error);
}

static void
reopen (Office *office)
{
  office_open (office);
  g_set_object (&office->a.transport->store, office->store);
  office->a.transport->server = office->server;
  g_set_object (&office->b.transport->store, office->store);
  office->b.transport->server = office->server;
}

static void
sync_both (Office *office)
{
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
}

static gint64
count_titles (Office     *office,
              const char *where)
{
  g_autofree char *sql = g_strconcat ("SELECT count(*) FROM sample WHERE business_id = $1 AND ", where, NULL);

  return office_count (office, sql);
}

/* The copy lacks what was done since; desktops give it back; the former database lies beside it, whole. */
static DexFuture *
given_back_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) old = new_sample ("old"), late = new_sample ("late");
  g_autofree char *copy = NULL, *kept = NULL;
  MokedBackupContent content;
  g_autoptr (GError) error = NULL;

  sync_both (office);
  desk_save_ok (&office->a, old);
  sync_both (office);
  copy = make_backup (office);
  desk_save_ok (&office->a, late);
  sync_both (office);
  office_close (office);
  restore (office, copy, &kept, &error);
  g_assert_no_error (error);
  reopen (office);
  g_assert_cmpint (count_titles (office, "title = 'old'"), ==, 1);
  g_assert_cmpint (count_titles (office, "title = 'late'"), ==, 0);
  sync_both (office);
  sync_both (office);
  g_assert_cmpint (count_titles (office, "title IN ('old', 'late')"), ==, 2);
  g_assert_true (moked_backup_check (kept, &content, NULL, NULL));
  g_assert_cmpint (content.changes, ==, 2);
  return dex_future_new_true ();
}

static void
damage (const char *path,
        off_t       at,
        gsize       length)
{
  g_autofree char *noise = g_malloc (length);
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  memset (noise, 0x5a, length);
  g_assert_cmpint (pwrite (fd, noise, length, at), ==, length);
  close (fd);
}

static void
assert_refused (Office     *office,
                const char *copy,
                int         code)
{
  g_autofree char *kept = NULL, *folder = file_in (office, ""), *part = file_in (office, "service.db.restoring");
  guint before = count_files (folder);
  g_autoptr (GError) error = NULL;

  g_assert_false (restore (office, copy, &kept, &error));
  g_assert_error (error, MOKED_ERROR, code);
  g_assert_nonnull (strstr (error->message, copy));
  g_assert_null (kept);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_files (folder), ==, before);
}

/* Damaged in the middle, cut off, no database, another program's, half of a live one, not there. */
static DexFuture *
refused_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("kept");
  g_autofree char *copy = NULL, *whole = NULL, *wal = NULL, *cache = file_in (office, "desk-a");
  gsize length;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  copy = make_backup (office);
  wal = g_strconcat (copy, "-wal", NULL);
  office_close (office);
  g_assert_true (g_file_get_contents (copy, &whole, &length, NULL));
  damage (copy, 4096, 4096);
  assert_refused (office, copy, MOKED_ERROR_CORRUPT);
  g_assert_true (g_file_set_contents (copy, whole, (gssize) length / 2, NULL));
  assert_refused (office, copy, MOKED_ERROR_CORRUPT);
  g_assert_true (g_file_set_contents (copy, "שלום", -1, NULL));
  assert_refused (office, copy, MOKED_ERROR_CORRUPT);
  g_assert_true (g_file_set_contents (copy, whole, (gssize) length, NULL));
  g_assert_true (g_file_set_contents (wal, "more", 4, NULL));
  assert_refused (office, copy, MOKED_ERROR_CORRUPT);
  g_unlink (copy);
  g_unlink (wal);
  assert_refused (office, copy, MOKED_ERROR_STORAGE);
  dex_await (moked_cache_close (office->a.cache), NULL);
  assert_refused (office, cache, MOKED_ERROR_CORRUPT);
  dex_await (moked_cache_open (office->a.cache), NULL);
  reopen (office);
  g_assert_cmpint (count_titles (office, "title = 'kept'"), ==, 1);
  return dex_future_new_true ();
}

static DexFuture *
in_use_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *copy = make_backup (office), *kept = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (restore (office, copy, &kept, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_IN_USE);
  return dex_future_new_true ();
}

/* What is damaged is put aside as it is, with the rest of its data, which must not get into the copy. */
static DexFuture *
damaged_database_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("kept");
  g_autofree char *copy = NULL, *kept = NULL, *kept_wal = NULL, *text = NULL, *wal = file_in (office, "service.db-wal");
  g_autofree char *database = file_in (office, "service.db");
  g_autoptr (GError) error = NULL;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  copy = make_backup (office);
  office_close (office);
  damage (database, 0, 4096);
  g_assert_true (g_file_set_contents (wal, "the rest", -1, NULL));
  restore (office, copy, &kept, &error);
  g_assert_no_error (error);
  kept_wal = g_strconcat (kept, "-wal", NULL);
  g_assert_true (g_file_get_contents (kept_wal, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "the rest");
  reopen (office);
  g_assert_cmpint (count_titles (office, "title = 'kept'"), ==, 1);
  return dex_future_new_true ();
}

/* On a new computer there is nothing to put aside; twice at the same time there are two. */
static DexFuture *
kept_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *copy = make_backup (office), *first = NULL, *second = NULL, *third = NULL;
  g_autofree char *database = file_in (office, "service.db");

  office_close (office);
  g_assert_cmpint (g_unlink (database), ==, 0);
  g_assert_true (restore (office, copy, &first, NULL));
  g_assert_null (first);
  g_assert_true (restore (office, copy, &second, NULL));
  g_assert_true (restore (office, copy, &third, NULL));
  g_assert_cmpstr (second, !=, third);
  g_assert_true (g_file_test (second, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (third, G_FILE_TEST_EXISTS));
  reopen (office);
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, backup_teardown)
  ADD ("/backup-restore/given-back", given_back_fiber);
  ADD ("/backup-restore/refused", refused_fiber);
  ADD ("/backup-restore/in-use", in_use_fiber);
  ADD ("/backup-restore/damaged-database", damaged_database_fiber);
  ADD ("/backup-restore/kept", kept_fiber);
  return g_test_run ();
}
