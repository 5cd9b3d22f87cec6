/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "office.h"

/* The service is put back from a backup: what desktops still have of the time after it is not lost. */

#define count_service(office, where) \
  office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1 AND " where)

static void
put_back (Office *office)
{
  office_put_back (office);
  desk_reconnect (&office->a, office);
  desk_reconnect (&office->b, office);
}

static void
sync_both (Office *office)
{
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
}

static void
assert_settled (Desk *desk)
{
  desk_assert_nothing_waits (desk);
  g_assert_cmpint (desk_count (desk, "SELECT count(*) FROM outbox_base WHERE business_id = $1"), ==, 0);
}

/* A record that was made after the backup, one that was changed, one that was deleted, one that only the service may
 * write: all are given back, once, with when they were made, and the office goes on. */
static DexFuture *
given_back_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) old = new_sample ("old"), changed = new_sample ("before"), deleted = new_sample ("deleted");
  g_autoptr (Sample) new = new_sample ("new"), stamped = new_sample ("waiting"), seen = NULL;
  gint64 made_at;

  sync_both (office);
  desk_save_ok (&office->a, old);
  desk_save_ok (&office->a, changed);
  desk_save_ok (&office->a, deleted);
  sync_both (office);
  office_back_up (office);
  made_at = moked_clock_get_real (office->clock);
  desk_save_ok (&office->a, new);
  desk_set_title (&office->a, changed, "after");
  g_free (desk_delete (&office->a, deleted));
  g_free (desk_stamp (&office->a, stamped, FALSE));
  sync_both (office);
  moked_clock_advance (office->clock, G_TIME_SPAN_DAY);
  put_back (office);
  g_assert_cmpint (count_service (office, "title IN ('new', 'after')"), ==, 0);
  sync_both (office);
  sync_both (office);
  g_assert_cmpint (count_service (office, "deleted_at IS NULL"), ==, 4);
  g_assert_cmpint (count_service (office, "title = 'new'"), ==, 1);
  g_assert_cmpint (count_service (office, "title = 'after'"), ==, 1);
  g_assert_cmpint (count_service (office, "title = 'stamped' AND colour = 'green' AND amount = 1"), ==, 1);
  g_assert_cmpint (count_service (office, "title = 'deleted' AND deleted_at IS NOT NULL"), ==, 1);
  desk_assert_title (&office->b, new, "new");
  desk_assert_title (&office->b, changed, "after");
  seen = desk_see (&office->b, moked_entity_get_id (new));
  g_assert_cmpint (moked_entity_get_created_at (seen), ==, made_at);
  assert_settled (&office->a);
  assert_settled (&office->b);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM change WHERE business_id = $1 AND origin = 'recover'"), ==,
                   4);
  return dex_future_new_true ();
}

/* While the service does not take it, the person sees what was lost there; and what waited is sent on top of it. */
static DexFuture *
meanwhile_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) new = new_sample ("new");

  sync_both (office);
  office_back_up (office);
  desk_save_ok (&office->a, new);
  desk_sync_ok (&office->a);
  desk_set_title (&office->a, new, "edited");
  put_back (office);
  office->a.transport->refuse_posts = TRUE;
  g_assert_true (desk_sync_fails (&office->a));
  desk_assert_title (&office->a, new, "edited");
  desk_close (&office->a);
  office_open_desk (office, &office->a, "desk-a");
  desk_assert_title (&office->a, new, "edited");
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_assert_title (&office->b, new, "edited");
  g_assert_cmpint (count_service (office, "title = 'edited'"), ==, 1);
  assert_settled (&office->a);
  return dex_future_new_true ();
}

/* What people did after the restore stays; the other fields are given back. */
static DexFuture *
later_work_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start"), a = NULL, b = NULL, seen = NULL;

  sync_both (office);
  desk_save_ok (&office->a, sample);
  sync_both (office);
  office_back_up (office);
  a = desk_see (&office->a, moked_entity_get_id (sample));
  g_set_str (&a->title, "lost title");
  a->amount = 7;
  desk_save_ok (&office->a, a);
  desk_sync_ok (&office->a);
  put_back (office);
  desk_sync_ok (&office->b); /* never saw the lost change */
  b = desk_see (&office->b, moked_entity_get_id (sample));
  g_assert_cmpint (b->amount, ==, 0);
  g_set_str (&b->title, "later title");
  desk_save_ok (&office->b, b);
  desk_sync_ok (&office->b);
  sync_both (office);
  seen = desk_see (&office->b, moked_entity_get_id (sample));
  g_assert_cmpstr (seen->title, ==, "later title");
  g_assert_cmpint (seen->amount, ==, 7);
  return dex_future_new_true ();
}

/* Of two desktops the one that saw more counts, whoever comes last. */
static DexFuture *
newest_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");

  sync_both (office);
  office_back_up (office);
  desk_save_ok (&office->a, sample);
  sync_both (office);
  desk_set_title (&office->a, sample, "newest");
  desk_sync_ok (&office->a);
  put_back (office);
  sync_both (office);
  sync_both (office);
  g_assert_cmpint (count_service (office, "title = 'newest'"), ==, 1);
  desk_assert_title (&office->b, sample, "newest");
  assert_settled (&office->b);
  return dex_future_new_true ();
}

