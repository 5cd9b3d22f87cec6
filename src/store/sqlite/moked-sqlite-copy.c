/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sqlite/moked-sqlite-copy.h"

#include <sqlite3.h>

#include "base/moked-error.h"
#include "store/sqlite/moked-sqlite-connection.h"

/* Files that lie still: copies that no store has open. */

/* SQLite asks about so often whether to go on. */
#define STEPS_BETWEEN_QUESTIONS 100000

static int
is_cancelled (void *data)
{
  return g_cancellable_is_cancelled (data);
}

static sqlite3 *
open_file (const char *path,
           int         flags,
           const char *options,
           GError    **error)
{
  g_autofree char *escaped = g_uri_escape_string (path, "/", FALSE);
  g_autofree char *uri = g_strconcat ("file:", escaped, options, NULL);
  sqlite3 *db = NULL;
  int code = sqlite3_open_v2 (uri, &db, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);

  if (code == SQLITE_OK)
    return db;
  moked_sqlite_set_error (error, db, code);
  sqlite3_close_v2 (db);
  return NULL;
}

static sqlite3_stmt *
first_row (sqlite3    *db,
           const char *sql,
           GError    **error)
{
  sqlite3_stmt *stmt = NULL;

  if (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step (stmt) == SQLITE_ROW)
    return stmt;
  moked_sqlite_set_error (error, db, sqlite3_errcode (db));
  sqlite3_finalize (stmt);
  return NULL;
}

static gboolean
is_whole (sqlite3 *db,
          GError **error)
{
  sqlite3_stmt *stmt = first_row (db, "PRAGMA integrity_check(1)", error);
  const char *said = stmt != NULL ? (const char *) sqlite3_column_text (stmt, 0) : NULL;
  gboolean whole = g_strcmp0 (said, "ok") == 0;

  if (stmt != NULL && !whole)
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_CORRUPT, "It is damaged: %s", said);
  sqlite3_finalize (stmt);
  return whole;
}

static gboolean
read_numbers (sqlite3    *db,
              const char *sql,
              gint64     *out_numbers,
              guint       n_numbers,
              GError    **error)
{
  sqlite3_stmt *stmt = first_row (db, sql, error);

  if (stmt == NULL)
    return FALSE;
  for (guint i = 0; i < n_numbers; i++)
    out_numbers[i] = sqlite3_column_int64 (stmt, (int) i);
  sqlite3_finalize (stmt);
  return TRUE;
}

/**
 * moked_sqlite_copy_check:
 * @path: a file that nobody writes
 * @sql: a question that is answered by one row of @n_numbers numbers
 * @cancellable: (nullable): ends a long check, from any thread
 * @error: %MOKED_ERROR_CORRUPT, %MOKED_ERROR_CANCELLED, %MOKED_ERROR_STORAGE, %MOKED_ERROR_INTERNAL when @sql
 *   does not fit the file
 *
 * Reads all of the file, and makes sure that every page, row and index of it is as SQLite wrote it. Blocks.
 */
gboolean
moked_sqlite_copy_check (const char    *path,
                         const char    *sql,
                         gint64        *out_numbers,
                         guint          n_numbers,
                         GCancellable  *cancellable,
                         GError       **error)
{
  sqlite3 *db = open_file (path, SQLITE_OPEN_READONLY, "?immutable=1", error);
  gboolean good;

  if (db == NULL)
    return FALSE;
  if (cancellable != NULL)
    sqlite3_progress_handler (db, STEPS_BETWEEN_QUESTIONS, is_cancelled, cancellable);
  good = is_whole (db, error) && read_numbers (db, sql, out_numbers, n_numbers, error);
  sqlite3_close_v2 (db);
  return good;
}

/**
 * moked_sqlite_copy_ask:
 * @path: a file that nobody writes, and that was checked
 * @sql: a question that is answered by one row of @n_numbers numbers
 * @error: as moked_sqlite_copy_check()
 */
gboolean
moked_sqlite_copy_ask (const char *path,
                       const char *sql,
                       gint64     *out_numbers,
                       guint       n_numbers,
                       GError    **error)
{
  sqlite3 *db = open_file (path, SQLITE_OPEN_READONLY, "?immutable=1", error);
  gboolean answered;

  if (db == NULL)
    return FALSE;
  answered = read_numbers (db, sql, out_numbers, n_numbers, error);
  sqlite3_close_v2 (db);
  return answered;
}

/**
 * moked_sqlite_copy_mark:
 * @path: a file that nobody has open
 *
 * Has the file say that it is a copy of another time, as one that a store made does.
 */
gboolean
moked_sqlite_copy_mark (const char  *path,
                        GError     **error)
{
  sqlite3 *db = open_file (path, SQLITE_OPEN_READWRITE, "", error);
  int code;

  if (db == NULL)
    return FALSE;
  code = sqlite3_exec (db, "PRAGMA user_version=" MOKED_SQLITE_IS_COPY, NULL, NULL, NULL);
  if (code != SQLITE_OK)
    moked_sqlite_set_error (error, db, code);
  sqlite3_close_v2 (db);
  return code == SQLITE_OK;
}
