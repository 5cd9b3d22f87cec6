/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

#include "../base/test-fiber.h"
#include "base/moked-error.h"
#include "files/moked-file-store.h"

/* The folder of files: nothing is there before it is whole, whatever happens, and nothing that somebody
 * counts on goes. */

#define AREA "01HOFFICE"

typedef struct
{
  char           *folder;
  MokedFileStore *store;
} Fixture;

static void
setup (Fixture      *f,
       gconstpointer data)
{
  f->folder = g_dir_make_tmp ("moked-files-XXXXXX", NULL);
  f->store = moked_file_store_new (f->folder);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_tree (inner);
    }
  g_remove (path);
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  g_clear_object (&f->store);
  remove_tree (f->folder);
  g_free (f->folder);
}

static char *
hash_of (GBytes *bytes)
{
  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
}

static GBytes *
make_bytes (gsize  length,
            guint8 seed)
{
  guint8 *data = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) (i * 31 + seed + (i >> 8));
  return g_bytes_new_take (data, length);
}

static guint
count_incoming (Fixture *f)
{
  g_autofree char *path = g_build_filename (f->folder, AREA, "incoming", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
assert_content (Fixture    *f,
                const char *hash,
                GBytes     *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) found = moked_file_store_read (f->store, AREA, hash, 0, g_bytes_get_size (expected) + 1, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (found, expected));
}

static gint64
append_ok (Fixture    *f,
           const char *hash,
           GBytes     *whole,
           gint64      offset,
           gsize       length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) piece = g_bytes_new_from_bytes (whole, offset, length);
  gint64 now;

  if (!moked_file_store_append (f->store, AREA, hash, g_bytes_get_size (whole), offset, piece, &now, &error))
    g_assert_no_error (error);
  return now;
}

