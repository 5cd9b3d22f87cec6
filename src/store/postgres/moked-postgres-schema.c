/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/moked-postgres-schema.h"

#include "base/moked-error.h"
#include "store/postgres/moked-postgres-backup.h"
#include "store/postgres/moked-postgres-session.h"

/* Whose database it is: this cluster, this history of it (another one begins with every recovery to a point in time,
 * and with every standby that takes over), this database. Data without it, or with another, is a copy. */
#define HOME \
  "(SELECT s.system_identifier || '/' || c.timeline_id || '/' || d.oid FROM pg_control_system () s, " \
  "pg_control_checkpoint () c, pg_database d WHERE d.datname = current_database ())"

/* Every table of a business's rows, whoever declared it. FORCE: the service owns its tables, and owners are let
 * through otherwise. A SELECT of its own is asked once a statement, and not for each row. */
static const char raise_walls[] =
    "DO $walls$ DECLARE wall regclass; BEGIN "
    "FOR wall IN SELECT c.oid::regclass FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
    "AND a.attname = 'business_id' AND NOT a.attisdropped WHERE c.relkind IN ('r', 'p') "
    "AND c.relnamespace = current_schema ()::regnamespace AND NOT c.relforcerowsecurity ORDER BY c.relname LOOP "
    "EXECUTE format ('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', wall); "
    "EXECUTE format ('ALTER TABLE %s FORCE ROW LEVEL SECURITY', wall); "
    "EXECUTE format ('CREATE POLICY business ON %s USING "
    "(business_id = (SELECT current_setting (''moked.business'', TRUE)) OR "
    "(SELECT current_setting (''moked.business'', TRUE)) = ''*'')', wall); END LOOP; END $walls$";

static gboolean
ask (MokedSession *session,
     const char   *sql,
     gboolean     *out_answer,
     GError      **error)
{
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "");

  if (cursor == NULL)
    return FALSE;
  *out_answer = moked_cursor_next (cursor, NULL) && moked_cursor_get_int (cursor, 0) != 0;
  return TRUE;
}

/* A superuser walks through every wall; another order of letters than the bytes' would sort pages in one way and
 * continue them in another. */
static gboolean
check_database (MokedSession *session,
                GError      **error)
{
  gboolean walled, plain;

  if (!ask (session, "SELECT NOT rolsuper AND NOT rolbypassrls FROM pg_roles WHERE rolname = current_user", &walled,
            error) ||
      !ask (session,
            "SELECT pg_encoding_to_char (encoding) = 'UTF8' AND coalesce (datlocale, datcollate) IN "
            "('C', 'POSIX', 'C.UTF-8', 'C.utf8') FROM pg_database WHERE datname = current_database ()",
            &plain, error))
    return FALSE;
  if (!walled)
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_REJECTED,
                 "The database's user is a superuser or has BYPASSRLS, so that no wall stands between businesses");
  else if (!plain)
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_REJECTED,
                 "The database must be made with ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0");
  return walled && plain;
}

static gboolean
is_copy (MokedSession *session,
         gboolean     *out_is_copy,
         GError      **error)
{
  g_auto (GStrv) columns = moked_session_list_columns (session, "store_home", error);
  gboolean at_home = FALSE;

  if (columns == NULL)
    return FALSE;
  if (columns[0] != NULL && !ask (session, "SELECT count(*) FROM store_home WHERE home = " HOME, &at_home, error))
    return FALSE;
  *out_is_copy = !at_home;
  return TRUE;
}

static gboolean
settle_in (MokedSession      *session,
           const MokedSchema *schema,
           gboolean           restored,
           GError           **error)
{
  return (!restored || moked_schema_tell_restored (schema, session, error)) &&
         moked_session_exec (session, error, "CREATE TABLE IF NOT EXISTS store_home (home TEXT NOT NULL)", "") &&
         moked_session_exec (session, error, "DELETE FROM store_home", "") &&
         moked_session_exec (session, error, "INSERT INTO store_home VALUES (" HOME ")", "");
}

static gboolean
back_up (MokedPostgresConnection *connection,
         const char              *copies,
         gint64                   now,
         GError                 **error)
{
  g_autofree char *path = g_strdup_printf ("%s.before-%" G_GINT64_FORMAT, copies, now);

  return moked_postgres_back_up (moked_postgres_connection_get_db (connection), path, error);
}

static gboolean
bring_up_to_date (MokedPostgresConnection *connection,
                  MokedSession            *session,
                  const MokedSchema       *schema,
                  const char              *copies,
                  GError                 **error)
{
  MokedSchemaState state;
  gboolean copy;

  if (!check_database (session, error) || !moked_schema_get_state (schema, session, &state, error) ||
      !is_copy (session, &copy, error))
    return FALSE;
  if (state == MOKED_SCHEMA_OLD && !back_up (connection, copies, moked_session_get_now (session), error))
    return FALSE;
  if (state != MOKED_SCHEMA_CURRENT &&
      !(moked_schema_migrate (schema, session, error) && moked_session_exec (session, error, raise_walls, "")))
    return FALSE;
  return !copy || settle_in (session, schema, state != MOKED_SCHEMA_EMPTY, error);
}

/**
 * moked_postgres_schema_prepare:
 * @connection: a connection
 * @schema: what the database must hold
 * @copies: where a copy is put before what there is is changed: a path that a suffix is added to
 * @now: the time
 * @error: also %MOKED_ERROR_REJECTED for a database that cannot hold an office as it is
 *
 * Brings the schema up to date in one transaction. Of several programs that start at once, one does.
 */
gboolean
moked_postgres_schema_prepare (MokedPostgresConnection *connection,
                               const MokedSchema       *schema,
                               const char              *copies,
                               gint64                   now,
                               GError                 **error)
{
  g_autoptr (MokedSession) session = moked_postgres_session_new (connection, TRUE);
  gboolean done, entered;

  if (!moked_postgres_connection_begin (connection, "BEGIN", error))
    return FALSE;
  moked_session_begin (session, NULL, now);
  done = moked_postgres_session_enter (MOKED_POSTGRES_SESSION (session), NULL, TRUE, &entered, error) &&
         bring_up_to_date (connection, session, schema, copies, error) &&
         moked_postgres_connection_run (connection, "COMMIT", error);
  if (!moked_postgres_connection_is_alive (connection))
    return FALSE;
  if (!done)
    moked_postgres_connection_run (connection, "ROLLBACK", NULL);
  moked_postgres_connection_forget (connection);
  return done;
}
