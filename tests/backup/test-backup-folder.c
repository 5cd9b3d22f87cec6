/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "backup-fixture.h"

/* Which copies stay, over years of days. */

#define NOON_2026_01_01 (G_GINT64_CONSTANT (1767261600) * G_USEC_PER_SEC)

typedef struct
{
  char *folder;
  char *database;
} Fixture;

static void
setup (Fixture      *f,
       gconstpointer data)
{
  f->folder = g_dir_make_tmp ("moked-copies-XXXXXX", NULL);
  f->database = g_build_filename (f->folder, "moked.db", NULL);
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (f->folder);
  g_free (f->folder);
  g_free (f->database);
}

static void
put (const char *path)
{
  g_assert_true (g_file_set_contents (path, "copy", 4, NULL));
}

static void
make (Fixture *f,
      gint64   now)
{
  g_autofree char *path = moked_backup_folder_dup_path (f->folder, now, MOKED_BACKUP_FILE);

  put (path);
}

/* The day, counted from the first one, of each copy that is there; newest first. */
static char *
dup_days (Fixture *f)
{
  g_autoptr (GPtrArray) backups = moked_backup_folder_list (f->folder, f->database);
  g_autoptr (GString) days = g_string_new (NULL);

  for (guint i = 0; i < backups->len; i++)
    g_string_append_printf (days, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "",
                            (((MokedBackup *) g_ptr_array_index (backups, i))->made_at - NOON_2026_01_01) /
                                G_TIME_SPAN_DAY);
  return g_string_free_and_steal (g_steal_pointer (&days));
}

static void
test_ages (Fixture      *f,
           gconstpointer data)
{
  const MokedBackupKeep keep = { 7, 4, 12 };
  g_autofree char *days = NULL;

  for (guint day = 0; day < 730; day++)
    {
      make (f, NOON_2026_01_01 + day * G_TIME_SPAN_DAY);
      moked_backup_folder_rotate (f->folder, f->database, &keep);
    }
  days = dup_days (f);
  /* 2027-12-31 was a Friday: seven days, the Sundays that ended three weeks more, and the ends of eleven months. */
  g_assert_cmpstr (days, ==, "729 728 727 726 725 724 723 717 710 698 668 637 607 576 545 515 484 454 423 395");
}

static void
test_newest_stay (Fixture      *f,
                  gconstpointer data)
{
  const MokedBackupKeep nothing = { 0, 0, 0 };
  g_autofree char *days = NULL;

  for (guint day = 0; day < 10; day++)
    make (f, NOON_2026_01_01 + day * G_TIME_SPAN_DAY);
  g_assert_cmpuint (moked_backup_folder_rotate (f->folder, f->database, &nothing), ==, 7);
  days = dup_days (f);
  g_assert_cmpstr (days, ==, "9 8 7");
}

/* Copies of one second get names of their own, and what is no copy is never touched. */
static void
test_names (Fixture      *f,
            gconstpointer data)
{
  static const char *const others[] = { "notes.txt", "moked-2026.db", "moked-20260101T100000Z.db.bak", "moked.db" };
  const MokedBackupKeep nothing = { 0, 0, 0 };
  g_autoptr (GPtrArray) backups = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *path = g_build_filename (f->folder, others[i], NULL);

      put (path);
    }
  for (guint i = 0; i < 5; i++)
    make (f, NOON_2026_01_01);
  backups = moked_backup_folder_list (f->folder, f->database);
  g_assert_cmpuint (backups->len, ==, 5);
  moked_backup_folder_rotate (f->folder, f->database, &nothing);
  g_assert_cmpuint (count_files (f->folder), ==, G_N_ELEMENTS (others) + 3);
}

/* Those that the store makes before it changes the tables are listed, and only the newest of them kept. */
static void
test_before_migrations (Fixture      *f,
                        gconstpointer data)
{
  const MokedBackupKeep keep = { 7, 4, 12 };
  g_autoptr (GPtrArray) backups = NULL;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s.before-%" G_GINT64_FORMAT, f->database,
                                               NOON_2026_01_01 + i * G_TIME_SPAN_DAY);

      put (path);
    }
  make (f, NOON_2026_01_01 + 10 * G_TIME_SPAN_DAY);
  g_assert_cmpuint (moked_backup_folder_rotate (f->folder, f->database, &keep), ==, 2);
  backups = moked_backup_folder_list (f->folder, f->database);
  g_assert_cmpuint (backups->len, ==, 4);
  g_assert_false (((MokedBackup *) backups->pdata[0])->before_migration);
  g_assert_true (((MokedBackup *) backups->pdata[1])->before_migration);
  g_assert_cmpint (((MokedBackup *) backups->pdata[3])->made_at, ==, NOON_2026_01_01 + 2 * G_TIME_SPAN_DAY);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, setup, func, teardown)
  ADD ("/backup-folder/ages", test_ages);
  ADD ("/backup-folder/newest-stay", test_newest_stay);
  ADD ("/backup-folder/names", test_names);
  ADD ("/backup-folder/before-migrations", test_before_migrations);
  return g_test_run ();
}