/* What was deleted before the backup does not come back, and a copy that nobody used again loses nothing either. */
static DexFuture *
deleted_before_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("deleted");

  sync_both (office);
  desk_save_ok (&office->a, sample);
  sync_both (office);
  g_free (desk_delete (&office->a, sample));
  desk_sync_ok (&office->a); /* b does not know yet */
  office_back_up (office);
  put_back (office);
  sync_both (office);
  sync_both (office);
  g_assert_cmpint (count_service (office, "deleted_at IS NULL"), ==, 0);
  g_assert_cmpint (desk_count (&office->b, "SELECT count(*) FROM sample WHERE business_id = $1 AND deleted_at IS NULL"),
                   ==, 0);
  assert_settled (&office->b);
  return dex_future_new_true ();
}

/* A file that was put back by hand does not know that it is a copy: a desktop that has seen more tells. */
static DexFuture *
unmarked_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) old = new_sample ("old"), new = new_sample ("new");

  sync_both (office);
  desk_save_ok (&office->a, old);
  sync_both (office);
  office_back_up (office);
  desk_save_ok (&office->a, new);
  sync_both (office);
  put_back (office);
  office_run_sql (office, "UPDATE business_seq SET epoch = (SELECT epoch FROM epoch_end LIMIT 1) WHERE business_id = $1");
  office_run_sql (office, "DELETE FROM epoch_end WHERE business_id = $1");
  sync_both (office);
  sync_both (office);
  g_assert_cmpint (count_service (office, "title = 'new'"), ==, 1);
  desk_assert_title (&office->b, new, "new");
  return dex_future_new_true ();
}

/* A log that has lost nothing takes nothing back: nobody writes what only the service may in this way. */
static DexFuture *
nothing_lost_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (MokedMutation) mutation = NULL;

  sync_both (office);
  desk_save_ok (&office->a, sample);
  desk_run_sql (&office->a, "UPDATE outbox SET ops = replace (replace (ops, '\"save\"', '\"recover\"'), "
                            "'\"fields\":{', '\"row\":{\"id\":\"' || (SELECT entity_id FROM outbox_record) || '\",') "
                            "WHERE business_id = $1");
  desk_sync_ok (&office->a);
  mutation = desk_only_waiting (&office->a);
  g_assert_cmpstr (moked_mutation_get_code (mutation), ==, "forbidden");
  return dex_future_new_true ();
}

/* What a page of another life of the log does not list was not deleted. */
static DexFuture *
between_answers_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->a;
  g_autoptr (Sample) sample = new_sample ("kept");

  sync_both (office);
  desk_save_ok (desk, sample);
  sync_both (office);
  office_run_sql (office, "UPDATE business_seq SET epoch = 'another' WHERE business_id = $1");
  g_hash_table_insert (desk->transport->canned, g_strdup ("/api/sync/snapshot"),
                       g_strdup ("{\"epoch\":\"later\",\"entity\":\"sample\",\"rows\":[]}"));
  g_assert_true (desk_sync_fails (desk));
  desk_assert_title (desk, sample, "kept");
  g_hash_table_remove_all (desk->transport->canned);
  desk_sync_ok (desk);
  desk_assert_title (desk, sample, "kept");
  return dex_future_new_true ();
}

static void
note_rows (MokedStore *store,
           const char *business,
           GPtrArray  *entities,
           guint      *n_commits)
{
  *n_commits += business != NULL; /* the search index's have none */
}

/* Everything is listed again in bounded transactions, however much the service has not. */
static DexFuture *
bounded_fiber (gpointer data)
{
  Office *office = data;
  guint n_commits = 0;

  sync_both (office);
  for (guint i = 0; i < 5; i++)
    {
      MokedEdit *edit = moked_edit_new ("import");

      for (guint j = 0; j < 1000; j++)
        {
          g_autoptr (Sample) sample = new_sample ("row");

          moked_edit_save (edit, sample);
        }
      g_free (dex_await_string (moked_cache_commit (office->a.cache, edit), NULL));
    }
  sync_both (office);
  office_run_sql (office, "UPDATE business_seq SET epoch = 'another' WHERE business_id = $1");
  office_run_sql (office, "DELETE FROM sample WHERE business_id = $1");
  g_signal_connect (moked_cache_get_store (office->b.cache), "changed", G_CALLBACK (note_rows), &n_commits);
  desk_sync_ok (&office->b);
  g_signal_handlers_disconnect_by_data (moked_cache_get_store (office->b.cache), &n_commits);
  g_assert_cmpuint (n_commits, >=, 5);
  g_assert_cmpint (desk_count (&office->b, "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 0);
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/sync-restore/given-back", given_back_fiber);
  ADD ("/sync-restore/meanwhile", meanwhile_fiber);
  ADD ("/sync-restore/later-work", later_work_fiber);
  ADD ("/sync-restore/newest", newest_fiber);
  ADD ("/sync-restore/deleted-before", deleted_before_fiber);
  ADD ("/sync-restore/unmarked", unmarked_fiber);
  ADD ("/sync-restore/nothing-lost", nothing_lost_fiber);
  ADD ("/sync-restore/between-answers", between_answers_fiber);
  ADD ("/sync-restore/bounded", bounded_fiber);
  return fixture_run_tests ();
}
