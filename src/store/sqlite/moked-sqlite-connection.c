/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sqlite/moked-sqlite-connection.h"

#include "base/moked-error.h"

#define MAX_CACHED_STATEMENTS 256
#define BUSY_TIMEOUT_MSEC 5000

/* SQLite writes the whole of it to a file at once when it becomes too small, and its system layer cuts the length of
 * a write to 17 bits: of 128 kB nothing is written, and “the disk is full”. */
#define SAVEPOINT_JOURNAL_BYTES (127 * 1024)

struct _MokedSqliteConnection
{
  sqlite3    *db;
  GHashTable *statements; /* text → MokedSqliteStatement */
  int         log_pages;  /* of the writer: in the log after its last commit */
  gboolean    damaged;    /* it met something in the file that is not as it must be */
};

#define CLIENT_DATA "moked-connection"

/* What each connection is told at once. The writer alone checkpoints, when it says so itself: SQLite's own choice is in
 * the midst of a commit, whose callers then wait for it. A reader could not write if it tried.
 * The writer's temporary storage is SQLite's own choice, 64 kB of memory and then a file: with temp_store=MEMORY the
 * journal of a savepoint is a linked list, walked to its end after every statement, and a first load takes ten
 * times as long. */
static const char writer_setup[] = "PRAGMA journal_mode=WAL;"
                                   "PRAGMA synchronous=FULL;"
                                   "PRAGMA journal_size_limit=67108864;"
                                   "PRAGMA trusted_schema=OFF;"
                                   /* Else REPLACE would pass by the triggers that keep the change log as it is. */
                                   "PRAGMA recursive_triggers=ON;"
                                   "PRAGMA cache_size=-8000;";
static const char reader_setup[] = "PRAGMA query_only=ON;"
                                   "PRAGMA wal_autocheckpoint=0;"
                                   "PRAGMA trusted_schema=OFF;"
                                   "PRAGMA cache_size=-4000;"
                                   "PRAGMA temp_store=MEMORY;";

/* While very much is written, pages that are changed again and again stay in memory. */
static const char bulk_setup[] = "PRAGMA cache_size=-64000;";
static const char bulk_end[] = "PRAGMA cache_size=-8000;";

static void
note_damage (sqlite3 *db)
{
  MokedSqliteConnection *self = db != NULL ? sqlite3_get_clientdata (db, CLIENT_DATA) : NULL;

  if (self != NULL)
    self->damaged = TRUE;
}

/**
 * moked_sqlite_set_error:
 * @error: where to
 * @db: (nullable): the connection that failed
 * @code: SQLite's result
 *
 * The one place where SQLite's results become the program's errors.
 */
void
moked_sqlite_set_error (GError **error,
                        sqlite3 *db,
                        int      code)
{
  MokedError ours = MOKED_ERROR_STORAGE;

  switch (code & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      ours = MOKED_ERROR_CORRUPT;
      note_damage (db);
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      ours = MOKED_ERROR_BUSY;
      break;
    case SQLITE_CONSTRAINT:
      ours = MOKED_ERROR_CONFLICT;
      break;
    case SQLITE_INTERRUPT:
      ours = MOKED_ERROR_CANCELLED;
      break;
    case SQLITE_TOOBIG:
      ours = MOKED_ERROR_TOO_LARGE;
      break;
    case SQLITE_ERROR:
    case SQLITE_MISMATCH:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      ours = MOKED_ERROR_INTERNAL; /* a wrong statement stays wrong, however often it is tried */
      break;
    default:
      break;
    }
  g_set_error (error, MOKED_ERROR, ours, "SQLite: %s", db != NULL ? sqlite3_errmsg (db) : sqlite3_errstr (code));
}

static void
free_statement (gpointer data)
{
  MokedSqliteStatement *statement = data;

  sqlite3_finalize (statement->stmt);
  g_free (statement->positions);
  g_free (statement);
}

/* SQLite's defaults suit statements that run alone. Ours run many to a transaction, each transaction's work in a
 * savepoint: there the first 20 pages of every small temporary table, allocated at once and given back to the system,
 * cost more than the statement, and 64 kB for the pages that a savepoint would restore are so few that most
 * transactions open a file for them. In one who is called too late both change nothing but speed. */
