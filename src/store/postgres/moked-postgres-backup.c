/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/moked-postgres-backup.h"

#include <glib/gstdio.h>

#include "base/moked-error.h"

/**
 * moked_postgres_dup_environment:
 * @db: a connection
 *
 * For PostgreSQL's own programs: by the environment and not by arguments, which everybody on the machine can read.
 *
 * Returns: (transfer full): with the server, the user and the password of @db
 */
GStrv
moked_postgres_dup_environment (PGconn *db)
{
  GStrv environment = g_get_environ ();
  PQconninfoOption *all = PQconninfo (db);

  for (PQconninfoOption *option = all; option != NULL && option->keyword != NULL; option++)
    if (option->envvar != NULL && option->val != NULL && *option->val != '\0')
      environment = g_environ_setenv (environment, option->envvar, option->val, TRUE);
  PQconninfoFree (all);
  /* Every business's rows are seen by it, as by the service; a table without this would be empty in the copy. */
  return g_environ_setenv (environment, "PGOPTIONS", "-c moked.business=*", TRUE);
}

static gboolean
run_pg_dump (PGconn     *db,
             const char *path,
             GError    **error)
{
  g_auto (GStrv) environment = moked_postgres_dup_environment (db);
  g_autofree char *file = g_strconcat ("--file=", path, NULL);
  char *arguments[] = { (char *) "pg_dump", (char *) "--format=custom", (char *) "--enable-row-security",
                        (char *) "--no-owner", (char *) "--no-privileges", (char *) "--exclude-table-data=store_home",
                        file, NULL };
  g_autofree char *complaint = NULL;
  g_autoptr (GError) local_error = NULL;
  int status;

  if (!g_spawn_sync (NULL, arguments, environment, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                     &complaint, &status, &local_error))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "A backup needs pg_dump: %s", local_error->message);
      return FALSE;
    }
  if (g_spawn_check_wait_status (status, NULL))
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "The backup failed: %s", g_strstrip (complaint));
  return FALSE;
}

/**
 * moked_postgres_back_up:
 * @db: an open connection to the database
 * @path: a file that does not exist yet
 * @error: %MOKED_ERROR_STORAGE, or %MOKED_ERROR_CONFLICT when there is such a file
 *
 * Writes a copy of one moment, in pg_dump's custom format; blocks meanwhile. A database that pg_restore makes of it is
 * known as a copy when it is opened.
 */
gboolean
moked_postgres_back_up (PGconn     *db,
                        const char *path,
                        GError    **error)
{
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT, "There is a file %s already", path);
      return FALSE;
    }
  if (run_pg_dump (db, path, error))
    return TRUE;
  g_unlink (path); /* half a copy must not look like one */
  return FALSE;
}
