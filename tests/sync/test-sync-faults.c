/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "office.h"

#include <string.h>

/* What is wrong with the data: of the service, of the cache, and of what one says to the other. */

/* --- rows --- */

/* The next pull brings one record, with a field besides its id. */
static void
answer_pull (Desk       *desk,
             guint       seq,
             Sample     *sample,
             const char *field,
             const char *value)
{
  const char *id = moked_entity_get_id (sample);

  g_hash_table_insert (desk->transport->canned, g_strdup ("/api/sync/pull"),
                       g_strdup_printf ("{\"epoch\":\"x\",\"head\":%u,\"until\":%u,\"tables\":[{\"entity\":\"sample\","
                                        "\"fields\":[\"id\",\"version\",\"%s\"],\"rows\":[[\"%s\",%u,\"%s\"]]}]}",
                                        seq, seq, field, id, seq, value));
}

static char *
dup_last_error (Desk *desk)
{
  char *told;

  g_object_get (desk->client, "last-error", &told, NULL);
  return told;
}

/* A record that this program cannot read stops none of the others, and the person is told. */
static DexFuture *
unread_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->a;
  g_autoptr (Sample) good = new_sample ("good"), bad = new_sample ("bad");
  g_autofree char *told = NULL, *still = NULL, *later = NULL;

  desk_sync_ok (desk);
  answer_pull (desk, 1, bad, "amount", "many");
  desk_sync_ok (desk);
  answer_pull (desk, 2, good, "title", "good");
  desk_sync_ok (desk);
  desk_assert_title (desk, good, "good");
  told = dup_last_error (desk);
  g_assert_nonnull (told);
  desk_close (desk);
  office_open_desk (office, desk, "desk-a");
  answer_pull (desk, 2, good, "title", "good");
  desk_sync_ok (desk);
  still = dup_last_error (desk);
  g_assert_nonnull (still);
  answer_pull (desk, 3, bad, "title", "now");
  desk_sync_ok (desk);
  desk_assert_title (desk, bad, "now");
  later = dup_last_error (desk);
  g_assert_null (later);
  return dex_future_new_true ();
}

static DexFuture *
write_bytes (MokedSession *session,
             gpointer      data)
{
  GError *error = NULL;

  return moked_session_exec (session, &error, "UPDATE sample SET title = $2 WHERE business_id = $1", "t", "caf\xe9")
             ? dex_future_new_true ()
             : dex_future_new_for_error (error);
}

/* A vendor's bytes that are no text do not stop the desktops either. */
static DexFuture *
bytes_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("caf");
  g_autoptr (GError) error = NULL;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  dex_await (moked_store_write (office->store, MOKED_PRIORITY_URGENT, "b1", write_bytes, NULL, NULL), &error);
  g_assert_no_error (error);
  desk_sync_ok (&office->b);
  desk_assert_title (&office->b, sample, "caf\uFFFD");
  return dex_future_new_true ();
}

/* --- mutations --- */

/* A fault of the program in one mutation is an answer to it; what comes later does not wait behind it for ever. */
static DexFuture *
poison_fiber (gpointer data)
{
  Office *office = data;
  MokedEdit *edit = moked_edit_new ("broken");
  g_autoptr (Sample) later = new_sample ("later");
  g_autoptr (MokedMutation) mutation = NULL;

  desk_sync_ok (&office->a);
  moked_edit_command (edit, "sample.broken", "{}");
  g_free (dex_await_string (moked_cache_commit (office->a.cache, edit), NULL));
  desk_save_ok (&office->a, later);
  desk_sync_ok (&office->a);
  mutation = desk_only_waiting (&office->a);
  g_assert_cmpint (moked_mutation_get_state (mutation), ==, MOKED_MUTATION_REJECTED);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 1);
  return dex_future_new_true ();
}