static void
configure_once (void)
{
  static gsize done;

  if (!g_once_init_enter (&done))
    return;
  sqlite3_config (SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
  sqlite3_config (SQLITE_CONFIG_STMTJRNL_SPILL, SAVEPOINT_JOURNAL_BYTES);
  g_once_init_leave (&done, 1);
}

static int
note_log_pages (void       *data,
                sqlite3    *db,
                const char *name,
                int         pages)
{
  MokedSqliteConnection *self = data;

  self->log_pages = pages;
  return SQLITE_OK;
}

MokedSqliteConnection *
moked_sqlite_connection_open (const char *path,
                              gboolean    writer,
                              GError    **error)
{
  g_autoptr (MokedSqliteConnection) self = g_new0 (MokedSqliteConnection, 1);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (writer ? SQLITE_OPEN_CREATE : 0);
  int code;

  configure_once ();
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_statement);
  code = sqlite3_open_v2 (path, &self->db, flags, NULL);
  if (code != SQLITE_OK)
    {
      moked_sqlite_set_error (error, self->db, code);
      return NULL;
    }
  sqlite3_set_clientdata (self->db, CLIENT_DATA, self, NULL);
  sqlite3_extended_result_codes (self->db, 1);
  sqlite3_busy_timeout (self->db, BUSY_TIMEOUT_MSEC);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
  if (!writer)
    sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (!moked_sqlite_connection_run (self, writer ? writer_setup : reader_setup, error))
    return NULL;
  if (writer)
    sqlite3_wal_hook (self->db, note_log_pages, self); /* in place of SQLite's own, which checkpoints */
  return g_steal_pointer (&self);
}

/**
 * moked_sqlite_connection_rest:
 * @self: a connection that nobody uses now
 *
 * Gives back the memory of its page cache. The system has the pages of the file still, so that coming back
 * costs little. Statements stay prepared.
 */
void
moked_sqlite_connection_rest (MokedSqliteConnection *self)
{
  sqlite3_db_release_memory (self->db);
}

void
moked_sqlite_connection_close (MokedSqliteConnection *self)
{
  g_clear_pointer (&self->statements, g_hash_table_unref);
  sqlite3_close_v2 (self->db);
  g_free (self);
}

sqlite3 *
moked_sqlite_connection_get_db (MokedSqliteConnection *self)
{
  return self->db;
}

/* SQLite numbers `$name` placeholders by their first use; ours are numbered by their name. */
static gboolean
map_placeholders (MokedSqliteStatement *statement,
                  GError              **error)
{
  int count = sqlite3_bind_parameter_count (statement->stmt);

  for (int i = 1; i <= count; i++)
    {
      const char *name = sqlite3_bind_parameter_name (statement->stmt, i);
      guint64 number = name != NULL && name[0] == '$' ? g_ascii_strtoull (name + 1, NULL, 10) : 0;

      if (number < 1 || number > 99)
        {
          g_set_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL, "Placeholder “%s” is not $1…$99", name);
          return FALSE;
        }
      if (number > statement->n_positions)
        {
          statement->positions = g_renew (int, statement->positions, number);
          for (guint n = statement->n_positions; n < number; n++)
            statement->positions[n] = 0;
          statement->n_positions = (guint) number;
        }
      statement->positions[number - 1] = i;
    }
  return TRUE;
}

static gboolean
is_blank (const char *text)
{
  while (g_ascii_isspace (*text) || *text == ';')
    text++;
  return *text == '\0';
}

static MokedSqliteStatement *
prepare_new (MokedSqliteConnection *self,
             const char            *sql,
             GError               **error)
{
  MokedSqliteStatement *statement = g_new0 (MokedSqliteStatement, 1);
  const char *tail = NULL;
  int code = sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement->stmt, &tail);

  if (code != SQLITE_OK)
    moked_sqlite_set_error (error, self->db, code);
  else if (statement->stmt == NULL)
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL, "Empty statement");
  /* SQLite compiles the first statement and says nothing of the others. */
  else if (!is_blank (tail))
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL, "More than one statement: %s", tail);
  else if (map_placeholders (statement, error))
    return statement;
  free_statement (statement);
  return NULL;
}

