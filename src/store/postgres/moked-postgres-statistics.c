/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/moked-postgres-statistics.h"

#include <string.h>

/* A plan that was made while a table was empty stays with its connection, and is the wrong one when the table has
 * grown: of two indexes that begin with the business the planner then takes either, and one of them is every row of the
 * office. The server's own autovacuum notices only after a minute. So whoever fills a table has it looked at whenever
 * it has doubled, which makes every connection of every program plan anew. */

#define FIRST_LOOK 100

/* From this size on a table changes slowly beside what it has, and autovacuum is in time. */
#define LARGE 100000

typedef struct
{
  gint64 written; /* since the last look */
  gint64 due;     /* how many rows make the next one worth it; 0 when none is */
} Growth;

struct _MokedPostgresStatistics
{
  GHashTable *tables; /* name → Growth */
  gboolean    due;
};

MokedPostgresStatistics *
moked_postgres_statistics_new (void)
{
  MokedPostgresStatistics *self = g_new0 (MokedPostgresStatistics, 1);

  self->tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
moked_postgres_statistics_free (MokedPostgresStatistics *self)
{
  g_hash_table_unref (self->tables);
  g_free (self);
}

static Growth *
find (MokedPostgresStatistics *self,
      const char              *name,
      gsize                    length)
{
  char table[64]; /* PostgreSQL's own limit of a name */
  Growth *growth;

  if (length == 0 || length >= sizeof table)
    return NULL;
  memcpy (table, name, length);
  table[length] = '\0';
  growth = g_hash_table_lookup (self->tables, table);
  if (growth == NULL)
    {
      growth = g_new0 (Growth, 1);
      growth->due = FIRST_LOOK;
      g_hash_table_insert (self->tables, g_strdup (table), growth);
    }
  return growth;
}

/**
 * moked_postgres_statistics_note:
 * @sql: a statement that was run
 * @n_rows: how many rows it wrote
 *
 * Counts what was put into a table.
 */
void
moked_postgres_statistics_note (MokedPostgresStatistics *self,
                                const char              *sql,
                                gint64                   n_rows)
{
  static const char insert[] = "INSERT INTO ";
  Growth *growth;

  if (n_rows <= 0 || strncmp (sql, insert, strlen (insert)) != 0)
    return;
  sql += strlen (insert);
  sql += *sql == '"';
  growth = find (self, sql, strspn (sql, "abcdefghijklmnopqrstuvwxyz0123456789_"));
  if (growth == NULL || growth->due == 0)
    return;
  growth->written += n_rows;
  self->due |= growth->written >= growth->due;
}

/* How many rows the server believes to be there; -1 when it never looked. */
static gint64
ask_size (MokedPostgresConnection *connection,
          const char              *table)
{
  const char *values[] = { table };
  PGresult *result = PQexecParams (moked_postgres_connection_get_db (connection),
                                   "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass ($1)", 1, NULL, values,
                                   NULL, NULL, 0);
  gint64 size = PQntuples (result) == 1 ? g_ascii_strtoll (PQgetvalue (result, 0, 0), NULL, 10) : -1;

  PQclear (result);
  return size;
}

/* A table that somebody looks at already, or that is not ours to look at, is passed over. */
static void
look (MokedPostgresConnection *connection,
      const char              *table,
      Growth                  *growth)
{
  gint64 size = ask_size (connection, table);

  if (size <= growth->written)
    {
      g_autofree char *sql = g_strdup_printf ("ANALYZE (SKIP_LOCKED) \"%s\"", table);

      moked_postgres_connection_run (connection, sql, NULL);
      size = ask_size (connection, table);
    }
  growth->due = size >= LARGE ? 0 : MAX (size, growth->written * 2);
  growth->written = 0;
}

/**
 * moked_postgres_statistics_update:
 * @connection: a connection outside of a transaction
 *
 * Has the tables that grew looked at. What goes wrong with that stops nobody.
 */
void
moked_postgres_statistics_update (MokedPostgresStatistics *self,
                                  MokedPostgresConnection *connection)
{
  GHashTableIter iter;
  gpointer table, growth;

  if (!self->due || !moked_postgres_connection_is_alive (connection))
    return;
  self->due = FALSE;
  g_hash_table_iter_init (&iter, self->tables);
  while (g_hash_table_iter_next (&iter, &table, &growth))
    if (((Growth *) growth)->due > 0 && ((Growth *) growth)->written >= ((Growth *) growth)->due)
      look (connection, table, growth);
}
