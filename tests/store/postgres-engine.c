/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "store-engine.h"
#include "store/postgres/moked-postgres-store.h"

/* One server for a run of the tests, and a database for each of them. */

static PostgresServer *server;
static guint n_databases;

PostgresServer *
postgres_engine_get_server (void)
{
  return server;
}

static void
postgres_start (void)
{
  server = postgres_server_start ();
}

static void
postgres_stop (void)
{
  g_clear_pointer (&server, postgres_server_stop);
}

static void
postgres_create (StoreFixture *f)
{
  g_autofree char *name = g_strdup_printf ("test_%u", ++n_databases);

  postgres_server_create_database (server, name);
  g_free (f->url);
  f->url = postgres_server_dup_url (server, name);
}

static void
postgres_remove (StoreFixture *f)
{
  postgres_create (f);
}

static MokedStore *
postgres_new_store (StoreFixture *f)
{
  return moked_postgres_store_new (f->url, f->path, 2, f->clock);
}

static void
postgres_use_copy (StoreFixture *f,
                   const char   *copy)
{
  postgres_create (f);
  postgres_server_restore (f->url, copy);
}

const StoreEngine postgres_engine = {
  "postgres",
  "SELECT count(*) FROM sample WHERE business_id = $1 AND title_lower LIKE '%לום%'",
  "MERGE INTO change c USING (SELECT $1 AS business) b ON c.business_id = b.business WHEN MATCHED THEN "
  "UPDATE SET actor = 'x'",
  "MERGE INTO change_field c USING (SELECT $1 AS business) b ON c.business_id = b.business WHEN MATCHED THEN DELETE",
  "permission denied", /* before the triggers are asked */
  postgres_start,
  postgres_stop,
  postgres_create,
  postgres_remove,
  postgres_new_store,
  postgres_use_copy,
};
