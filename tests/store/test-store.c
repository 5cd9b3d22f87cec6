/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "store-engine.h"
#include "store/moked-entity-store.h"
#include "store/moked-indexer.h"
#include "sync/moked-change-log-bulk.h"
#include "sync/moked-change-log.h"

#include <glib/gstdio.h>

/* What every driver must do: the same tests run once for each engine. */

static const MokedActor actor = { "user-1", "test", NULL };

static DexFuture *
save_entity (MokedSession *session,
             gpointer      entity)
{
  GError *error = NULL;

  return fixture_result (moked_change_log_save (session, entity, &actor, &error), &error);
}

static DexFuture *
delete_entity (MokedSession *session,
               gpointer      entity)
{
  GError *error = NULL;

  return fixture_result (moked_change_log_delete (session, entity, &actor, &error), &error);
}

static DexFuture *
load_sample (MokedSession *session,
             gpointer      id)
{
  GError *error = NULL;
  gpointer found = moked_entity_store_load (session, &sample_info, id, &error);

  return found != NULL ? dex_future_new_take_object (found) : dex_future_new_for_error (error);
}

static DexFuture *
round_trip_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Sample) sample = sample_new ("01A", "דירה Yפה");
  g_autoptr (Sample) loaded = NULL;

  sample->tags = g_strdup ("חם\nקונה");
  sample->amount = G_MAXINT64;
  sample->urgent = TRUE;
  sample->due_at = 1700000000000000;
  sample->colour = SAMPLE_GREEN;
  g_assert_true (fixture_write (f, "b1", save_entity, sample, &error));
  loaded = dex_await_object (moked_store_read (f->store, "b1", load_sample, (gpointer) "01A", NULL), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < sample_info.n_fields; i++)
    g_assert_true (moked_entity_field_equal (sample, loaded, &sample_info.fields[i]));
  g_assert_cmpstr (loaded->title_lower, ==, "דירה yפה");
  g_assert_cmpint (moked_entity_get_version (loaded), ==, 1);
  g_assert_cmpint (moked_entity_get_created_at (loaded), ==, 1000000);
  return dex_future_new_true ();
}

static DexFuture *
log_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Sample) sample = sample_new ("01A", "one");

  fixture_write (f, "b1", save_entity, sample, &error);
  g_assert_no_error (error);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT count(*) FROM change_field WHERE business_id = $1"), ==, 1);
  g_set_str (&sample->title, "two");
  sample->amount = 5;
  fixture_write (f, "b1", save_entity, sample, &error);
  g_assert_no_error (error);
  g_assert_true (fixture_write (f, "b1", save_entity, sample, &error)); /* nothing changed: nothing logged */
  g_assert_cmpint (fixture_count (f, "b1", "SELECT max(seq) FROM change WHERE business_id = $1"), ==, 2);
  g_assert_cmpint (fixture_count (f, "b1",
                          "SELECT count(*) FROM change_field WHERE business_id = $1 AND field = 'title' "
                          "AND old = 'one' AND new = 'two'"),
                   ==, 1);
  fixture_write (f, "b1", delete_entity, sample, &error);
  g_assert_true (moked_entity_is_deleted (sample));
  fixture_write (f, "b1", save_entity, sample, &error);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT count(*) FROM change WHERE business_id = $1 AND kind = 'restore'"), ==, 1);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT max(seq) - count(*) FROM change WHERE business_id = $1"), ==, 0);
  return dex_future_new_true ();
}

static DexFuture *
tamper (MokedSession *session,
        gpointer      sql)
{
  GError *error = NULL;

  return fixture_result (moked_session_exec (session, &error, sql, ""), &error);
}

