/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libpq-fe.h>

#include "base/moked-error.h"
#include "store-engine.h"
#include "store/moked-entity-store.h"
#include "store/postgres/moked-postgres-store.h"
#include "sync/moked-change-log.h"

/* What only a server can do: be away, be shared, and keep a wall of its own. */

#define N_STEPS 40

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

/* --- the second wall --- */

static char *
ask (PGconn     *db,
     const char *sql)
{
  PGresult *result = PQexec (db, sql);
  char *answer = PQntuples (result) > 0 ? g_strdup (PQgetvalue (result, 0, 0))
                                        : g_strdup (PQresultErrorField (result, PG_DIAG_SQLSTATE));

  PQclear (result);
  return answer;
}

static void
assert_answer (PGconn     *db,
               const char *sql,
               const char *expected)
{
  g_autofree char *answer = ask (db, sql);

  g_assert_cmpstr (answer, ==, expected);
}

/* A statement that forgets the business, on the service's own connection, finds nothing of the others'. */
static DexFuture *
second_wall_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (Sample) mine = sample_new ("01A", "mine");
  g_autoptr (Sample) theirs = sample_new ("01A", "theirs");
  PGconn *db = PQconnectdb (f->url);

  g_assert_true (fixture_write (f, "b1", save_entity, mine, NULL));
  g_assert_true (fixture_write (f, "b2", save_entity, theirs, NULL));
  assert_answer (db, "SELECT count(*) FROM sample", "0");
  assert_answer (db, "SELECT count(*) FROM change", "0");
  PQclear (PQexec (db, "SET moked.business = 'b1'"));
  assert_answer (db, "SELECT string_agg (title, ',') FROM sample", "mine");
  assert_answer (db, "UPDATE sample SET title = 'stolen' WHERE business_id = 'b2' RETURNING title", NULL);
  assert_answer (db, "INSERT INTO sample (business_id, id) VALUES ('b2', '01B') RETURNING id", "42501");
  PQfinish (db);
  g_assert_cmpint (fixture_count (f, NULL, "SELECT count(*) FROM sample"), ==, 2);
  return dex_future_new_true ();
}

/* Not by a statement of any kind, not with the triggers out of the way, on the service's own connection. */
static DexFuture *
append_only_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (Sample) sample = sample_new ("01A", "kept");
  PGconn *db = PQconnectdb (f->url);

  g_assert_true (fixture_write (f, "b1", save_entity, sample, NULL));
  PQclear (PQexec (db, "SET moked.business = '*'"));
  for (guint i = 0; i < 2; i++)
    {
      assert_answer (db, "UPDATE change SET actor = 'x'", "42501");
      assert_answer (db, "DELETE FROM change", "42501");
      assert_answer (db, "TRUNCATE change", "42501");
      assert_answer (db, "UPDATE change_field SET new = 'x'", "42501");
      assert_answer (db, "DELETE FROM change_field", "42501");
      assert_answer (db, "TRUNCATE change_field", "42501");
      PQclear (PQexec (db, "ALTER TABLE change DISABLE TRIGGER ALL; ALTER TABLE change_field DISABLE TRIGGER ALL; "
                           "ALTER TABLE change DISABLE TRIGGER USER; ALTER TABLE change_field DISABLE TRIGGER USER"));
    }
  PQclear (PQexec (db, "ALTER TABLE change ENABLE TRIGGER USER; GRANT UPDATE, DELETE, TRUNCATE ON change TO moked"));
  assert_answer (db, "UPDATE change SET actor = 'x'", "P0001");
  assert_answer (db, "DELETE FROM change", "P0001");
  assert_answer (db, "TRUNCATE change", "P0001");
  PQfinish (db);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT count(*) FROM change WHERE business_id = $1"), ==, 1);
  return dex_future_new_true ();
}

/* Walls mean nothing to a superuser, so the store does not open as one. */
static DexFuture *
superuser_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autofree char *url = g_strdup_printf ("%s&user=postgres", f->url);
  g_autoptr (MokedStore) store = moked_postgres_store_new (url, f->path, 1, f->clock);
  g_autoptr (GError) error = NULL;

  g_assert_false (dex_await (moked_store_open (store, &sample_schema), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_REJECTED);
  dex_await (moked_store_close (store), NULL);
  return dex_future_new_true ();
}

/* --- two programs, one database --- */

