/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/moked-postgres-restore.h"

#include <libpq-fe.h>
#include <unistd.h>

#include "base/moked-error.h"
#include "store/postgres/moked-postgres-backup.h"
#include "store/postgres/moked-postgres-error.h"

/* A copy is made whole in a database of its own beside the office's, which needs the right to make databases. To check
 * the copy, that is all; to put it back, the two change their names in one step. */

/* Where one is to connect to make another database. */
#define MAINTENANCE "postgres"

typedef struct
{
  PGconn *server;
  char   *office;
  char   *beside;
} Restore;

static void
clear_restore (Restore *self)
{
  PQfinish (self->server);
  g_free (self->office);
  g_free (self->beside);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Restore, clear_restore)

static PGconn *
connect_to (const char *url,
            const char *database)
{
  const char *keywords[] = { "dbname", "dbname", "connect_timeout", "fallback_application_name", NULL };
  const char *values[] = { url, database, "5", "moked", NULL };

  return PQconnectdbParams (keywords, values, 1);
}

static char *
dup_name (const char *url)
{
  PQconninfoOption *options = PQconninfoParse (url, NULL);
  const char *name = NULL, *user = NULL;
  char *found;

  for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
    if (g_str_equal (option->keyword, "dbname"))
      name = option->val;
    else if (g_str_equal (option->keyword, "user"))
      user = option->val;
  found = g_strdup (name != NULL ? name : user);
  PQconninfoFree (options);
  return found;
}

static gboolean
run (PGconn     *db,
     const char *sql,
     GError    **error)
{
  PGresult *result = PQexec (db, sql);
  gboolean done = PQresultStatus (result) == PGRES_COMMAND_OK || PQresultStatus (result) == PGRES_TUPLES_OK;

  if (!done)
    moked_postgres_set_error (error, db, result);
  PQclear (result);
  return done;
}

static gboolean
run_format (PGconn     *db,
            GError    **error,
            const char *format,
            ...) G_GNUC_PRINTF (3, 4);

static gboolean
run_format (PGconn     *db,
            GError    **error,
            const char *format,
            ...)
{
  g_autofree char *sql = NULL;
  va_list args;

  va_start (args, format);
  sql = g_strdup_vprintf (format, args);
  va_end (args);
  return run (db, sql, error);
}

static gboolean
begin (Restore    *self,
       const char *url,
       const char *purpose,
       GError    **error)
{
  self->server = connect_to (url, MAINTENANCE);
  self->office = dup_name (url);
  if (PQstatus (self->server) != CONNECTION_OK)
    {
      moked_postgres_set_error (error, self->server, NULL);
      return FALSE;
    }
  self->beside = g_strdup_printf ("%s_%s_%d", self->office, purpose, (int) getpid ());
  return run_format (self->server, error, "DROP DATABASE IF EXISTS \"%s\"", self->beside);
}

static gboolean
may_create (Restore *self)
{
  PGresult *result = PQexec (self->server, "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user");
  gboolean may = PQntuples (result) == 1 && PQgetvalue (result, 0, 0)[0] == 't';

  PQclear (result);
  return may;
}

static void
drop (Restore *self)
{
  run_format (self->server, NULL, "DROP DATABASE IF EXISTS \"%s\"", self->beside);
}

static gboolean
spawn (Restore    *self,
       const char *target,
       const char *path,
       GError    **error)
{
  g_auto (GStrv) environment = moked_postgres_dup_environment (self->server);
  char *arguments[] = { (char *) "pg_restore", (char *) "--no-owner", (char *) "--no-privileges",
                        (char *) "--exit-on-error", (char *) target, (char *) path, NULL };
  g_autofree char *complaint = NULL;
  g_autoptr (GError) local_error = NULL;
  int status;

  if (!g_spawn_sync (NULL, arguments, environment, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                     &complaint, &status, &local_error))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "A copy is read by pg_restore: %s", local_error->message);
      return FALSE;
    }
  if (g_spawn_check_wait_status (status, NULL))
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_CORRUPT, "The copy cannot be read: %s", g_strstrip (complaint));
  return FALSE;
}