static void
test_hashes (Fixture      *f,
             gconstpointer data)
{
  static const char *const bad[] = {
    "", "abc", "../../../../../../../../../../../../../../../../../../../../../etc",
    "ABCDEF0000000000000000000000000000000000000000000000000000000000",
    "000000000000000000000000000000000000000000000000000000000000000g",
    "00000000000000000000000000000000000000000000000000000000000000000",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (moked_file_store_is_hash (bad[i]));
  g_assert_false (moked_file_store_is_hash (NULL));
  g_assert_true (moked_file_store_is_hash ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
}

static void
test_pieces (Fixture      *f,
             gconstpointer data)
{
  g_autoptr (GBytes) whole = make_bytes (100000, 1);
  g_autofree char *hash = hash_of (whole);
  g_autofree char *path = moked_file_store_dup_path (f->store, AREA, hash);
  struct stat status;

  g_assert_cmpint (append_ok (f, hash, whole, 0, 40000), ==, 40000);
  g_assert_false (moked_file_store_has (f->store, AREA, hash, NULL));
  g_assert_cmpint (moked_file_store_get_offset (f->store, AREA, hash), ==, 40000);
  /* Another process goes on: what was hashed before is not known there. */
  g_clear_object (&f->store);
  f->store = moked_file_store_new (f->folder);
  g_assert_cmpint (append_ok (f, hash, whole, 40000, 1), ==, 40001);
  g_assert_cmpint (append_ok (f, hash, whole, 40001, 59999), ==, 100000);
  assert_content (f, hash, whole);
  g_assert_cmpuint (count_incoming (f), ==, 0);
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0400);
  /* Who sends it again has to send all of it. */
  g_assert_cmpint (append_ok (f, hash, whole, 0, 10), ==, 10);
  g_assert_cmpint (append_ok (f, hash, whole, 10, 99990), ==, 100000);
  g_assert_cmpuint (count_incoming (f), ==, 0);
  assert_content (f, hash, whole);
  g_assert_false (moked_file_store_has (f->store, "01HOTHER", hash, NULL));
}

static void
test_empty (Fixture      *f,
            gconstpointer data)
{
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autofree char *hash = hash_of (nothing);

  g_assert_cmpint (append_ok (f, hash, nothing, 0, 0), ==, 0);
  g_assert_true (moked_file_store_has (f->store, AREA, hash, NULL));
}

static void
assert_refused (Fixture   *f,
                const char *hash,
                gint64      size,
                gint64      offset,
                GBytes     *bytes,
                int         code,
                gint64      there)
{
  g_autoptr (GError) error = NULL;
  gint64 now;

  g_assert_false (moked_file_store_append (f->store, AREA, hash, size, offset, bytes, &now, &error));
  g_assert_error (error, MOKED_ERROR, code);
  g_assert_cmpint (moked_file_store_get_offset (f->store, AREA, hash), ==, there);
  if (code == MOKED_ERROR_CONFLICT)
    g_assert_cmpint (now, ==, there);
}

static void
test_wrong_pieces (Fixture      *f,
                   gconstpointer data)
{
  g_autoptr (GBytes) whole = make_bytes (1000, 2);
  g_autoptr (GBytes) other = make_bytes (1000, 3);
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (whole, 0, 500);
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autofree char *hash = hash_of (whole);

  assert_refused (f, hash, 1000, 1, half, MOKED_ERROR_CONFLICT, 0);
  assert_refused (f, hash, 1000, -1, half, MOKED_ERROR_INVALID, 0);
  assert_refused (f, hash, 1000, 501, half, MOKED_ERROR_INVALID, 0);
  assert_refused (f, hash, 1000, G_MAXINT64, half, MOKED_ERROR_INVALID, 0);
  assert_refused (f, hash, -1, 0, half, MOKED_ERROR_INVALID, 0);
  g_assert_cmpint (append_ok (f, hash, whole, 0, 500), ==, 500);
  assert_refused (f, hash, 1000, 0, half, MOKED_ERROR_CONFLICT, 500);
  assert_refused (f, hash, 1000, 400, half, MOKED_ERROR_CONFLICT, 500);
  /* Somebody who means a shorter file by the same name begins again. */
  assert_refused (f, hash, 499, 499, nothing, MOKED_ERROR_CONFLICT, 0);
  /* Other bytes than the name says never become the file. */
  assert_refused (f, hash, 1000, 0, other, MOKED_ERROR_REJECTED, 0);
  g_assert_false (moked_file_store_has (f->store, AREA, hash, NULL));
  g_assert_cmpuint (count_incoming (f), ==, 0);
  g_assert_cmpint (append_ok (f, hash, whole, 0, 1000), ==, 1000);
  assert_content (f, hash, whole);
}

static void
test_import (Fixture      *f,
             gconstpointer data)
{
  g_autoptr (GBytes) whole = make_bytes (3 * 1024 * 1024 + 17, 4);
  g_autofree char *hash = hash_of (whole);
  g_autofree char *path = g_build_filename (f->folder, "source", NULL);
  g_autoptr (GFile) source = g_file_new_for_path (path);
  g_autoptr (GFile) folder = g_file_new_for_path (f->folder);
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *bytes = g_bytes_get_data (whole, &length);

  g_assert_true (g_file_set_contents (path, bytes, length, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_auto (MokedStoredFile) file = { 0 };

      if (!moked_file_store_import (f->store, AREA, source, NULL, &file, &error))
        g_assert_no_error (error);
      g_assert_cmpstr (file.sha256, ==, hash);
      g_assert_cmpint (file.size, ==, length);
      g_assert_cmpuint (g_bytes_get_size (file.head), ==, 4096);
    }
  assert_content (f, hash, whole);
  g_assert_cmpuint (count_incoming (f), ==, 0);
  {
    g_auto (MokedStoredFile) file = { 0 };

    g_assert_false (moked_file_store_import (f->store, AREA, folder, NULL, &file, &error));
    g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INVALID);
  }
}

static void
test_import_cancelled (Fixture      *f,
                       gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "source", NULL);
  g_autoptr (GFile) source = g_file_new_for_path (path);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_auto (MokedStoredFile) file = { 0 };

  g_assert_true (g_file_set_contents (path, "שלום", -1, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_false (moked_file_store_import (f->store, AREA, source, cancellable, &file, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CANCELLED);
  g_assert_cmpuint (count_incoming (f), ==, 0);
}

/* A process that ends after each step, and what the next one finds. */

static void
end_here (const char *step,
          gpointer    wanted)
{
  if (g_str_equal (step, wanted))
    _exit (7);
}

static void
end_at (Fixture    *f,
        const char *step,
        const char *hash,
        GBytes     *whole)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      gint64 now;

      moked_file_store_set_fault (f->store, end_here, (gpointer) step);
      if (!moked_file_store_append (f->store, AREA, hash, g_bytes_get_size (whole), 0, whole, &now, NULL))
        _exit (8);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 7);
}

static void
test_ends_between (Fixture      *f,
                   gconstpointer data)
{
  static const char *const steps[] = { "piece", "written", "synced", "renamed" };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GBytes) whole = make_bytes (5000 + i, i);
      g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
      g_autofree char *hash = hash_of (whole);
      g_autoptr (GError) error = NULL;
      gint64 now;

      end_at (f, steps[i], hash, whole);
      /* Either it is whole under its name, or its pieces are there to go on with. */
      if (!moked_file_store_has (f->store, AREA, hash, NULL))
        {
          g_assert_cmpint (moked_file_store_get_offset (f->store, AREA, hash), ==, 5000 + i);
          g_assert_true (moked_file_store_append (f->store, AREA, hash, 5000 + i, 5000 + i, nothing, &now, &error));
          g_assert_no_error (error);
          g_assert_cmpint (now, ==, 5000 + i);
        }
      assert_content (f, hash, whole);
      g_assert_cmpuint (count_incoming (f), ==, 0);
    }
}