static DexFuture *
add_one (MokedSession *session,
         gpointer      data)
{
  GError *error = NULL;
  g_autoptr (Sample) sample = moked_entity_store_load (session, &sample_info, "01A", &error);

  if (sample == NULL)
    return dex_future_new_for_error (error);
  sample->amount++;
  return fixture_result (moked_change_log_save (session, sample, &actor, &error), &error);
}

/* Each reads a record and writes it back, both at once, for two businesses in turn; nothing is lost, no number of
 * the log is left out, and neither waits for the other for ever. */
static DexFuture *
two_programs_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (Sample) first = sample_new ("01A", "counted"), second = sample_new ("01A", "counted");
  g_autoptr (MokedStore) other = f->engine->new_store (f);
  DexFuture *futures[2 * N_STEPS];
  g_autoptr (GError) error = NULL;

  dex_await (moked_store_open (other, &sample_schema), &error);
  g_assert_no_error (error);
  g_assert_true (fixture_write (f, "b1", save_entity, first, NULL));
  g_assert_true (fixture_write (f, "b2", save_entity, second, NULL));
  for (guint i = 0; i < N_STEPS; i++)
    {
      futures[2 * i] = moked_store_write (f->store, MOKED_PRIORITY_URGENT, i % 2 ? "b1" : "b2", add_one, NULL, NULL);
      futures[2 * i + 1] = moked_store_write (other, MOKED_PRIORITY_URGENT, i % 2 ? "b2" : "b1", add_one, NULL, NULL);
    }
  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      dex_await (futures[i], &error);
      g_assert_no_error (error);
    }
  g_assert_cmpint (fixture_count (f, "b1", "SELECT amount FROM sample WHERE business_id = $1"), ==, N_STEPS);
  g_assert_cmpint (fixture_count (f, "b2", "SELECT amount FROM sample WHERE business_id = $1"), ==, N_STEPS);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT max(seq) - count(*) FROM change WHERE business_id = $1"), ==, 0);
  g_assert_cmpint (fixture_count (f, "b1", "SELECT seq FROM business_seq WHERE business_id = $1"), ==, N_STEPS + 1);
  dex_await (moked_store_close (other), NULL);
  return dex_future_new_true ();
}

/* --- what one program tells another --- */

typedef struct
{
  DexPromise *changed;
  DexPromise *told;
  DexPromise *missed;
} Heard;

static void
resolve_once (DexPromise *promise,
              const char *text)
{
  if (dex_future_is_pending (DEX_FUTURE (promise)))
    dex_promise_resolve_string (promise, g_strdup (text));
}

static void
on_changed (MokedStore *store,
            const char *business,
            GPtrArray  *entities,
            gpointer    data)
{
  g_autofree char *text = g_strdup_printf ("%s %s", business, (const char *) g_ptr_array_index (entities, 0));

  resolve_once (((Heard *) data)->changed, text);
}

static void
on_told (MokedStore *store,
         const char *text,
         gpointer    data)
{
  resolve_once (((Heard *) data)->told, text);
}

static void
on_missed (MokedStore *store,
           gpointer    data)
{
  resolve_once (((Heard *) data)->missed, "missed");
}

static void
assert_heard (DexPromise *promise,
              const char *expected)
{
  g_autofree char *text = dex_await_string (dex_ref (DEX_FUTURE (promise)), NULL);

  g_assert_cmpstr (text, ==, expected);
}

static void
renew (DexPromise **promise)
{
  dex_unref (*promise);
  *promise = dex_promise_new ();
}

/* A commit of one and what it says reach the other, again after the server was away, of which the other is told. */
static DexFuture *
heard_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (Sample) sample = sample_new ("01A", "written");
  g_autoptr (MokedStore) other = f->engine->new_store (f);
  Heard heard = { dex_promise_new (), dex_promise_new (), dex_promise_new () };

  g_assert_true (dex_await (moked_store_open (other, &sample_schema), NULL));
  g_signal_connect (other, "told", G_CALLBACK (on_told), &heard);
  g_signal_connect (other, "changed", G_CALLBACK (on_changed), &heard);
  g_signal_connect (other, "missed", G_CALLBACK (on_missed), &heard);
  /* The listener may not be listening yet: what is told before is lost. */
  while (dex_future_is_pending (DEX_FUTURE (heard.told)))
    {
      moked_store_tell (f->store, "again");
      g_assert_true (fixture_write (f, "b1", run_sql, (char *) "SELECT 1 WHERE $1 <> ''", NULL));
    }
  postgres_server_interrupt (postgres_engine_get_server ());
  postgres_server_resume (postgres_engine_get_server ());
  assert_heard (heard.missed, "missed");
  renew (&heard.told);
  moked_store_tell (f->store, "שלום {\"a\": 'b'}");
  assert_heard (heard.told, "שלום {\"a\": 'b'}");
  g_assert_true (fixture_write (f, "b1", save_entity, sample, NULL));
  assert_heard (heard.changed, "b1 sample");
  dex_await (moked_store_close (other), NULL);
  dex_unref (heard.changed);
  dex_unref (heard.told);
  dex_unref (heard.missed);
  return dex_future_new_true ();
}

