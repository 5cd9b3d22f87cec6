/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/moked-postgres-session.h"

#include "base/moked-error.h"
#include "store/postgres/moked-postgres-cursor.h"

/* The wall between businesses is built twice. The statement's `$1` is the first; `moked.business`, which the policies
 * of all tables compare with each row, is the second, and a connection that says nothing of it sees no row at all. `*`
 * is the service itself, in sessions without a business.
 *
 * Who writes holds the business's lock until the commit, across all programs on the database: reading a record and
 * writing it back is one step then, as with SQLite's one writer. */

#define EVERY_BUSINESS "*"

struct _MokedPostgresSession
{
  MokedSession             parent_instance;
  MokedPostgresConnection *connection;
  MokedPostgresStatistics *growth; /* (nullable): borrowed */
  gboolean                 writes;
  char                    *entered; /* (nullable): what the connection was told last */
  GError                  *failure; /* (nullable): why the transaction can only be given up */
  gint64                   n_changes;
};

G_DEFINE_FINAL_TYPE (MokedPostgresSession, moked_postgres_session, MOKED_TYPE_SESSION)

static PGresult *
ask_to_enter (MokedPostgresSession *self,
              const char           *business,
              gboolean              wait,
              GError              **error)
{
  const char *sql;
  MokedValue value = { MOKED_VALUE_TEXT, 0, business, -1 };

  if (!self->writes)
    sql = "SELECT set_config ('moked.business', $1, TRUE), TRUE";
  else if (wait)
    sql = "SELECT set_config ('moked.business', $1, TRUE), pg_advisory_xact_lock (hashtextextended ($1, 0)) IS NOT NULL";
  else
    sql = "SELECT set_config ('moked.business', $1, TRUE), pg_try_advisory_xact_lock (hashtextextended ($1, 0))";
  return moked_postgres_connection_execute (self->connection, sql, &value, 1, error);
}

/**
 * moked_postgres_session_enter:
 * @self: a session, inside a transaction
 * @business: (nullable): whose rows are to be seen
 * @wait: whether to wait for whoever writes them now; a transaction that holds one business waits for no other, so
 *   that no two wait for each other
 * @out_entered: whether the lock was to be had
 */
gboolean
moked_postgres_session_enter (MokedPostgresSession *self,
                              const char           *business,
                              gboolean              wait,
                              gboolean             *out_entered,
                              GError              **error)
{
  const char *told = business != NULL ? business : EVERY_BUSINESS;
  PGresult *result = ask_to_enter (self, told, wait, error);

  if (result == NULL)
    return FALSE;
  *out_entered = PQgetvalue (result, 0, 1)[0] == 't';
  PQclear (result);
  g_set_str (&self->entered, told);
  g_clear_error (&self->failure);
  return TRUE;
}

/**
 * moked_postgres_session_get_failure:
 *
 * Returns: (nullable): what made the transaction one that can only be given up
 */
const GError *
moked_postgres_session_get_failure (MokedPostgresSession *self)
{
  if (moked_postgres_connection_is_alive (self->connection) &&
      PQtransactionStatus (moked_postgres_connection_get_db (self->connection)) == PQTRANS_INTRANS)
    return NULL;
  if (self->failure == NULL)
    g_set_error (&self->failure, MOKED_ERROR, MOKED_ERROR_STORAGE, "The database gave the transaction up");
  return self->failure;
}

/**
 * moked_postgres_session_count_growth:
 * @growth: counts what the session's statements put into tables, as long as the session is there
 */
void
moked_postgres_session_count_growth (MokedPostgresSession    *self,
                                     MokedPostgresStatistics *growth)
{
  self->growth = growth;
}

