/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include <glib/gstdio.h>

#include "store-engine.h"

/* In a fiber, as closing. */
void
fixture_open (StoreFixture *f)
{
  GError *error = NULL;

  f->store = f->engine->new_store (f);
  dex_await (moked_store_open (f->store, &sample_schema), &error);
  g_assert_no_error (error);
}

void
fixture_close (StoreFixture *f)
{
  dex_await (moked_store_close (f->store), NULL);
  g_clear_object (&f->store);
}

/* Opens a copy as if it were the database, which is closed. */
void
fixture_use_copy (StoreFixture *f,
                  const char   *copy)
{
  f->engine->use_copy (f, copy);
  fixture_open (f);
}

static DexFuture *
open_fiber (gpointer data)
{
  fixture_open (data);
  return dex_future_new_true ();
}

static DexFuture *
close_fiber (gpointer data)
{
  fixture_close (data);
  return dex_future_new_true ();
}

void
fixture_setup (StoreFixture *f,
               gconstpointer data)
{
  f->engine = store_engine_get ();
  f->directory = g_dir_make_tmp ("moked-store-XXXXXX", NULL);
  f->path = g_build_filename (f->directory, "test.db", NULL);
  f->clock = moked_clock_new_fake (1000000);
  f->engine->create (f);
  test_fiber_run (open_fiber, f);
}

void
fixture_run (StoreFixture *f,
             gconstpointer fiber)
{
  test_fiber_run ((DexFiberFunc) fiber, f);
}

void
fixture_teardown (StoreFixture *f,
                  gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  test_fiber_run (close_fiber, f);
  dir = g_dir_open (f->directory, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->directory, name, NULL);

      g_unlink (path);
    }
  g_rmdir (f->directory);
  g_free (f->path);
  g_free (f->url);
  g_free (f->directory);
  g_object_unref (f->clock);
}

DexFuture *
fixture_result (gboolean ok,
                GError **error)
{
  return ok ? dex_future_new_true () : dex_future_new_for_error (*error);
}

DexFuture *
fixture_count_rows (MokedSession *session,
                    gpointer sql)
{
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, &error, sql, "");

  if (cursor == NULL || !moked_cursor_next (cursor, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_for_int64 (moked_cursor_get_int (cursor, 0));
}

gint64
fixture_count (StoreFixture *f,
               const char *business,
               const char *sql)
{
  GError *error = NULL;
  DexFuture *counted = moked_store_read (f->store, business, fixture_count_rows, (gpointer) sql, NULL);
  gint64 n = dex_await_int64 (counted, &error);

  g_assert_no_error (error);
  return n;
}

gboolean
fixture_write (StoreFixture    *f,
               const char *business,
               MokedSessionFunc func,
               gpointer data,
               GError **error)
{
  return dex_await (moked_store_write (f->store, MOKED_PRIORITY_URGENT, business, func, data, NULL), error);
}

/* As g_test_run(), with the database of the engine around it. */
int
fixture_run_tests (void)
{
  const StoreEngine *engine = store_engine_get ();
  int result;

  if (engine == &postgres_engine && !postgres_server_is_installed ())
    {
      g_print ("1..0 # SKIP there is no PostgreSQL server\n");
      return 0;
    }
  engine->start ();
  result = g_test_run ();
  engine->stop ();
  return result;
}