/* --- a server that goes and comes --- */

static char count_samples[] = "SELECT count(*) FROM sample WHERE business_id = $1";

/* Whoever asks meanwhile is told to try again; afterwards all goes on by itself. */
static DexFuture *
away_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (Sample) before = sample_new ("01A", "before"), after = sample_new ("01B", "after");
  g_autoptr (GError) error = NULL, read_error = NULL;

  g_assert_true (fixture_write (f, "b1", save_entity, before, NULL));
  g_assert_cmpint (fixture_count (f, "b1", count_samples), ==, 1);
  postgres_server_interrupt (postgres_engine_get_server ());
  g_assert_false (fixture_write (f, "b1", save_entity, after, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_UNAVAILABLE);
  g_assert_true (moked_error_is_temporary (error));
  dex_await (moked_store_read (f->store, "b1", fixture_count_rows, count_samples, NULL), &read_error);
  g_assert_error (read_error, MOKED_ERROR, MOKED_ERROR_UNAVAILABLE);
  postgres_server_resume (postgres_engine_get_server ());
  g_assert_true (fixture_write (f, "b1", save_entity, after, NULL));
  g_assert_cmpint (fixture_count (f, "b1", count_samples), ==, 2);
  return dex_future_new_true ();
}

/* A server that was restarted while nothing was asked of it is not even noticed. */
static DexFuture *
restart_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (Sample) sample = sample_new ("01A", "before");
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_write (f, "b1", save_entity, sample, NULL));
  g_assert_cmpint (fixture_count (f, "b1", count_samples), ==, 1);
  postgres_server_interrupt (postgres_engine_get_server ());
  postgres_server_resume (postgres_engine_get_server ());
  g_assert_cmpint (fixture_count (f, "b1", count_samples), ==, 1);
  g_set_str (&sample->title, "after");
  fixture_write (f, "b1", save_entity, sample, &error);
  g_assert_no_error (error);
  return dex_future_new_true ();
}

static DexFuture *
save_and_be_cut (MokedSession *session,
                 gpointer      entity)
{
  GError *error = NULL;

  g_assert_true (moked_change_log_save (session, entity, &actor, NULL));
  return fixture_result (moked_session_exec (session, &error,
                                             "SELECT pg_terminate_backend (pg_backend_pid ()) WHERE $1 <> ''", ""),
                         &error);
}

/* Cut in the midst of a transaction: nothing of it is kept, and the next one has a connection again. */
static DexFuture *
cut_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (Sample) lost = sample_new ("01A", "lost"), kept = sample_new ("01B", "kept");
  g_autoptr (GError) error = NULL;

  g_assert_false (fixture_write (f, "b1", save_and_be_cut, lost, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_UNAVAILABLE);
  g_assert_true (fixture_write (f, "b1", save_entity, kept, NULL));
  g_assert_cmpint (fixture_count (f, "b1", count_samples), ==, 1);
  return dex_future_new_true ();
}

/* --- failed statements --- */

static gboolean
save_wrongly (MokedSession *session,
              gpointer      data,
              GError      **error)
{
  return moked_session_exec (session, error,
                             "INSERT INTO change (business_id, seq, entity, entity_id, kind, origin, at) "
                             "SELECT business_id, seq, entity, entity_id, kind, origin, at FROM change "
                             "WHERE business_id = $1",
                             "");
}

