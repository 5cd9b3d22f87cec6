/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What SQLite alone can do: the same rows into the same tables, by one prepared statement for each table.
 *
 *   upsert-ceiling CACHE FROM SINCE
 *
 * Reads the records of the database FROM whose version is above SINCE into memory, and writes them to CACHE, a copy of
 * another time with the same tables, indexes and triggers: in transactions of 10,000 rows, with the settings of the
 * program's own writer. Prints {"rows":N,"seconds":…,"cpu":…}. */
#include <glib.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TRANSACTION_ROWS 10000

typedef struct
{
  char      *sql;
  int        n_columns;
  GPtrArray *values; /* sqlite3_value, n_columns for each row */
} Table;

static void
check (sqlite3 *db,
       int      code)
{
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
    return;
  fprintf (stderr, "upsert-ceiling: %s\n", sqlite3_errmsg (db));
  exit (1);
}

static sqlite3 *
open_database (const char *path)
{
  sqlite3 *db;

  check (NULL, sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL));
  check (db, sqlite3_exec (db,
                           "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000;"
                           "PRAGMA wal_autocheckpoint=12000; PRAGMA recursive_triggers=ON;",
                           NULL, NULL, NULL));
  return db;
}

/* The upsert of a table of records by its business and id, over all columns but the row's number. */
static char *
make_sql (sqlite3    *db,
          const char *name,
          char      **out_columns,
          int        *out_n)
{
  g_autofree char *pragma = g_strdup_printf ("PRAGMA table_info(%s)", name);
  GString *columns = g_string_new (NULL);
  g_autoptr (GString) marks = g_string_new (NULL), sets = g_string_new (NULL);
  sqlite3_stmt *stmt;
  char *sql;

  *out_n = 0;
  check (db, sqlite3_prepare_v2 (db, pragma, -1, &stmt, NULL));
  while (sqlite3_step (stmt) == SQLITE_ROW)
    {
      const char *column = (const char *) sqlite3_column_text (stmt, 1);
      const char *comma = *out_n > 0 ? ", " : "";

      if (g_str_equal (column, "row_id"))
        continue;
      g_string_append_printf (columns, "%s%s", comma, column);
      g_string_append_printf (marks, "%s?", comma);
      if (!g_str_equal (column, "business_id") && !g_str_equal (column, "id"))
        g_string_append_printf (sets, "%s%s = excluded.%s", sets->len > 0 ? ", " : "", column, column);
      ++*out_n;
    }
  sqlite3_finalize (stmt);
  sql = g_strdup_printf ("INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (business_id, id) DO UPDATE SET %s", name,
                         columns->str, marks->str, sets->str);
  *out_columns = g_string_free (columns, FALSE);
  return sql;
}

static Table *
read_table (sqlite3    *db,
            const char *name,
            gint64      since)
{
  Table *table = g_new0 (Table, 1);
  g_autofree char *columns = NULL, *select = NULL;
  sqlite3_stmt *stmt;

  table->sql = make_sql (db, name, &columns, &table->n_columns);
  table->values = g_ptr_array_new_with_free_func ((GDestroyNotify) sqlite3_value_free);
  select = g_strdup_printf ("SELECT %s FROM %s WHERE version > %" G_GINT64_FORMAT " ORDER BY id", columns, name, since);
  check (db, sqlite3_prepare_v2 (db, select, -1, &stmt, NULL));
  while (sqlite3_step (stmt) == SQLITE_ROW)
    for (int i = 0; i < table->n_columns; i++)
      g_ptr_array_add (table->values, sqlite3_value_dup (sqlite3_column_value (stmt, i)));
  sqlite3_finalize (stmt);
  return table;
}

static GPtrArray *
read_tables (const char *path,
             gint64      since)
{
  sqlite3 *db = open_database (path);
  GPtrArray *tables = g_ptr_array_new ();
  sqlite3_stmt *stmt;

  check (db, sqlite3_prepare_v2 (db,
                                 "SELECT m.name FROM sqlite_schema m WHERE m.type = 'table' AND 3 = (SELECT count(*) "
                                 "FROM pragma_table_info(m.name) WHERE name IN ('business_id', 'id', 'version'))",
                                 -1, &stmt, NULL));
  while (sqlite3_step (stmt) == SQLITE_ROW)
    g_ptr_array_add (tables, read_table (db, (const char *) sqlite3_column_text (stmt, 0), since));
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  return tables;
}

static guint
write_table (sqlite3 *db,
             Table   *table,
             guint    n_before)
{
  guint n = table->values->len / (guint) table->n_columns;
  sqlite3_stmt *stmt;

  check (db, sqlite3_prepare_v3 (db, table->sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL));
  for (guint row = 0; row < n; row++)
    {
      if ((n_before + row) % TRANSACTION_ROWS == TRANSACTION_ROWS - 1)
        check (db, sqlite3_exec (db, "COMMIT; BEGIN IMMEDIATE", NULL, NULL, NULL));
      for (int i = 0; i < table->n_columns; i++)
        check (db, sqlite3_bind_value (stmt, i + 1, table->values->pdata[row * (guint) table->n_columns + (guint) i]));
      check (db, sqlite3_step (stmt));
      sqlite3_reset (stmt);
    }
  sqlite3_finalize (stmt);
  return n;
}

static double
cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

int
main (int    argc,
      char **argv)
{
  GPtrArray *tables;
  sqlite3 *db;
  gint64 begun;
  double cpu;
  guint n = 0;

  if (argc != 4)
    {
      fprintf (stderr, "usage: upsert-ceiling CACHE FROM SINCE\n");
      return 2;
    }
  tables = read_tables (argv[2], g_ascii_strtoll (argv[3], NULL, 10));
  db = open_database (argv[1]);
  begun = g_get_monotonic_time ();
  cpu = cpu_seconds ();
  check (db, sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
  for (guint i = 0; i < tables->len; i++)
    n += write_table (db, g_ptr_array_index (tables, i), n);
  check (db, sqlite3_exec (db, "COMMIT", NULL, NULL, NULL));
  printf ("{\"rows\":%u,\"seconds\":%.3f,\"cpu\":%.3f}\n", n, (double) (g_get_monotonic_time () - begun) / 1e6,
          cpu_seconds () - cpu);
  sqlite3_close (db);
  return 0;
}