/* Power that fails may leave a part of the right length and other bytes. */
static void
test_torn_part (Fixture      *f,
                gconstpointer data)
{
  g_autoptr (GBytes) whole = make_bytes (9000, 9);
  g_autofree char *hash = hash_of (whole);
  g_autofree char *path = g_build_filename (f->folder, AREA, "incoming", hash, NULL);
  g_autofree char *zeros = g_malloc0 (4000);
  g_autoptr (GBytes) rest = g_bytes_new_from_bytes (whole, 4000, 5000);

  g_assert_cmpint (append_ok (f, hash, whole, 0, 4000), ==, 4000);
  g_clear_object (&f->store);
  f->store = moked_file_store_new (f->folder);
  g_assert_true (g_file_set_contents (path, zeros, 4000, NULL));
  assert_refused (f, hash, 9000, 4000, rest, MOKED_ERROR_REJECTED, 0);
  g_assert_cmpint (append_ok (f, hash, whole, 0, 9000), ==, 9000);
}

static void
test_disk_full (Fixture      *f,
                gconstpointer data)
{
  g_autoptr (GBytes) whole = make_bytes (100000, 5);
  g_autofree char *hash = hash_of (whole);
  struct rlimit usual;
  g_autoptr (GError) error = NULL;
  gint64 now;

  g_assert_cmpint (append_ok (f, hash, whole, 0, 40000), ==, 40000);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &usual), ==, 0);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &(struct rlimit) { 70000, usual.rlim_max }), ==, 0);
  {
    g_autoptr (GBytes) rest = g_bytes_new_from_bytes (whole, 40000, 60000);

    g_assert_false (moked_file_store_append (f->store, AREA, hash, 100000, 40000, rest, &now, &error));
  }
  setrlimit (RLIMIT_FSIZE, &usual);
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_FULL);
  /* Nothing of the piece stayed, and the next try goes on. */
  g_assert_cmpint (moked_file_store_get_offset (f->store, AREA, hash), ==, 40000);
  g_assert_cmpint (append_ok (f, hash, whole, 40000, 60000), ==, 100000);
}

/* Many send the same content at once: it is there once, and nobody is told a lie. */

typedef struct
{
  MokedFileStore *store;
  GBytes         *whole;
  const char     *hash;
} Sender;

static gpointer
send_all (gpointer data)
{
  Sender *sender = data;
  gint64 size = g_bytes_get_size (sender->whole);
  gint64 at = 0;

  while (at < size && !moked_file_store_has (sender->store, AREA, sender->hash, NULL))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) piece = g_bytes_new_from_bytes (sender->whole, at, MIN (1000, size - at));
      gint64 now;

      if (moked_file_store_append (sender->store, AREA, sender->hash, size, at, piece, &now, &error))
        at = now;
      else if (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_CONFLICT))
        at = now;
      else
        g_assert_error (error, MOKED_ERROR, MOKED_ERROR_BUSY);
    }
  return NULL;
}

static void
test_many_senders (Fixture      *f,
                   gconstpointer data)
{
  g_autoptr (GBytes) whole = make_bytes (200 * 1000, 6);
  g_autofree char *hash = hash_of (whole);
  g_autoptr (MokedFileStore) other = moked_file_store_new (f->folder);
  Sender senders[4];
  GThread *threads[4];

  for (guint i = 0; i < 4; i++)
    {
      senders[i] = (Sender) { i % 2 == 0 ? f->store : other, whole, hash };
      threads[i] = g_thread_new ("sender", send_all, &senders[i]);
    }
  for (guint i = 0; i < 4; i++)
    g_thread_join (threads[i]);
  /* Who was overtaken may have begun anew; that goes with the sweep. */
  assert_content (f, hash, whole);
}