static DexFuture *
fail_nested (MokedSession *session,
             gpointer      entity)
{
  g_autoptr (GError) error = NULL;
  GError *later = NULL;

  g_assert_true (moked_change_log_save (session, entity, &actor, NULL));
  g_assert_false (moked_session_nested (session, save_wrongly, NULL, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT);
  g_set_str (&((Sample *) entity)->title, "later");
  return fixture_result (moked_change_log_save (session, entity, &actor, &later), &later);
}

static DexFuture *
fail_and_go_on (MokedSession *session,
                gpointer      entity)
{
  g_assert_true (moked_change_log_save (session, entity, &actor, NULL));
  g_assert_false (save_wrongly (session, NULL, NULL));
  return dex_future_new_true ();
}

/* What failed inside a nested step is undone alone. Without one the whole is given up, whatever the work says. */
static DexFuture *
nested_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (Sample) kept = sample_new ("01A", "first"), lost = sample_new ("01B", "lost");
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_write (f, "b1", fail_nested, kept, NULL));
  g_assert_cmpint (fixture_count (f, "b1", "SELECT count(*) FROM sample WHERE business_id = $1 AND title = 'later'"),
                   ==, 1);
  g_assert_false (fixture_write (f, "b1", fail_and_go_on, lost, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT);
  g_assert_cmpint (fixture_count (f, "b1", count_samples), ==, 1);
  return dex_future_new_true ();
}

/* --- growth --- */

static DexFuture *
save_many (MokedSession *session,
           gpointer      prefix)
{
  GError *error = NULL;

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *id = g_strdup_printf ("%s%u", (char *) prefix, i);
      g_autoptr (Sample) sample = sample_new (id, "one of many");

      if (!moked_change_log_save (session, sample, &actor, &error))
        return dex_future_new_for_error (error);
    }
  return dex_future_new_true ();
}

/* The server learns of a table that grew at once, or it would go on as if that were empty. */
static DexFuture *
growth_fiber (gpointer data)
{
  StoreFixture *f = data;
  const char *known = "SELECT count(*) FROM pg_class WHERE relname = 'sample' AND reltuples >= 100";

  g_assert_true (fixture_write (f, "b1", save_many, (char *) "01A", NULL));
  g_assert_cmpint (fixture_count (f, NULL, known), ==, 0);
  g_assert_true (fixture_write (f, "b1", save_many, (char *) "01B", NULL));
  g_assert_true (fixture_write (f, "b1", save_many, (char *) "01C", NULL)); /* the look comes before it */
  g_assert_cmpint (fixture_count (f, NULL, known), ==, 1);
  return dex_future_new_true ();
}

/* --- copies --- */

/* A database made of a copy goes on in another life of the log, once. */
static DexFuture *
copy_fiber (gpointer data)
{
  StoreFixture *f = data;
  g_autoptr (Sample) sample = sample_new ("01A", "kept");
  g_autofree char *copy = g_build_filename (f->directory, "copy.dump", NULL);
  const char *count_ends = "SELECT count(*) FROM epoch_end e JOIN business_seq s ON s.business_id = e.business_id AND "
                           "s.epoch <> e.epoch WHERE e.business_id = $1";

  g_assert_true (fixture_write (f, "b1", save_entity, sample, NULL));
  g_assert_true (dex_await (moked_store_backup (f->store, copy), NULL));
  g_assert_false (dex_await (moked_store_backup (f->store, copy), NULL));
  fixture_close (f);
  fixture_open (f);
  g_assert_cmpint (fixture_count (f, "b1", count_ends), ==, 0);
  fixture_close (f);
  fixture_use_copy (f, copy);
  g_assert_cmpint (fixture_count (f, "b1", count_ends), ==, 1);
  fixture_close (f);
  fixture_open (f);
  g_assert_cmpint (fixture_count (f, "b1", count_ends), ==, 1);
  /* Walls and triggers came along. */
  g_assert_false (fixture_write (f, "b1", run_sql, (char *) "DELETE FROM change WHERE business_id = $1", NULL));
  g_assert_cmpint (fixture_count (f, NULL, "SELECT count(*) FROM pg_class WHERE relname IN ('sample', 'change', "
                                           "'change_field', 'business_seq', 'epoch_end') AND relforcerowsecurity"),
                   ==, 5);
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
  ADD ("/postgres/second-wall", second_wall_fiber);
  ADD ("/postgres/append-only", append_only_fiber);
  ADD ("/postgres/heard", heard_fiber);
  ADD ("/postgres/superuser", superuser_fiber);
  ADD ("/postgres/two-programs", two_programs_fiber);
  ADD ("/postgres/away", away_fiber);
  ADD ("/postgres/restart", restart_fiber);
  ADD ("/postgres/cut", cut_fiber);
  ADD ("/postgres/nested", nested_fiber);
  ADD ("/postgres/growth", growth_fiber);
  ADD ("/postgres/copy", copy_fiber);
  return fixture_run_tests ();
}