static gboolean
ask (Restore    *self,
     const char *url,
     const char *question,
     gint64     *out_numbers,
     guint       n_numbers,
     GError    **error)
{
  PGconn *db = connect_to (url, self->beside);
  gboolean done = run (db, "SET moked.business = '*'", error);
  PGresult *result = done ? PQexec (db, question) : NULL;

  if (done && PQntuples (result) == 1 && (guint) PQnfields (result) >= n_numbers)
    for (guint i = 0; i < n_numbers; i++)
      out_numbers[i] = g_ascii_strtoll (PQgetvalue (result, 0, (int) i), NULL, 10);
  else if (done)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CORRUPT, "It is no database of a moked-service");
      done = FALSE;
    }
  PQclear (result);
  PQfinish (db);
  return done;
}

static gboolean
fill (Restore    *self,
      const char *url,
      const char *path,
      const char *question,
      gint64     *out_numbers,
      guint       n_numbers,
      GError    **error)
{
  g_autofree char *target = g_strconcat ("--dbname=", self->beside, NULL);

  return run_format (self->server, error, "CREATE DATABASE \"%s\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'",
                     self->beside) &&
         spawn (self, target, path, error) && ask (self, url, question, out_numbers, n_numbers, error);
}

/**
 * moked_postgres_restore_check:
 * @url: the office's database, on whose server the copy is tried
 * @path: a copy by moked_postgres_back_up()
 * @question: one row of numbers, asked of what the copy makes
 * @out_numbers: (array length=n_numbers): stay as they are where the role may not make databases; the copy is read to
 *   its end then, and nothing more is known of it
 * @error: %MOKED_ERROR_CORRUPT, or the server's
 *
 * Makes a database of the copy, and removes it again. Blocks.
 */
gboolean
moked_postgres_restore_check (const char *url,
                              const char *path,
                              const char *question,
                              gint64     *out_numbers,
                              guint       n_numbers,
                              GError    **error)
{
  g_auto (Restore) self = { NULL };
  gboolean done;

  if (!begin (&self, url, "check", error))
    return FALSE;
  if (!may_create (&self))
    return spawn (&self, "--file=/dev/null", path, error);
  done = fill (&self, url, path, question, out_numbers, n_numbers, error);
  drop (&self);
  return done;
}

static gboolean
change_names (Restore    *self,
              const char *kept,
              GError    **error)
{
  if (run (self->server, "BEGIN", error) &&
      run_format (self->server, error, "ALTER DATABASE \"%s\" RENAME TO \"%s\"", self->office, kept) &&
      run_format (self->server, error, "ALTER DATABASE \"%s\" RENAME TO \"%s\"", self->beside, self->office) &&
      run (self->server, "COMMIT", error))
    return TRUE;
  run (self->server, "ROLLBACK", NULL);
  return FALSE;
}

/**
 * moked_postgres_restore_replace:
 * @out_kept: (out): what the former database is called now
 * @error: %MOKED_ERROR_BUSY while somebody has it open; moked_postgres_restore_check()'s; nothing has happened then
 *
 * Puts a database that is made of the copy in the place of the office's. It is known as a copy when it is opened.
 * Blocks.
 */
gboolean
moked_postgres_restore_replace (const char *url,
                                const char *path,
                                const char *question,
                                gint64     *out_numbers,
                                guint       n_numbers,
                                char      **out_kept,
                                GError    **error)
{
  g_auto (Restore) self = { NULL };
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y%m%dT%H%M%SZ");
  g_autofree char *kept = NULL;

  if (!begin (&self, url, "restoring", error))
    return FALSE;
  kept = g_strdup_printf ("%s_replaced_%s", self.office, time);
  if (fill (&self, url, path, question, out_numbers, n_numbers, error) && change_names (&self, kept, error))
    {
      *out_kept = g_steal_pointer (&kept);
      return TRUE;
    }
  drop (&self);
  return FALSE;
}