static void
make_old (const char *path)
{
  g_assert_cmpint (utime (path, &(struct utimbuf) { 1000, 1000 }), ==, 0);
}

static void
test_sweep (Fixture      *f,
            gconstpointer data)
{
  g_autoptr (GBytes) whole = make_bytes (1000, 7);
  g_autofree char *hash = hash_of (whole);
  g_autofree char *path = moked_file_store_dup_path (f->store, AREA, hash);
  g_autoptr (GError) error = NULL;
  gint64 since = g_get_real_time () - (gint64) 3600 * G_USEC_PER_SEC;
  gboolean here;

  append_ok (f, hash, whole, 0, 1000);
  {
    g_autoptr (GPtrArray) young = moked_file_store_list_idle (f->store, AREA, since);

    g_assert_cmpuint (young->len, ==, 0);
  }
  make_old (path);
  {
    g_autoptr (GPtrArray) old = moked_file_store_list_idle (f->store, AREA, since);

    g_assert_cmpuint (old->len, ==, 1);
    g_assert_cmpstr (old->pdata[0], ==, hash);
  }
  /* Somebody wants it between the look and the removal. */
  g_assert_true (moked_file_store_claim (f->store, AREA, hash, 1000, &here, &error));
  g_assert_true (here);
  g_assert_false (moked_file_store_remove_idle (f->store, AREA, hash, since));
  assert_content (f, hash, whole);
  /* Sending it again counts as wanting it, too. */
  make_old (path);
  g_assert_true (moked_file_store_claim (f->store, AREA, hash, 999, &here, &error));
  g_assert_false (here);
  g_assert_true (moked_file_store_remove_idle (f->store, AREA, hash, since));
  g_assert_true (moked_file_store_claim (f->store, AREA, hash, 1000, &here, &error));
  g_assert_false (here);
}

static void
test_sweep_parts (Fixture      *f,
                  gconstpointer data)
{
  g_autoptr (GBytes) whole = make_bytes (1000, 8);
  g_autofree char *hash = hash_of (whole);
  g_autofree char *part = g_build_filename (f->folder, AREA, "incoming", hash, NULL);
  gint64 since = g_get_real_time () - (gint64) 3600 * G_USEC_PER_SEC;

  append_ok (f, hash, whole, 0, 10);
  moked_file_store_sweep_parts (f->store, AREA, since);
  g_assert_cmpint (moked_file_store_get_offset (f->store, AREA, hash), ==, 10);
  make_old (part);
  moked_file_store_sweep_parts (f->store, AREA, since);
  g_assert_cmpint (moked_file_store_get_offset (f->store, AREA, hash), ==, 0);
}

static void
test_damaged (Fixture      *f,
              gconstpointer data)
{
  g_autoptr (GBytes) whole = make_bytes (1000, 10);
  g_autofree char *hash = hash_of (whole);
  g_autofree char *path = moked_file_store_dup_path (f->store, AREA, hash);
  g_autoptr (GError) error = NULL;

  append_ok (f, hash, whole, 0, 1000);
  g_assert_true (moked_file_store_check (f->store, AREA, hash, &error));
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  g_assert_true (g_file_set_contents (path, "rot", 3, NULL));
  g_assert_false (moked_file_store_check (f->store, AREA, hash, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CORRUPT);
  g_assert_false (moked_file_store_has (f->store, AREA, hash, NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGXFSZ, SIG_IGN);
#define ADD(name, func) g_test_add ("/file-store/" name, Fixture, NULL, setup, func, teardown)
  ADD ("hashes", test_hashes);
  ADD ("pieces", test_pieces);
  ADD ("empty", test_empty);
  ADD ("wrong-pieces", test_wrong_pieces);
  ADD ("import", test_import);
  ADD ("import-cancelled", test_import_cancelled);
  ADD ("ends-between", test_ends_between);
  ADD ("torn-part", test_torn_part);
  ADD ("disk-full", test_disk_full);
  ADD ("many-senders", test_many_senders);
  ADD ("sweep", test_sweep);
  ADD ("sweep-parts", test_sweep_parts);
  ADD ("damaged", test_damaged);
  return g_test_run ();
}
