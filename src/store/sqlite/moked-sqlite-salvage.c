/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sqlite/moked-sqlite-salvage.h"

#include <sqlite3.h>

/* Reads of a damaged file what can be read. A damaged page takes the rows on it, and a walk through the table ends
 * there; so the table is walked from both ends, and what lies between is tried one by one. */

#define MAX_TRIES 20000

typedef struct
{
  sqlite3   *db;
  char      *table;
  char      *columns; /* arguments of json_object() */
  GPtrArray *rows;
  gint64     first; /* met by the walk from the end */
  gint64     last;  /* met by the walk from the beginning */
} Salvage;

static sqlite3_stmt *
prepare (Salvage    *self,
         const char *condition)
{
  g_autofree char *sql = g_strdup_printf ("SELECT rowid, json_object (%s) FROM \"%s\" WHERE %s", self->columns,
                                          self->table, condition);
  sqlite3_stmt *stmt = NULL;

  return sqlite3_prepare_v2 (self->db, sql, -1, &stmt, NULL) == SQLITE_OK ? stmt : NULL;
}

static gboolean
step (Salvage      *self,
      sqlite3_stmt *stmt,
      gint64       *out_row)
{
  const char *json;

  if (sqlite3_step (stmt) != SQLITE_ROW)
    return FALSE;
  *out_row = sqlite3_column_int64 (stmt, 0);
  json = (const char *) sqlite3_column_text (stmt, 1);
  if (json != NULL)
    g_ptr_array_add (self->rows, g_strdup (json));
  return TRUE;
}

/* Returns whether it came to the end. */
static gboolean
walk (Salvage    *self,
      const char *condition,
      gint64     *at)
{
  sqlite3_stmt *stmt = prepare (self, condition);

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, self->last);
  while (step (self, stmt, at))
    ;
  return sqlite3_finalize (stmt) == SQLITE_OK;
}

static void
try_between (Salvage *self)
{
  sqlite3_stmt *stmt = prepare (self, "rowid = ?1");
  gint64 end = MIN (self->first, self->last + MAX_TRIES), found;

  for (gint64 row = self->last + 1; stmt != NULL && row < end; row++)
    {
      sqlite3_bind_int64 (stmt, 1, row);
      step (self, stmt, &found);
      sqlite3_reset (stmt);
    }
  sqlite3_finalize (stmt);
}

static char *
dup_columns (sqlite3    *db,
             const char *table)
{
  g_autoptr (GString) columns = g_string_new (NULL);
  sqlite3_stmt *stmt = NULL;

  if (sqlite3_prepare_v2 (db, "SELECT name FROM pragma_table_info (?1)", -1, &stmt, NULL) == SQLITE_OK)
    sqlite3_bind_text (stmt, 1, table, -1, SQLITE_STATIC);
  while (stmt != NULL && sqlite3_step (stmt) == SQLITE_ROW)
    {
      const char *name = (const char *) sqlite3_column_text (stmt, 0);

      g_string_append_printf (columns, "%s'%s', \"%s\"", columns->len > 0 ? ", " : "", name, name);
    }
  sqlite3_finalize (stmt);
  return columns->len > 0 ? g_string_free (g_steal_pointer (&columns), FALSE) : NULL;
}

static void
salvage (Salvage *self)
{
  self->first = G_MAXINT64;
  self->last = G_MININT64;
  if (walk (self, "rowid > ?1 ORDER BY rowid", &self->last) ||
      walk (self, "rowid > ?1 ORDER BY rowid DESC", &self->first))
    return;
  self->last = MAX (self->last, 0);
  try_between (self);
}

/**
 * moked_sqlite_salvage_rows:
 * @path: a file that nobody has open
 * @table: one of its tables
 *
 * Blocks. What it returns was in the file, and need not make sense: a database knows no checksums.
 *
 * Returns: (transfer full) (element-type utf8): the rows that can be read, in no order, each a JSON object of its
 *   columns
 */
GPtrArray *
moked_sqlite_salvage_rows (const char *path,
                           const char *table)
{
  Salvage self = { .table = (char *) table, .rows = g_ptr_array_new_with_free_func (g_free) };

  if (sqlite3_open_v2 (path, &self.db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
    {
      sqlite3_db_config (self.db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
      self.columns = dup_columns (self.db, table);
      if (self.columns != NULL)
        salvage (&self);
    }
  g_free (self.columns);
  sqlite3_close_v2 (self.db);
  return self.rows;
}
