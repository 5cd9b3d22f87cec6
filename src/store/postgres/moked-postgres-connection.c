/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/moked-postgres-connection.h"

#include "base/moked-error.h"
#include "store/postgres/moked-postgres-error.h"

#define MAX_VALUES 64
#define MAX_PREPARED 256

/* OIDs of pg_type's first rows; they are part of the protocol and never change. */
#define OID_BYTEA 17
#define OID_INT8 20
#define OID_TEXT 25

/* A statement that hangs, and a program that hangs inside a transaction, must not hold an office's lock for ever. */
static const char options[] = "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s "
                              "-c client_min_messages=warning -c timezone=UTC";

typedef struct
{
  char  name[16];
  guint n_values;
} Prepared;

struct _MokedPostgresConnection
{
  char       *url;
  PGconn     *db;       /* (nullable): until it is opened */
  GHashTable *prepared; /* text → Prepared */
  guint       last_name;
  gboolean    lost;
};

/* What a statement's values become on their way to the server. */
typedef struct
{
  const char *texts[MAX_VALUES];
  int         lengths[MAX_VALUES];
  int         formats[MAX_VALUES];
  Oid         types[MAX_VALUES];
  char        numbers[MAX_VALUES][24];
  char       *copies[MAX_VALUES];
} Arguments;

/**
 * moked_postgres_connection_new:
 * @url: as libpq takes it
 *
 * Returns: (transfer full): a connection that is not open yet
 */
