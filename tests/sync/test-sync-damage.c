/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "office.h"

/* The cache's file is damaged, found when it is opened or while it is open: it is put aside, what waits is kept and
 * arrives once, and everything else is brought again. */

#define PAGE 4096

static char *
file_of (Office     *office,
         const char *suffix)
{
  return g_strconcat (office->directory, "/desk-a", suffix, NULL);
}

static void
overwrite (const char *path,
           off_t       from,
           off_t       to)
{
  g_autofree char *noise = g_malloc (PAGE);
  int fd = g_open (path, O_WRONLY, 0);

  g_assert_cmpint (fd, >=, 0);
  memset (noise, 0xa5, PAGE);
  for (off_t at = from; at < to; at += PAGE)
    g_assert_cmpint (pwrite (fd, noise, MIN (PAGE, to - at), at), >, 0);
  close (fd);
}

/* The first page of a table; every row is reached by it. */
static void
damage_table (Office     *office,
              const char *table)
{
  g_autofree char *path = file_of (office, "");
  sqlite3 *db;
  sqlite3_stmt *stmt;
  off_t root;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT rootpage FROM sqlite_schema WHERE name = ?1", -1, &stmt, NULL), ==,
                   SQLITE_OK);
  sqlite3_bind_text (stmt, 1, table, -1, SQLITE_STATIC);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  root = sqlite3_column_int (stmt, 0);
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  overwrite (path, (root - 1) * PAGE, root * PAGE);
}

static void
damage_beginning (Office *office)
{
  g_autofree char *path = file_of (office, "");

  overwrite (path, 0, 100);
}

static void
damage_all_but_the_beginning (Office *office)
{
  g_autofree char *path = file_of (office, "");
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  overwrite (path, PAGE, status.st_size);
}

static void
damage_outbox (Office *office)
{
  damage_table (office, "outbox");
  damage_table (office, "cache_state");
}

static void
damage_nothing_but_schema (Office *office)
{
  g_autofree char *journal = file_of (office, ".unsent");

  /* As a program left it that kept no journal. */
  g_assert_cmpint (g_unlink (journal), ==, 0);
  damage_table (office, "schema_version");
}

static void
tear_journal (Office *office)
{
  g_autofree char *journal = file_of (office, ".unsent");
  int fd;

  damage_nothing_but_schema (office);
  fd = g_open (journal, O_WRONLY | O_CREAT, 0600);
  g_assert_cmpint (write (fd, "0123456789abcdef {\"put\":{\"id\":\"0", 33), ==, 33);
  close (fd);
}

typedef void (*Damage) (Office *office);

typedef struct
{
  Office *office;
  Damage  damage;
} Case;

static guint
count_put_aside (Office *office)
{
  g_autoptr (GDir) dir = g_dir_open (office->directory, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, "desk-a.damaged-") && !g_str_has_suffix (name, "-wal") &&
         !g_str_has_suffix (name, "-shm");
  return n;
}

typedef struct
{
  Sample *known;   /* of both, changed here */
  Sample *made;    /* here, offline */
  Sample *stamped; /* by a command that arrived; its answer did not */
  char   *taken_back;
} Work;

/* What is under way when it happens: an edit, a new record, a command that was sent, an edit that was taken back. */
static void
work_offline (Office *office,
              Work   *work)
{
  work->known = new_sample ("before");
  work->made = new_sample ("made offline");
  work->stamped = new_sample ("hoped for");
  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, work->known);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  g_free (desk_stamp (&office->a, work->stamped, FALSE));
  office->a.transport->lose_answers = 1;
  g_assert_true (desk_sync_fails (&office->a));
  office->a.transport->lose_answers = 0;
  desk_set_title (&office->a, work->known, "edited offline");
  work->taken_back = desk_edit_title (&office->a, work->known, "thought better of it");
  g_assert_true (desk_cancel (&office->a, work->taken_back));
  desk_save_ok (&office->a, work->made);
}

static void
free_work (Work *work)
{
  g_object_unref (work->known);
  g_object_unref (work->made);
  g_object_unref (work->stamped);
  g_free (work->taken_back);
}

static void
check_all_arrived (Office *office,
                   Work   *work)
{
  g_autoptr (Sample) stamped = NULL;

  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->a);
  desk_sync_ok (&office->b);
  for (guint i = 0; i < 2; i++)
    {
      Desk *desk = i == 0 ? &office->a : &office->b;

      desk_assert_title (desk, work->known, "edited offline");
      desk_assert_title (desk, work->made, "made offline");
    }
  stamped = desk_see (&office->a, moked_entity_get_id (work->stamped));
  g_assert_cmpint (stamped->amount, ==, 1);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM mutation WHERE business_id = $1 AND client = "
                                         "(SELECT client FROM mutation WHERE business_id = $1 AND label = 'stamp')"),
                   ==, 4);
}

