/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "postgres-server.h"

#include <glib/gstdio.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A PostgreSQL of its own in a folder of its own, reached by a socket in it and by nobody else. It ends with the
 * program that started it, however that ends. */

#define PROGRAMS "/usr/lib/postgresql"
#define SAYS_READY "ready to accept connections"

struct _PostgresServer
{
  char *programs;
  char *folder;
  char *data;
  GPid  pid;
  int   messages;
};

static char *
find_programs (void)
{
  g_autoptr (GDir) dir = g_dir_open (PROGRAMS, 0, NULL);
  g_autofree char *newest = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (newest == NULL || atoi (name) > atoi (newest))
      g_set_str (&newest, name);
  return newest != NULL ? g_build_filename (PROGRAMS, newest, "bin", NULL) : NULL;
}

gboolean
postgres_server_is_installed (void)
{
  g_autofree char *programs = find_programs ();
  g_autofree char *server = programs != NULL ? g_build_filename (programs, "postgres", NULL) : NULL;

  return server != NULL && g_file_test (server, G_FILE_TEST_IS_EXECUTABLE);
}

/* PostgreSQL refuses to run as root. Between fork and exec: system calls alone. */
static void
become_server (gpointer data)
{
  struct passwd *user = data;

  if (user != NULL && (setgroups (0, NULL) != 0 || setgid (user->pw_gid) != 0 || setuid (user->pw_uid) != 0))
    _exit (126);
  prctl (PR_SET_PDEATHSIG, SIGQUIT);
}

static struct passwd *
get_user (void)
{
  struct passwd *user = getuid () == 0 ? getpwnam ("postgres") : NULL;

  g_assert_true (getuid () != 0 || user != NULL);
  return user;
}

static void
initialize (PostgresServer *self)
{
  g_autofree char *program = g_build_filename (self->programs, "initdb", NULL);
  char *arguments[] = { program, (char *) "--pgdata", self->data, (char *) "--auth=trust",
                        (char *) "--username=postgres", (char *) "--encoding=UTF8",
                        (char *) "--locale=C.UTF-8", (char *) "--no-sync", NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (self->folder, arguments, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, become_server, get_user (), NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

/* What the server says tells when it can be used; later messages are few and stay in the pipe. */
static void
wait_until_ready (PostgresServer *self)
{
  g_autoptr (GString) said = g_string_new (NULL);
  char buffer[512];
  gssize n;

  while (strstr (said->str, SAYS_READY) == NULL)
    {
      n = read (self->messages, buffer, sizeof buffer);
      if (n <= 0)
        g_error ("PostgreSQL does not start: %s", said->str);
      g_string_append_len (said, buffer, n);
    }
}

static void
launch (PostgresServer *self)
{
  g_autofree char *program = g_build_filename (self->programs, "postgres", NULL);
  char *arguments[] = { program, (char *) "-D", self->data, (char *) "-k", self->folder, (char *) "-c",
                        (char *) "listen_addresses=", (char *) "-c", (char *) "fsync=off", (char *) "-c",
                        (char *) "log_min_messages=log", (char *) "-c", (char *) "log_checkpoints=off", NULL };
  g_autoptr (GError) error = NULL;

  g_spawn_async_with_pipes (self->folder, arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, become_server, get_user (),
                            &self->pid, NULL, NULL, &self->messages, &error);
  g_assert_no_error (error);
  wait_until_ready (self);
}

static void
end (PostgresServer *self,
     int             signal_number)
{
  kill (self->pid, signal_number);
  waitpid (self->pid, NULL, 0);
  close (self->messages);
}

PostgresServer *
postgres_server_start (void)
{
  PostgresServer *self = g_new0 (PostgresServer, 1);

  self->programs = find_programs ();
  self->folder = g_dir_make_tmp ("moked-pg-XXXXXX", NULL);
  self->data = g_build_filename (self->folder, "data", NULL);
  if (get_user () != NULL)
    g_assert_cmpint (chown (self->folder, get_user ()->pw_uid, get_user ()->pw_gid), ==, 0);
  initialize (self);
  launch (self);
  postgres_server_run (self, "postgres", "CREATE ROLE moked LOGIN");
  return self;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
postgres_server_stop (PostgresServer *self)
{
  end (self, SIGQUIT);
  remove_tree (self->folder);
  g_spawn_close_pid (self->pid);
  g_free (self->programs);
  g_free (self->folder);
  g_free (self->data);
  g_free (self);
}

/* As after a crash: every connection is cut, whatever it was about. */
void
postgres_server_interrupt (PostgresServer *self)
{
  end (self, SIGQUIT);
}

void
postgres_server_resume (PostgresServer *self)
{
  launch (self);
}

/* As its administrator. */
void
postgres_server_run (PostgresServer *self,
                     const char     *database,
                     const char     *sql)
{
  g_autofree char *url = g_strdup_printf ("host=%s user=postgres dbname=%s", self->folder, database);
  PGconn *db = PQconnectdb (url);
  PGresult *result = PQexec (db, sql);

  if (PQresultStatus (result) != PGRES_COMMAND_OK && PQresultStatus (result) != PGRES_TUPLES_OK)
    g_error ("%s: %s", sql, PQerrorMessage (db));
  PQclear (result);
  PQfinish (db);
}

/* For the service: its user owns the database and is nobody else. */
void
postgres_server_create_database (PostgresServer *self,
                                 const char     *name)
{
  g_autofree char *sql = g_strdup_printf ("CREATE DATABASE %s OWNER moked TEMPLATE template0 LOCALE 'C.UTF-8'", name);

  postgres_server_run (self, "postgres", sql);
}

char *
postgres_server_dup_url (PostgresServer *self,
                         const char     *database)
{
  return g_strdup_printf ("postgresql:///%s?host=%s&user=moked", database, self->folder);
}

void
postgres_server_restore (const char *url,
                         const char *copy)
{
  g_autofree char *database = g_strconcat ("--dbname=", url, NULL);
  char *arguments[] = { (char *) "pg_restore", (char *) "--no-owner", (char *) "--exit-on-error", database,
                        (char *) copy, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}