static DexFuture *
append_only_fiber (gpointer data)
{
  StoreFixture *f = data;
  const char *attempts[] = { "DELETE FROM change WHERE business_id = $1", "UPDATE change SET actor = 'x' WHERE business_id = $1",
                             "DELETE FROM change_field WHERE business_id = $1",
                             "UPDATE change_field SET new = 'x' WHERE business_id = $1",
                             f->engine->replace_change, f->engine->replace_change_field,
                             "INSERT INTO change SELECT * FROM change WHERE business_id = $1 "
                             "ON CONFLICT (business_id, seq) DO UPDATE SET actor = 'x'" };
  g_autoptr (Sample) sample = sample_new ("01A", "one");

  g_assert_true (fixture_write (f, "b1", save_entity, sample, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (attempts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (fixture_write (f, "b1", tamper, (gpointer) attempts[i], &error));
      g_assert_nonnull (strstr (error->message, f->engine->untouchable));
    }
  g_set_str (&sample->title, "two");
  g_assert_true (fixture_write (f, "b1", save_entity, sample, NULL));
  g_assert_cmpint (fixture_count (f, "b1", "SELECT count(*) FROM change WHERE business_id = $1 AND actor <> 'x'"),
                   ==, 2);
  return dex_future_new_true ();
}

/* SQLite would run the first and drop the others without a word: an index that nobody misses for a year. */
static DexFuture *
one_statement_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (GError) error = NULL;

  g_assert_false (fixture_write (f, NULL, tamper, (gpointer) "CREATE TABLE one (a BIGINT); CREATE INDEX two ON one (a)",
                                 &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL);
  g_assert_true (fixture_write (f, NULL, tamper, (gpointer) "CREATE TABLE one (a BIGINT); \n", NULL));
  return dex_future_new_true ();
}

static DexFuture *
wall_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Sample) mine = sample_new ("01A", "mine");
  g_autoptr (Sample) theirs = sample_new ("01A", "theirs");
  g_autoptr (Sample) loaded = NULL;

  g_assert_true (fixture_write (f, "b1", save_entity, mine, NULL));
  g_assert_true (fixture_write (f, "b2", save_entity, theirs, NULL));
  loaded = dex_await_object (moked_store_read (f->store, "b1", load_sample, (gpointer) "01A", NULL), NULL);
  g_assert_cmpstr (loaded->title, ==, "mine");
  g_assert_cmpint (moked_entity_get_version (theirs), ==, 1); /* each business counts for itself */
  dex_await_int64 (moked_store_read (f->store, "b1", fixture_count_rows, (gpointer) "SELECT count(*) FROM sample",
                                     NULL), &error);
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL);
  return dex_future_new_true ();
}

static DexFuture *
save_then_fail (MokedSession *session,
                gpointer      entity)
{
  g_assert_true (moked_change_log_save (session, entity, &actor, NULL));
  return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_REJECTED, "no");
}

/* A hundred at once share commits; those that fail take nothing with them. */
static DexFuture *
group_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *id = g_strdup_printf ("id-%03u", i);

      g_ptr_array_add (futures, moked_store_write (f->store, i % 2 ? MOKED_PRIORITY_BACKGROUND : MOKED_PRIORITY_URGENT,
                                                   "b1", i % 10 == 0 ? save_then_fail : save_entity,
                                                   sample_new (id, id), g_object_unref));
    }
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean ok = dex_await (dex_ref (g_ptr_array_index (futures, i)), &error);

      g_assert_cmpint (ok, ==, i % 10 != 0);
    }
  g_assert_cmpint (fixture_count (f, "b1", "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 90);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT max(seq) FROM change WHERE business_id = $1"), ==, 90);
  return dex_future_new_true ();
}

static DexFuture *
save_many (MokedSession *session,
           gpointer      entities)
{
  GError *error = NULL;

  return fixture_result (moked_change_log_create_all (session, entities, &actor, &error), &error);
}

static DexFuture *
save_many_then_fail (MokedSession *session,
                     gpointer      entities)
{
  g_assert_true (moked_change_log_create_all (session, entities, &actor, NULL));
  return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_REJECTED, "no");
}

static GPtrArray *
make_many (const char *prefix)
{
  GPtrArray *entities = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *id = g_strdup_printf ("%s-%03u", prefix, i);

      g_ptr_array_add (entities, sample_new (id, id));
    }
  return entities;
}

static DexFuture *
write_bulk (StoreFixture    *f,
            MokedSessionFunc func,
            const char      *prefix)
{
  return moked_store_write (f->store, MOKED_PRIORITY_BULK, "b1", func, make_many (prefix),
                            (GDestroyNotify) g_ptr_array_unref);
}

/* Many records in transactions of their own, one of which fails whole. */
static DexFuture *
bulk_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (DexFuture) first = write_bulk (f, save_many, "a");
  g_autoptr (DexFuture) failing = write_bulk (f, save_many_then_fail, "b");
  g_autoptr (DexFuture) last = write_bulk (f, save_many, "c");
  g_autoptr (Sample) urgent = sample_new ("urgent", "urgent");
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_write (f, "b1", save_entity, urgent, NULL));
  g_assert_true (dex_await (dex_ref (first), NULL));
  g_assert_false (dex_await (dex_ref (failing), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_REJECTED);
  g_assert_true (dex_await (dex_ref (last), NULL));
  g_assert_cmpint (fixture_count (f, "b1", "SELECT count(*) FROM sample WHERE business_id = $1"), ==, 101);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT count(*) FROM change WHERE business_id = $1"), ==, 101);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT max(seq) FROM change WHERE business_id = $1"), ==, 101);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT count(*) FROM sample s JOIN change c ON c.business_id = s.business_id AND "
                                   "c.seq = s.version AND c.entity_id = s.id WHERE s.business_id = $1"),
                   ==, 101);
  return dex_future_new_true ();
}