MokedPostgresConnection *
moked_postgres_connection_new (const char *url)
{
  MokedPostgresConnection *self = g_new0 (MokedPostgresConnection, 1);

  self->url = g_strdup (url);
  self->prepared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
moked_postgres_connection_free (MokedPostgresConnection *self)
{
  g_hash_table_unref (self->prepared);
  PQfinish (self->db);
  g_free (self->url);
  g_free (self);
}

PGconn *
moked_postgres_connection_get_db (MokedPostgresConnection *self)
{
  return self->db;
}

gboolean
moked_postgres_connection_is_alive (MokedPostgresConnection *self)
{
  return !self->lost && self->db != NULL && PQstatus (self->db) == CONNECTION_OK;
}

/* The next opening makes it anew, whatever libpq believes. */
void
moked_postgres_connection_give_up (MokedPostgresConnection *self)
{
  self->lost = TRUE;
}

static void
log_notice (void       *data,
            const char *message)
{
  g_debug ("PostgreSQL: %s", message);
}

/**
 * moked_postgres_connection_open:
 * @self: a connection
 * @error: %MOKED_ERROR_UNAVAILABLE, which is temporary
 *
 * Connects, or connects again after the server went away; does nothing when there is a connection.
 */
gboolean
moked_postgres_connection_open (MokedPostgresConnection *self,
                                GError                 **error)
{
  const char *keywords[] = { "dbname", "options", "client_encoding", "connect_timeout", "tcp_user_timeout",
                             "fallback_application_name", NULL };
  const char *values[] = { self->url, options, "UTF8", "5", "15000", "moked", NULL };

  if (moked_postgres_connection_is_alive (self))
    return TRUE;
  g_hash_table_remove_all (self->prepared);
  PQfinish (self->db);
  self->lost = FALSE;
  self->db = PQconnectdbParams (keywords, values, 1);
  if (PQstatus (self->db) != CONNECTION_OK)
    {
      moked_postgres_set_error (error, self->db, NULL);
      return FALSE;
    }
  PQsetNoticeProcessor (self->db, log_notice, NULL);
  return TRUE;
}

/**
 * moked_postgres_connection_begin:
 * @self: a connection
 * @sql: a `BEGIN`
 *
 * A connection that died while nobody used it says so now, before anything was done: it is made again.
 */
gboolean
moked_postgres_connection_begin (MokedPostgresConnection *self,
                                 const char              *sql,
                                 GError                 **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!moked_postgres_connection_open (self, error))
    return FALSE;
  if (moked_postgres_connection_run (self, sql, &local_error))
    return TRUE;
  if (!moked_postgres_connection_is_alive (self))
    return moked_postgres_connection_open (self, error) && moked_postgres_connection_run (self, sql, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
is_success (PGresult *result)
{
  ExecStatusType status = PQresultStatus (result);

  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static void
fail (MokedPostgresConnection *self,
      PGresult                *result,
      GError                 **error)
{
  self->lost = moked_postgres_is_lost (self->db, result);
  moked_postgres_set_error (error, self->db, result);
}

/* Takes @result: PGresult has no cleanup function of GLib's. */
static gboolean
check (MokedPostgresConnection *self,
       PGresult                *result,
       GError                 **error)
{
  gboolean done = is_success (result);

  if (!done)
    fail (self, result, error);
  PQclear (result);
  return done;
}

/**
 * moked_postgres_connection_run:
 *
 * Runs statements without values, such as those around a transaction.
 */
gboolean
moked_postgres_connection_run (MokedPostgresConnection *self,
                               const char              *sql,
                               GError                 **error)
{
  return check (self, PQexec (self->db, sql), error);
}

/* Some vendors send bytes that are no text. SQLite keeps them as they are and the reader makes a text of them; here
 * nothing else than a text is taken. */
static void
fill_text (Arguments        *arguments,
           guint             i,
           const MokedValue *value)
{
  if (!g_utf8_validate (value->text, value->length, NULL))
    arguments->copies[i] = g_utf8_make_valid (value->text, value->length);
  else if (value->length >= 0)
    arguments->copies[i] = g_strndup (value->text, (gsize) value->length);
  arguments->texts[i] = arguments->copies[i] != NULL ? arguments->copies[i] : value->text;
}

/* A text's type is left to the statement, as SQLite leaves it to the column; a number is one wherever it stands. */
static void
fill_argument (Arguments        *arguments,
               guint             i,
               const MokedValue *value)
{
  switch (value->kind)
    {
    case MOKED_VALUE_INT:
      g_snprintf (arguments->numbers[i], sizeof arguments->numbers[i], "%" G_GINT64_FORMAT, value->integer);
      arguments->texts[i] = arguments->numbers[i];
      arguments->types[i] = OID_INT8;
      break;
    case MOKED_VALUE_TEXT:
      fill_text (arguments, i, value);
      break;
    case MOKED_VALUE_BLOB:
      arguments->texts[i] = value->text;
      arguments->lengths[i] = (int) value->length;
      arguments->formats[i] = 1;
      arguments->types[i] = OID_BYTEA;
      break;
    case MOKED_VALUE_NULL:
    default:
      break;
    }
}

static gboolean
prepare_as (MokedPostgresConnection *self,
            const char              *name,
            const char              *sql,
            guint                    n_values,
            const Oid               *types,
            gboolean                *out_untyped,
            GError                 **error)
{
  PGresult *result;

  if (!moked_postgres_connection_run (self, "SAVEPOINT preparing", error))
    return FALSE;
  result = PQprepare (self->db, name, sql, (int) n_values, types);
  *out_untyped = g_strcmp0 (PQresultErrorField (result, PG_DIAG_SQLSTATE), "42P18") == 0;
  if (check (self, result, error))
    return moked_postgres_connection_run (self, "RELEASE SAVEPOINT preparing", error);
  if (moked_postgres_connection_is_alive (self))
    moked_postgres_connection_run (self, "ROLLBACK TO SAVEPOINT preparing; RELEASE SAVEPOINT preparing", NULL);
  return FALSE;
}

/* `$2 IS NULL` says nothing of a type; such a value is a text. */
static gboolean
prepare_typed (MokedPostgresConnection *self,
               const char              *name,
               const char              *sql,
               guint                    n_values,
               Arguments               *arguments,
               GError                 **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean untyped = FALSE;

  if (prepare_as (self, name, sql, n_values, arguments->types, &untyped, &local_error))
    return TRUE;
  if (!untyped)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  for (guint i = 0; i < n_values; i++)
    if (arguments->types[i] == 0)
      arguments->types[i] = OID_TEXT;
  return prepare_as (self, name, sql, n_values, arguments->types, &untyped, error);
}

static Prepared *
prepare_new (MokedPostgresConnection *self,
             const char              *sql,
             guint                    n_values,
             Arguments               *arguments,
             GError                 **error)
{
  g_autofree Prepared *prepared = g_new0 (Prepared, 1);
  PGresult *described;

  if (g_hash_table_size (self->prepared) >= MAX_PREPARED)
    moked_postgres_connection_forget (self);
  g_snprintf (prepared->name, sizeof prepared->name, "s%u", ++self->last_name);
  if (!prepare_typed (self, prepared->name, sql, n_values, arguments, error))
    return NULL;
  described = PQdescribePrepared (self->db, prepared->name);
  prepared->n_values = (guint) PQnparams (described);
  if (!check (self, described, error))
    return NULL;
  g_hash_table_insert (self->prepared, g_strdup (sql), prepared);
  return g_steal_pointer (&prepared);
}

/* More than one statement is refused by the server itself: a prepared one is one. */
static const Prepared *
prepare (MokedPostgresConnection *self,
         const char              *sql,
         guint                    n_values,
         Arguments               *arguments,
         GError                 **error)
{
  Prepared *prepared = g_hash_table_lookup (self->prepared, sql);

  if (prepared == NULL)
    prepared = prepare_new (self, sql, n_values, arguments, error);
  if (prepared == NULL || prepared->n_values <= n_values)
    return prepared;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL, "Statement wants %u values, got %u: %s", prepared->n_values,
               n_values, sql);
  return NULL;
}

/**
 * moked_postgres_connection_forget:
 *
 * Lets go of all prepared statements, which know the tables as they were.
 */
void
moked_postgres_connection_forget (MokedPostgresConnection *self)
{
  g_hash_table_remove_all (self->prepared);
  moked_postgres_connection_run (self, "DEALLOCATE ALL", NULL);
}

/* Around transactions: not prepared, because a transaction that failed still takes them, and nothing else. */
static gboolean
is_transaction_statement (const char *sql)
{
  return g_str_has_prefix (sql, "SAVEPOINT ") || g_str_has_prefix (sql, "RELEASE ") ||
         g_str_has_prefix (sql, "ROLLBACK ");
}

static PGresult *
execute_prepared (MokedPostgresConnection *self,
                  const char              *sql,
                  guint                    n_values,
                  Arguments               *arguments,
                  GError                 **error)
{
  const Prepared *prepared = prepare (self, sql, n_values, arguments, error);

  if (prepared == NULL)
    return NULL;
  return PQexecPrepared (self->db, prepared->name, (int) prepared->n_values, arguments->texts, arguments->lengths,
                         arguments->formats, 0);
}

/**
 * moked_postgres_connection_execute:
 * @self: a connection, inside a transaction
 * @sql: one statement with `$1`, `$2`… placeholders; a text seen before is not compiled again
 * @values: (array length=n_values): at most 64
 *
 * Returns: (transfer full) (nullable): what came of it, with all its rows; to be given to PQclear()
 */
PGresult *
moked_postgres_connection_execute (MokedPostgresConnection *self,
                                   const char              *sql,
                                   const MokedValue        *values,
                                   guint                    n_values,
                                   GError                 **error)
{
  g_autofree Arguments *arguments = g_new0 (Arguments, 1);
  g_autoptr (GError) local_error = NULL;
  PGresult *result;

  g_return_val_if_fail (n_values <= MAX_VALUES, NULL);

  for (guint i = 0; i < n_values; i++)
    fill_argument (arguments, i, &values[i]);
  if (is_transaction_statement (sql))
    result = PQexec (self->db, sql);
  else
    result = execute_prepared (self, sql, n_values, arguments, &local_error);
  for (guint i = 0; i < n_values; i++)
    g_free (arguments->copies[i]);
  if (result != NULL && is_success (result))
    return result;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    fail (self, result, error);
  PQclear (result);
  return NULL;
}