/* A session may learn its business while it runs, and a savepoint that is rolled back takes what was told with it. */
static gboolean
tell_business (MokedPostgresSession *self,
               GError              **error)
{
  const char *business = moked_session_get_business (MOKED_SESSION (self));
  gboolean entered;

  if (g_strcmp0 (self->entered, business != NULL ? business : EVERY_BUSINESS) == 0)
    return TRUE;
  return moked_postgres_session_enter (self, business, TRUE, &entered, error);
}

static void
note (MokedPostgresSession *self,
      const char           *sql,
      PGresult             *result)
{
  const char *command = PQcmdStatus (result);

  if (g_str_has_prefix (command, "INSERT") || g_str_has_prefix (command, "UPDATE") ||
      g_str_has_prefix (command, "DELETE"))
    {
      self->n_changes = g_ascii_strtoll (PQcmdTuples (result), NULL, 10);
      if (self->growth != NULL)
        moked_postgres_statistics_note (self->growth, sql, self->n_changes);
    }
  else if (g_str_has_prefix (sql, "ROLLBACK TO "))
    {
      g_clear_pointer (&self->entered, g_free);
      g_clear_error (&self->failure);
    }
}

static MokedCursor *
moked_postgres_session_query (MokedSession     *session,
                              const char       *sql,
                              const MokedValue *values,
                              guint             n_values,
                              GError          **error)
{
  MokedPostgresSession *self = MOKED_POSTGRES_SESSION (session);
  g_autoptr (GError) local_error = NULL;
  PGresult *result = NULL;
  gboolean ends = g_str_has_prefix (sql, "ROLLBACK TO ");

  if (ends || tell_business (self, &local_error))
    result = moked_postgres_connection_execute (self->connection, sql, values, n_values, &local_error);
  if (result != NULL)
    {
      note (self, sql, result);
      return moked_postgres_cursor_new (result);
    }
  if (self->failure == NULL)
    self->failure = g_error_copy (local_error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

static gint64
moked_postgres_session_get_changes (MokedSession *session)
{
  return MOKED_POSTGRES_SESSION (session)->n_changes;
}

static GStrv
moked_postgres_session_list_columns (MokedSession *session,
                                     const char   *table,
                                     GError      **error)
{
  g_autoptr (GStrvBuilder) columns = g_strv_builder_new ();
  MokedValue value = { MOKED_VALUE_TEXT, 0, table, -1 };
  g_autoptr (MokedCursor) cursor =
      moked_postgres_session_query (session,
                                    "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass ($1) AND attnum > 0 "
                                    "AND NOT attisdropped ORDER BY attnum",
                                    &value, 1, error);

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, NULL))
    g_strv_builder_add (columns, moked_cursor_get_text (cursor, 0));
  return g_strv_builder_end (columns);
}

static void
moked_postgres_session_finalize (GObject *object)
{
  MokedPostgresSession *self = MOKED_POSTGRES_SESSION (object);

  g_clear_pointer (&self->entered, g_free);
  g_clear_error (&self->failure);
  G_OBJECT_CLASS (moked_postgres_session_parent_class)->finalize (object);
}

static void
moked_postgres_session_class_init (MokedPostgresSessionClass *klass)
{
  MokedSessionClass *session_class = MOKED_SESSION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = moked_postgres_session_finalize;
  session_class->dialect = MOKED_DIALECT_POSTGRES;
  session_class->query = moked_postgres_session_query;
  session_class->get_changes = moked_postgres_session_get_changes;
  session_class->list_columns = moked_postgres_session_list_columns;
}

static void
moked_postgres_session_init (MokedPostgresSession *self)
{
}

/**
 * moked_postgres_session_new:
 * @connection: borrowed
 * @writes: whether its transactions write, and so hold the locks of their businesses
 */
MokedSession *
moked_postgres_session_new (MokedPostgresConnection *connection,
                            gboolean                 writes)
{
  MokedPostgresSession *self = g_object_new (MOKED_TYPE_POSTGRES_SESSION, NULL);

  self->connection = connection;
  self->writes = writes;
  return MOKED_SESSION (self);
}