/* Returns the answer to a push of one mutation of another device. */
static char *
push (Office     *office,
      const char *client,
      const char *id,
      guint       n,
      const char *ops)
{
  g_autofree char *json = g_strdup_printf ("{\"client\":\"%s\",\"mutations\":[{\"n\":%u,\"id\":\"%s\",\"base\":0,"
                                           "\"at\":18446744073709551615,\"label\":\"\",\"ops\":%s}]}",
                                           client, n, id, ops);
  yyjson_doc *doc = yyjson_read (json, strlen (json), 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = dex_await_boxed (moked_sync_server_push (office->server, office->store, "b1", "u1",
                                                                     yyjson_doc_get_root (doc), doc,
                                                                     (GDestroyNotify) yyjson_doc_free),
                                             &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
}

static guint
count_conflicts (const char *answer)
{
  g_autoptr (yyjson_doc) doc = yyjson_read (answer, strlen (answer), 0);
  yyjson_val *result = yyjson_arr_get_first (yyjson_obj_get (yyjson_doc_get_root (doc), "results"));

  g_assert_cmpstr (yyjson_get_str (yyjson_obj_get (result, "status")), ==, "applied");
  return (guint) yyjson_arr_size (yyjson_obj_get (result, "conflicts"));
}

/* One is told of what one overwrote of others, also when the first answer was lost; never of oneself. */
static DexFuture *
conflicts_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *a = moked_ulid_new (NULL), *b = moked_ulid_new (NULL), *record = moked_ulid_new (NULL);
  g_autofree char *m1 = moked_ulid_new (NULL), *m2 = moked_ulid_new (NULL), *m3 = moked_ulid_new (NULL);
  g_autofree char *twice = g_strdup_printf (
      "[{\"op\":\"save\",\"entity\":\"sample\",\"id\":\"%s\",\"fields\":{\"title\":\"one\",\"amount\":1}},"
      "{\"op\":\"save\",\"entity\":\"sample\",\"id\":\"%s\",\"fields\":{\"title\":\"two\"}}]",
      record, record);
  g_autofree char *other = g_strdup_printf (
      "[{\"op\":\"save\",\"entity\":\"sample\",\"id\":\"%s\",\"fields\":{\"title\":\"three\",\"amount\":1}}]", record);
  g_autofree char *first = push (office, a, m1, 1, twice);
  g_autofree char *second = push (office, b, m2, 1, other);
  g_autofree char *repeated = push (office, b, m2, 1, other);
  g_autofree char *third = push (office, b, m3, 2, other);

  g_assert_cmpuint (count_conflicts (first), ==, 0);
  g_assert_cmpuint (count_conflicts (second), ==, 1);
  g_assert_cmpuint (count_conflicts (repeated), ==, 1);
  g_assert_cmpuint (count_conflicts (third), ==, 0);
  return dex_future_new_true ();
}

static void
count_commit (MokedStore *store,
              const char *business,
              GPtrArray  *entities,
              guint      *n)
{
  ++*n;
}

static void
import (Desk *desk,
        guint n_mutations,
        guint n_rows)
{
  for (guint i = 0; i < n_mutations; i++)
    {
      MokedEdit *edit = moked_edit_new ("import");

      for (guint j = 0; j < n_rows; j++)
        {
          g_autoptr (Sample) sample = new_sample ("row");

          moked_edit_save (edit, sample);
        }
      g_free (dex_await_string (moked_cache_commit (desk->cache, edit), NULL));
    }
}

/* A long push takes several transactions, so that a webhook need not wait for all of it. */
static DexFuture *
long_push_fiber (gpointer data)
{
  Office *office = data;
  guint n_commits = 0;

  desk_sync_ok (&office->a);
  import (&office->a, 40, 20);
  g_signal_connect (office->store, "changed", G_CALLBACK (count_commit), &n_commits);
  desk_sync_ok (&office->a);
  g_signal_handlers_disconnect_by_data (office->store, &n_commits);
  g_assert_cmpuint (n_commits, >=, 8);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 800);
  return dex_future_new_true ();
}

/* --- lists --- */