/* Found when the program begins. */
static DexFuture *
opening_fiber (gpointer data)
{
  Case *self = data;
  Office *office = self->office;
  Desk *desk = &office->a;
  Work work;

  work_offline (office, &work);
  desk_close (desk);
  self->damage (office);
  office_open_desk (office, desk, "desk-a");
  g_assert_true (moked_cache_was_rebuilt (desk->cache));
  g_assert_cmpuint (count_put_aside (office), ==, 1);
  g_assert_cmpint (desk_count (desk, "SELECT count(*) FROM outbox WHERE business_id = $1"), ==, 3);
  desk_assert_title (desk, work.made, "made offline"); /* before the service is there */
  check_all_arrived (office, &work);
  free_work (&work);
  return dex_future_new_true ();
}

/* Found by a page that wants to show a record. */
static DexFuture *
reading_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->a;
  DexPromise *rebuilt = dex_promise_new ();
  Work work;

  work_offline (office, &work);
  desk_close (desk);
  damage_table (office, "sample");
  office_open_desk (office, desk, "desk-a");
  g_assert_false (moked_cache_was_rebuilt (desk->cache));
  g_signal_connect_swapped (desk->cache, "rebuilt", G_CALLBACK (dex_promise_resolve_boolean), rebuilt);
  g_assert_null (desk_see (desk, moked_entity_get_id (work.known)));
  dex_await (DEX_FUTURE (rebuilt), NULL);
  g_assert_cmpuint (count_put_aside (office), ==, 1);
  g_assert_cmpint (desk_count (desk, "SELECT count(*) FROM outbox WHERE business_id = $1"), ==, 3);
  check_all_arrived (office, &work);
  free_work (&work);
  return dex_future_new_true ();
}

/* Found by the exchange with the service, in the middle of writing what came. */
static DexFuture *
writing_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->a;
  Work work;

  work_offline (office, &work);
  desk_set_title (&office->b, work.known, "by another");
  desk_sync_ok (&office->b);
  desk_close (desk);
  damage_table (office, "sample");
  office_open_desk (office, desk, "desk-a");
  g_assert_true (desk_sync_fails (desk));
  check_all_arrived (office, &work); /* waits for its turn behind the rescue */
  g_assert_true (moked_cache_was_rebuilt (desk->cache));
  free_work (&work);
  return dex_future_new_true ();
}

/* A cache that was removed altogether keeps what waited, too. */
static DexFuture *
removed_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->a;
  g_autofree char *path = file_of (office, "");
  Work work;

  work_offline (office, &work);
  desk_close (desk);
  g_assert_cmpint (g_unlink (path), ==, 0);
  office_open_desk (office, desk, "desk-a");
  check_all_arrived (office, &work);
  free_work (&work);
  return dex_future_new_true ();
}

/* What is taken back after that, and had arrived, is told to the service as any other that may have. */
static DexFuture *
taken_back_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->a;
  g_autoptr (Sample) made = new_sample ("made"), seen = NULL;
  g_autoptr (MokedMutation) mutation = NULL;

  desk_sync_ok (desk);
  desk_save_ok (desk, made);
  desk_close (desk);
  damage_beginning (office);
  office_open_desk (office, desk, "desk-a");
  mutation = desk_only_waiting (desk);
  g_assert_true (desk_cancel (desk, moked_mutation_get_id (mutation)));
  desk_sync_ok (desk);
  desk_assert_nothing_waits (desk);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM mutation WHERE business_id = $1 "
                                         "AND status = 'cancelled'"),
                   ==, 1);
  seen = desk_see (desk, moked_entity_get_id (made));
  g_assert_null (seen);
  return dex_future_new_true ();
}

/* When all arrived the journal has nothing more to say. */
static DexFuture *
settled_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->a;
  g_autofree char *journal = file_of (office, ".unsent"), *text = NULL;
  Work work;

  work_offline (office, &work);
  check_all_arrived (office, &work);
  desk_close (desk);
  g_assert_true (g_file_get_contents (journal, &text, NULL, NULL));
  g_assert_null (strstr (text, "put"));
  office_open_desk (office, desk, "desk-a");
  free_work (&work);
  return dex_future_new_true ();
}

static void
run_case (Office       *office,
          gconstpointer data)
{
  Case self = { office, (Damage) data };

  test_fiber_run (opening_fiber, &self);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD_CASE(path, damage) g_test_add (path, Office, damage, office_setup, run_case, office_teardown)
  ADD_CASE ("/sync-damage/beginning", damage_beginning);
  ADD_CASE ("/sync-damage/all-but-the-beginning", damage_all_but_the_beginning);
  ADD_CASE ("/sync-damage/outbox", damage_outbox);
  ADD_CASE ("/sync-damage/no-journal", damage_nothing_but_schema);
  ADD_CASE ("/sync-damage/torn-journal", tear_journal);
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/sync-damage/reading", reading_fiber);
  ADD ("/sync-damage/writing", writing_fiber);
  ADD ("/sync-damage/removed", removed_fiber);
  ADD ("/sync-damage/taken-back", taken_back_fiber);
  ADD ("/sync-damage/settled", settled_fiber);
  return fixture_run_tests ();
}