static void
on_changed (MokedStore *store,
            const char *business,
            GPtrArray  *entities,
            gpointer    data)
{
  GString *seen = data;

  for (guint i = 0; i < entities->len; i++)
    g_string_append_printf (seen, "%s/%s ", business != NULL ? business : "-",
                            (char *) g_ptr_array_index (entities, i));
}

static DexFuture *
changed_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (Sample) sample = sample_new ("01A", "one");

  g_signal_connect (f->store, "changed", G_CALLBACK (on_changed), seen);
  fixture_write (f, "b1", save_then_fail, sample, NULL);
  g_assert_cmpstr (seen->str, ==, "");
  g_assert_true (fixture_write (f, "b1", save_entity, sample, NULL));
  g_assert_cmpstr (seen->str, ==, "b1/sample ");
  g_signal_handlers_disconnect_by_data (f->store, seen);
  return dex_future_new_true ();
}

static DexFuture *
index_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (MokedIndexer) indexer = moked_indexer_new (f->store, &sample_schema);
  const char *find = f->engine->find_title;
  g_autoptr (Sample) sample = sample_new ("01A", "שלום");

  g_assert_true (fixture_write (f, "b1", save_entity, sample, NULL));
  dex_await (moked_indexer_run (indexer), NULL);
  g_assert_cmpint (fixture_count (f, "b1", find), ==, 1);
  g_set_str (&sample->title, "אחר");
  g_assert_true (fixture_write (f, "b1", save_entity, sample, NULL));
  dex_await (moked_indexer_run (indexer), NULL);
  g_assert_cmpint (fixture_count (f, "b1", find), ==, 0);
  moked_indexer_stop (indexer);
  return dex_future_new_true ();
}

static DexFuture *
reopen_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (Sample) sample = sample_new ("01A", "kept");
  g_autofree char *copy = g_build_filename (f->directory, "copy.db", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_write (f, "b1", save_entity, sample, NULL));
  dex_await (moked_store_backup (f->store, copy), &error);
  g_assert_no_error (error);
  fixture_close (f);
  fixture_use_copy (f, copy);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT count(*) FROM sample WHERE business_id = $1 AND title = 'kept'"), ==, 1);
  return dex_future_new_true ();
}

/* A table of an older program gets the new columns, after a copy was put aside. */
static DexFuture *
old_schema (MokedSession *session,
            gpointer      data)
{
  GError *error = NULL;

  return fixture_result (moked_session_exec (session, &error, "DROP INDEX sample_by_title", "") &&
                        moked_session_exec (session, &error, "ALTER TABLE sample DROP COLUMN amount", "") &&
                        moked_session_exec (session, &error, "UPDATE schema_version SET version = 'old' WHERE part = '*'", ""),
                    &error);
}

static DexFuture *
migrate_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (Sample) sample = sample_new ("01A", "kept");
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  gboolean copied = FALSE;
  const char *name;

  g_assert_true (fixture_write (f, "b1", save_entity, sample, NULL));
  fixture_write (f, NULL, old_schema, NULL, &error);
  g_assert_no_error (error);
  fixture_close (f);
  fixture_open (f);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT count(*) FROM sample WHERE business_id = $1 AND amount = 0 AND title = 'kept'"),
                   ==, 1);
  dir = g_dir_open (f->directory, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    copied = copied || g_str_has_prefix (name, "test.db.before-");
  g_assert_true (copied);
  return dex_future_new_true ();
}

static DexFuture *
newer (MokedSession *session,
       gpointer      data)
{
  GError *error = NULL;

  return fixture_result (moked_session_exec (session, &error, "UPDATE schema_version SET version = '99'", ""), &error);
}

static DexFuture *
newer_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MokedStore) store = NULL;

  g_assert_true (fixture_write (f, NULL, newer, NULL, NULL));
  fixture_close (f);
  store = f->engine->new_store (f);
  g_assert_false (dex_await (moked_store_open (store, &sample_schema), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE);
  dex_await (moked_store_close (store), NULL);
  f->engine->remove (f);
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
  ADD ("/store/round-trip", round_trip_fiber);
  ADD ("/store/change-log", log_fiber);
  ADD ("/store/append-only", append_only_fiber);
  ADD ("/store/one-statement", one_statement_fiber);
  ADD ("/store/businesses-are-apart", wall_fiber);
  ADD ("/store/group-commit", group_fiber);
  ADD ("/store/bulk", bulk_fiber);
  ADD ("/store/changed-signal", changed_fiber);
  ADD ("/store/index", index_fiber);
  ADD ("/store/backup", reopen_fiber);
  ADD ("/store/migrate", migrate_fiber);
  ADD ("/store/newer-database", newer_fiber);
  return fixture_run_tests ();
}
