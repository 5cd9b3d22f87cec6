/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-engine.h"

#include <glib/gstdio.h>

#include "store/sqlite/moked-sqlite-store.h"

/* --- SQLite: a file --- */

static void
sqlite_nothing (void)
{
}

static void
sqlite_create (StoreFixture *f)
{
}

static void
sqlite_remove (StoreFixture *f)
{
  g_unlink (f->path);
}

static MokedStore *
sqlite_new_store (StoreFixture *f)
{
  return moked_sqlite_store_new (f->path, 2, f->clock);
}

static void
sqlite_use_copy (StoreFixture *f,
                 const char   *copy)
{
  g_set_str (&f->path, copy);
}

const StoreEngine sqlite_engine = {
  "sqlite",
  "SELECT count(*) FROM sample_search s JOIN sample ON row_id = s.rowid "
  "WHERE business_id = $1 AND sample_search MATCH 'לום'",
  "REPLACE INTO change SELECT business_id, seq, entity, entity_id, kind, 'x', origin, mutation_id, at FROM change "
  "WHERE business_id = $1",
  "REPLACE INTO change_field SELECT business_id, seq, field, old, 'x' FROM change_field WHERE business_id = $1",
  "append-only",
  sqlite_nothing,
  sqlite_nothing,
  sqlite_create,
  sqlite_remove,
  sqlite_new_store,
  sqlite_use_copy,
};

/* A database in the engine of this run, for a fixture of another kind that has its folder and its clock. */
void
store_engine_make (StoreFixture *f,
                   const char   *directory,
                   MokedClock   *clock)
{
  f->engine = store_engine_get ();
  f->directory = (char *) directory;
  f->path = g_build_filename (directory, "service.db", NULL);
  f->clock = clock;
  f->engine->create (f);
}

void
store_engine_forget (StoreFixture *f)
{
  g_clear_pointer (&f->path, g_free);
  g_clear_pointer (&f->url, g_free);
}

/* The engine that this run of the tests is for. */
const StoreEngine *
store_engine_get (void)
{
  return g_strcmp0 (g_getenv ("MOKED_TEST_ENGINE"), "postgres") == 0 ? &postgres_engine : &sqlite_engine;
}