/* A first load that broke off, and then the service came back from a backup: nothing of the other life stays. */
static DexFuture *
half_load_fiber (gpointer data)
{
  Office *office = data;

  desk_sync_ok (&office->a);
  import (&office->a, 9, 1000);
  desk_sync_ok (&office->a);
  office->b.transport->requests_left = 3;
  g_assert_true (desk_sync_fails (&office->b));
  g_assert_cmpint (desk_count (&office->b, "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 8000);
  office_run_sql (office, "UPDATE business_seq SET epoch = 'restored' WHERE business_id = $1");
  office_run_sql (office, "DELETE FROM sample WHERE business_id = $1 AND row_id > 1500");
  office->b.transport->requests_left = -1;
  desk_sync_ok (&office->b);
  g_assert_cmpint (desk_count (&office->b, "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 1500);
  return dex_future_new_true ();
}

/* What was edited while everything is listed again is not taken away before the service has said its word. */
static DexFuture *
edit_while_listing_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (Sample) edited = NULL, gone = NULL;
  g_autoptr (MokedMutation) mutation = NULL;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  import (&office->a, 9, 1000);
  desk_sync_ok (&office->a);
  office_run_sql (office, "UPDATE business_seq SET epoch = 'restored' WHERE business_id = $1");
  office_run_sql (office, "DELETE FROM sample WHERE business_id = $1 AND title = 'start'");
  office->a.transport->requests_left = 3; /* a pull, the state, and one page of two */
  g_assert_true (desk_sync_fails (&office->a));
  edited = desk_see (&office->a, moked_entity_get_id (sample));
  g_set_str (&edited->title, "edited");
  desk_save_ok (&office->a, edited);
  office->a.transport->requests_left = -1;
  office->a.transport->refuse_posts = TRUE;
  g_assert_true (desk_sync_fails (&office->a));
  desk_assert_title (&office->a, sample, "edited");
  office->a.transport->refuse_posts = FALSE;
  desk_sync_ok (&office->a);
  mutation = desk_only_waiting (&office->a);
  g_assert_cmpstr (moked_mutation_get_code (mutation), ==, "gone");
  gone = desk_see (&office->a, moked_entity_get_id (sample));
  g_assert_null (gone);
  return dex_future_new_true ();
}

/* --- the cache's file --- */

static DexFuture *
corrupt_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *path = g_build_filename (office->directory, "desk-c", NULL);
  g_autofree char *garbage = g_strnfill (20000, 'x');
  Desk desk = { 0 };

  g_assert_true (g_file_set_contents (path, garbage, -1, NULL));
  office_open_desk (office, &desk, "desk-c");
  g_assert_true (moked_cache_was_rebuilt (desk.cache));
  desk_sync_ok (&desk);
  desk_close (&desk);
  return dex_future_new_true ();
}

static DexFuture *
write_unindexed (MokedSession *session,
                 gpointer      data)
{
  GError *error = NULL;
  const char *sql = "INSERT INTO sample (business_id, id, title, title_lower) VALUES ('b1', '01A', 'left', 'left')";

  return moked_session_exec (session, &error, sql, "") ? dex_future_new_true () : dex_future_new_for_error (error);
}

/* What was written just before the program ended is found after its next start. */
static DexFuture *
index_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *path = g_build_filename (office->directory, "desk-a", NULL);
  g_autoptr (MokedStore) store = NULL;
  g_autoptr (MokedCache) cache = NULL;

  desk_sync_ok (&office->a);
  desk_close (&office->a);
  cache = moked_cache_new (path, &sample_schema);
  g_assert_true (dex_await (moked_cache_open (cache), NULL));
  store = g_object_ref (moked_cache_get_store (cache));
  g_assert_true (dex_await (moked_store_write (store, MOKED_PRIORITY_URGENT, NULL, write_unindexed, NULL, NULL), NULL));
  g_assert_true (dex_await (moked_cache_close (cache), NULL));
  office_open_desk (office, &office->a, "desk-a");
  while (desk_count (&office->a, "SELECT count(*) FROM sample_search s JOIN sample ON row_id = s.rowid "
                                 "WHERE business_id = $1 AND sample_search MATCH 'lef'") == 0)
    ;
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/sync-faults/unread", unread_fiber);
  ADD ("/sync-faults/bytes", bytes_fiber);
  ADD ("/sync-faults/poison", poison_fiber);
  ADD ("/sync-faults/conflicts", conflicts_fiber);
  ADD ("/sync-faults/long-push", long_push_fiber);
  ADD ("/sync-faults/half-load", half_load_fiber);
  ADD ("/sync-faults/edit-while-listing", edit_while_listing_fiber);
  ADD ("/sync-faults/corrupt", corrupt_fiber);
  ADD ("/sync-faults/index", index_fiber);
  return fixture_run_tests ();
}