static gboolean
is_idle (gpointer key,
         gpointer value,
         gpointer user_data)
{
  MokedSqliteStatement *statement = value;

  return !statement->busy;
}

/**
 * moked_sqlite_connection_prepare:
 * @self: a connection
 * @sql: one statement
 *
 * Returns: (nullable): a statement to give back with [func@sqlite_connection_release]; a text seen before
 *   is not compiled again
 */
MokedSqliteStatement *
moked_sqlite_connection_prepare (MokedSqliteConnection *self,
                                 const char            *sql,
                                 GError               **error)
{
  MokedSqliteStatement *statement = g_hash_table_lookup (self->statements, sql);

  if (statement == NULL)
    {
      statement = prepare_new (self, sql, error);
      if (statement == NULL)
        return NULL;
      if (g_hash_table_size (self->statements) >= MAX_CACHED_STATEMENTS)
        g_hash_table_foreach_remove (self->statements, is_idle, NULL);
      statement->cached = TRUE;
      g_hash_table_insert (self->statements, g_strdup (sql), statement);
    }
  else if (statement->busy)
    {
      statement = prepare_new (self, sql, error);
      if (statement == NULL)
        return NULL;
    }
  statement->busy = TRUE;
  return statement;
}

void
moked_sqlite_connection_release (MokedSqliteConnection *self,
                                 MokedSqliteStatement  *statement)
{
  sqlite3_reset (statement->stmt);
  sqlite3_clear_bindings (statement->stmt);
  statement->busy = FALSE;
  if (!statement->cached)
    free_statement (statement);
}

gboolean
moked_sqlite_connection_run (MokedSqliteConnection *self,
                             const char            *sql,
                             GError               **error)
{
  int code = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  if (code != SQLITE_OK)
    moked_sqlite_set_error (error, self->db, code);
  return code == SQLITE_OK;
}

/**
 * moked_sqlite_connection_is_copy:
 *
 * Returns: whether the file is a backup that was put back, and was not opened by a store since
 */
gboolean
moked_sqlite_connection_is_copy (MokedSqliteConnection *self)
{
  sqlite3_stmt *stmt = NULL;
  gboolean is_copy = sqlite3_prepare_v2 (self->db, "PRAGMA user_version", -1, &stmt, NULL) == SQLITE_OK &&
                     sqlite3_step (stmt) == SQLITE_ROW && sqlite3_column_int (stmt, 0) != 0;

  sqlite3_finalize (stmt);
  return is_copy;
}

/**
 * moked_sqlite_connection_is_damaged:
 *
 * Returns: whether a statement failed because the file is damaged
 */
gboolean
moked_sqlite_connection_is_damaged (MokedSqliteConnection *self)
{
  return self->damaged;
}

/**
 * moked_sqlite_connection_checkpoint:
 * @self: the writer's connection, outside a transaction
 * @least: pages of the log below which it is not worth it
 *
 * Copies the log into the file, as far as readers allow; it takes two waits for the disk. When it fails the log stays
 * and grows, and the next commit's turn tries again.
 */
void
moked_sqlite_connection_checkpoint (MokedSqliteConnection *self,
                                    int                    least)
{
  if (self->log_pages < least)
    return;
  sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  self->log_pages = 0;
}

/**
 * moked_sqlite_connection_begin_bulk:
 * @self: the writer's connection
 *
 * Gives it the memory to write very much.
 */
void
moked_sqlite_connection_begin_bulk (MokedSqliteConnection *self)
{
  moked_sqlite_connection_run (self, bulk_setup, NULL);
}

/**
 * moked_sqlite_connection_end_bulk:
 * @self: the writer's connection
 *
 * Brings what was written into the file and gives the memory back.
 */
void
moked_sqlite_connection_end_bulk (MokedSqliteConnection *self)
{
  moked_sqlite_connection_run (self, bulk_end, NULL);
  moked_sqlite_connection_checkpoint (self, 1);
  sqlite3_db_release_memory (self->db);
}
