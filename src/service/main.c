/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <libdex.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/moked-error.h"
#include "base/moked-locale.h"
#include "base/moked-log.h"
#include "moked-config.h"
#include "service/moked-backup-command.h"
#include "service/moked-demo-desktop.h"
#include "service/moked-embedded.h"
#include "service/moked-inbox-command.h"
#include "service/moked-office-command.h"
#include "service/moked-office-files.h"
#include "service/moked-office-work.h"
#include "service/moked-service.h"
#include "service/moked-transfer-command.h"
#include "store/postgres/moked-postgres-url.h"

#define USUAL_CUSTOMERS 400
#define EMBEDDED_DEVICE "desktop"

/* Where a desktop's folder has its service's. */
#define DESKTOPS_SERVICE "service"

enum
{
  STATUS_GOOD = 0,
  STATUS_FAILED = 1,
  STATUS_USAGE = 2,
  STATUS_IN_USE = 3,
  STATUS_DAMAGED = 4,
};

typedef struct
{
  char      *data_dir;
  char      *database;
  char      *listen;
  char      *public_url;
  gboolean   embedded;
  gboolean   version;
  int        customers;
  int        messages;
  gboolean   cache;
  char      *name;
  char      *number;
  char      *phone;
  char      *user;
  char      *email;
  char      *device;
  char      *to;
  gboolean   replace;
  guint      bus_name;
  char     **command;
  GMainLoop *loop;
  int        status;
} Program;

static int
status_of (const GError *error)
{
  if (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_BUSY))
    return STATUS_IN_USE;
  return g_error_matches (error, MOKED_ERROR, MOKED_ERROR_INVALID) ? STATUS_USAGE : STATUS_FAILED;
}

static void
fail (Program      *program,
      const GError *error)
{
  g_printerr ("moked-service: %s\n", error->message);
  program->status = status_of (error);
  if (program->command == NULL && g_error_matches (error, MOKED_ERROR, MOKED_ERROR_CORRUPT))
    program->status = STATUS_DAMAGED;
}

static void
print_line (const char *json)
{
  printf ("%s\n", json);
  fflush (stdout);
}

static MokedService *
new_service (Program *program,
             GError **error)
{
  g_autofree char *given = program->data_dir != NULL ? g_strdup (program->data_dir) : moked_embedded_dup_data_dir ();
  g_autofree char *dir = g_build_filename (given, program->cache ? DESKTOPS_SERVICE : NULL, NULL);
  MokedServiceConfig *config = moked_service_config_new (dir, error);

  if (config == NULL)
    return NULL;
  moked_service_config_override (config, "server", "database", program->database);
  moked_service_config_override (config, "server", "listen", program->listen);
  moked_service_config_override (config, "server", "public-url", program->public_url);
  if (program->embedded && program->listen == NULL)
    moked_service_config_override (config, "server", "listen", "127.0.0.1:0");
  return moked_service_new (config, program->embedded);
}

/* The desktop of the same user gets a token of its own, new at each start. */
static char *
dup_embedded_token (Program      *program,
                    MokedService *service)
{
  g_autoptr (MokedNewOffice) office = NULL;

  if (!program->embedded)
    return NULL;
  office = moked_office_command_pair (service, EMBEDDED_DEVICE, NULL);
  return office != NULL ? g_steal_pointer (&office->token) : NULL;
}

static gboolean
on_signal (gpointer data)
{
  if (dex_future_is_pending (data))
    dex_promise_resolve_boolean (data, TRUE);
  return G_SOURCE_CONTINUE;
}

/* In a fiber. Whoever reads @line may tell it to end at once, so the signals are caught before. (libdex 0.10
 * leaks the futures that it makes of signals.) */
static void
print_and_wait (const char *line,
                DexPromise *told)
{
  guint term = g_unix_signal_add (SIGTERM, on_signal, told);
  guint interrupt = g_unix_signal_add (SIGINT, on_signal, told);

  if (line != NULL)
    print_line (line);
  dex_await (dex_ref (DEX_FUTURE (told)), NULL);
  g_source_remove (term);
  g_source_remove (interrupt);
}

/* @again: where it listens is known already. */
static gboolean
serve_until_told (Program      *program,
                  MokedService *service,
                  const char   *token,
                  gboolean      again,
                  GError      **error)
{
  g_autofree char *line = NULL;
  DexPromise *told;

  if (!moked_service_listen (service, error) || !moked_embedded_announce (service, token, error))
    return FALSE;
  /* The bus knows one service, that of the usual folder; another desktop's folder has no name there. */
  if (program->embedded && program->data_dir == NULL && program->bus_name == 0)
    program->bus_name = moked_embedded_own_name ();
  told = dex_promise_new ();
  moked_office_work_begin_service (service, told);
  line = g_strdup_printf ("{\"ready\":true,\"listen\":\"%s\"}", moked_service_get_url (service));
  print_and_wait (again ? NULL : line, told);
  dex_unref (told);
  return TRUE;
}

/* Another database takes the place of the office: this service ends, and another one begins where it listened. What is
 * wrong with the database was found before; should it fail all the same, the office is served as it was. */
static MokedService *
replace_office (Program      *program,
                MokedService *service,
                GError      **error)
{
  const MokedRestoreOrder *order = moked_office_work_get_order ();
  g_autoptr (GPtrArray) pairings = moked_service_list_pairings (service, NULL);
  g_autoptr (MokedService) next = NULL;
  g_autoptr (GError) failure = NULL;
  MokedBackupContent content;
  g_autofree char *kept = NULL;

  g_set_str (&program->listen, strstr (moked_service_get_url (service), "://") + strlen ("://"));
  moked_service_close (service);
  next = new_service (program, error);
  if (next == NULL)
    return NULL;
  if ((order->files == NULL || moked_office_files_take (next, order->files, &failure)) &&
      moked_service_restore (next, order->path, pairings, &content, &kept, &failure))
    moked_log (G_LOG_LEVEL_INFO, "service", "the office was replaced", "kept", kept, NULL);
  moked_service_close (next);
  moked_office_work_end_order (failure);
  return moked_service_open (next, error) ? g_steal_pointer (&next) : NULL;
}

static gboolean
serve (Program       *program,
       MokedService **service,
       GError       **error)
{
  g_autofree char *token = dup_embedded_token (program, *service);
  gboolean served = serve_until_told (program, *service, token, FALSE, error);

  while (served && moked_office_work_get_order () != NULL)
    {
      MokedService *next = replace_office (program, *service, error);

      served = next != NULL;
      if (!served)
        break;
      g_object_unref (*service);
      *service = next;
      served = serve_until_told (program, *service, token, TRUE, error);
    }
  moked_log (G_LOG_LEVEL_INFO, "service", "ending", NULL);
  if (program->bus_name != 0)
    g_bus_unown_name (program->bus_name);
  moked_embedded_withdraw (*service);
  return served;
}

static gboolean
make_office (Program      *program,
             MokedService *service,
             GError      **error)
{
  const MokedOfficeSetup setup = {
    program->name, program->number, program->phone, program->user, program->email,
    program->device != NULL ? program->device : "moked-service",
  };
  g_autoptr (MokedNewOffice) office = NULL;
  g_autofree char *json = NULL;
  const char *command = program->command[0];

  if (g_str_equal (command, "demo"))
    office = moked_office_command_demo (service, program->customers, program->messages, error);
  else if (g_str_equal (command, "pair"))
    office = moked_office_command_pair (service, setup.device_name, error);
  else
    office = moked_office_command_create (service, &setup, error);
  if (office == NULL ||
      (program->cache && !moked_demo_desktop_make (program->data_dir, service, office, error)))
    return FALSE;
  json = moked_new_office_dup_json (office);
  print_line (json);
  return TRUE;
}

static gboolean
is_command (Program    *program,
            const char *name)
{
  return program->command != NULL && g_strcmp0 (program->command[0], name) == 0;
}

static gboolean
work_on_inbox (Program      *program,
               MokedService *service,
               GError      **error)
{
  g_autofree char *text = moked_inbox_command_dup_run (service, (const char *const *) &program->command[1], error);

  if (text == NULL)
    return FALSE;
  if (*text != '\0')
    print_line (text);
  return TRUE;
}

static const char *const *
get_words (Program *program)
{
  return (const char *const *) program->command;
}

/* These open the database themselves, or do not. */
static gboolean
opens_itself (Program *program)
{
  return moked_backup_command_is (get_words (program)) || moked_transfer_command_is (get_words (program));
}

static gboolean
work_on_copies (Program      *program,
                MokedService *service,
                GError      **error)
{
  const char *const *words = get_words (program);
  g_autofree char *text = moked_backup_command_is (words)
                              ? moked_backup_command_dup_run (service, words, program->to, error)
                              : moked_transfer_command_dup_run (service, words, program->replace, error);

  if (text == NULL)
    return FALSE;
  if (*text != '\0')
    print_line (text);
  return TRUE;
}

static gboolean
work (Program       *program,
      MokedService **service,
      GError       **error)
{
  if (program->command == NULL)
    return serve (program, service, error);
  if (is_command (program, "inbox"))
    return work_on_inbox (program, *service, error);
  return make_office (program, *service, error);
}

static DexFuture *
main_fiber (gpointer data)
{
  Program *program = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MokedService) service = new_service (program, &error);

  if (service != NULL && opens_itself (program))
    {
      if (!work_on_copies (program, service, &error))
        fail (program, error);
      return dex_future_new_true ();
    }
  if (service == NULL || !moked_service_open (service, &error))
    {
      fail (program, error);
      return dex_future_new_true ();
    }
  if (!work (program, &service, &error))
    fail (program, error);
  moked_service_close (service);
  return dex_future_new_true ();
}

static DexFuture *
main_done (DexFuture *future,
           gpointer   data)
{
  Program *program = data;

  g_main_loop_quit (program->loop);
  return dex_future_new_true ();
}

static void
clear_program (Program *program)
{
  g_free (program->data_dir);
  g_free (program->database);
  g_free (program->listen);
  g_free (program->public_url);
  g_free (program->name);
  g_free (program->number);
  g_free (program->phone);
  g_free (program->user);
  g_free (program->email);
  g_free (program->device);
  g_free (program->to);
  g_strfreev (program->command);
}

static gboolean
is_utf8 (const char *text)
{
  return text == NULL || g_utf8_validate (text, -1, NULL);
}

/* Everybody on the machine can read the list of processes. */
static gboolean
check_database (Program *program,
                GError **error)
{
  gboolean has_password = FALSE;

  if (program->database == NULL || !moked_postgres_url_is (program->database))
    return TRUE;
  if (!moked_postgres_url_check (program->database, &has_password, error))
    return FALSE;
  if (!has_password)
    return TRUE;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID,
                       "A password on the command line can be read by everybody: put it into service.conf "
                       "([server] database-password), a systemd credential or PGPASSFILE");
  return FALSE;
}

static gboolean
check_command (Program *program,
               GError **error)
{
  static const char *const commands[] = { "demo", "create", "office", "pair", NULL };
  const char *command = program->command != NULL ? program->command[0] : NULL;

  if (program->data_dir == NULL && !program->embedded)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "--data-dir is needed");
  else if (program->cache && (program->data_dir == NULL || g_strcmp0 (command, "demo") != 0))
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "--cache belongs to demo, with --data-dir");
  else if (!check_database (program, error))
    return FALSE;
  else if (command == NULL)
    return TRUE;
  else if (moked_backup_command_is (get_words (program)))
    return moked_backup_command_check (get_words (program), program->to, error);
  else if (program->to != NULL)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "--to belongs to backup");
  else if (moked_transfer_command_is (get_words (program)))
    return moked_transfer_command_check (get_words (program), program->replace, error);
  else if (program->replace)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "--replace belongs to import");
  else if (is_command (program, "inbox"))
    return moked_inbox_command_check ((const char *const *) &program->command[1], error);
  else if (program->command[1] != NULL || !g_strv_contains (commands, command))
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID,
                 "“%s” is no command; there are demo, create, pair, inbox, backup, backups, restore, export, import and "
                 "migrate-to",
                 command);
  else if ((g_str_equal (command, "create") || g_str_equal (command, "office")) &&
           (program->name == NULL || program->user == NULL))
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "A new office needs --name and --user");
  else if (!is_utf8 (program->name) || !is_utf8 (program->user) || !is_utf8 (program->device))
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "Names must be UTF-8");
  else if (program->customers < 0 || program->messages < 0)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "--customers and --messages are numbers");
  else
    return TRUE;
  return FALSE;
}

static gboolean
parse (Program *program,
       int     *argc,
       char  ***argv,
       GError **error)
{
  /* Names are “filenames”: as texts they would have to be of the character set of a locale. */
  const GOptionEntry entries[] = {
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &program->data_dir, "Where the office's data is", "DIR" },
    { "database", 0, 0, G_OPTION_ARG_STRING, &program->database, "The database (DIR/moked.db), or postgresql://…",
      "PATH" },
    { "listen", 0, 0, G_OPTION_ARG_STRING, &program->listen, "Where to listen; port 0 takes a free one", "ADDR:PORT" },
    { "public-url", 0, 0, G_OPTION_ARG_STRING, &program->public_url, "The address that vendors call and sign", "URL" },
    { "embedded", 0, 0, G_OPTION_ARG_NONE, &program->embedded, "Serve this user's desktop (D-Bus activation)", NULL },
    { "customers", 0, 0, G_OPTION_ARG_INT, &program->customers, "demo: how many people", "N" },
    { "messages", 0, 0, G_OPTION_ARG_INT, &program->messages, "demo: how many messages", "N" },
    { "cache", 0, 0, G_OPTION_ARG_NONE, &program->cache, "demo: make DIR a desktop's folder, all loaded", NULL },
    { "name", 0, 0, G_OPTION_ARG_FILENAME, &program->name, "create: the office's name", "NAME" },
    { "number", 0, 0, G_OPTION_ARG_STRING, &program->number, "create: its business number", "9 DIGITS" },
    { "phone", 0, 0, G_OPTION_ARG_STRING, &program->phone, "create: its phone", "NUMBER" },
    { "user", 0, 0, G_OPTION_ARG_FILENAME, &program->user, "create: its first user", "NAME" },
    { "email", 0, 0, G_OPTION_ARG_STRING, &program->email, "create: the first user's address", "ADDRESS" },
    { "device", 0, 0, G_OPTION_ARG_FILENAME, &program->device, "create, pair: what the device is called", "NAME" },
    { "to", 0, 0, G_OPTION_ARG_FILENAME, &program->to, "backup: where a second copy goes", "FILE" },
    { "replace", 0, 0, G_OPTION_ARG_NONE, &program->replace, "import: in the place of the present office", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &program->version, "Print the version", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &program->command, NULL,
      "[demo|create|pair|inbox list|inbox retry|backup|backups|restore FILE|export FILE|import FILE|migrate-to URL]" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context,
                                "Receives webhooks, keeps the office's data, syncs the desktops and runs jobs.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    {
      (*error)->domain = MOKED_ERROR;
      (*error)->code = MOKED_ERROR_INVALID;
      return FALSE;
    }
  return program->version || check_command (program, error);
}

/* A connection is a descriptor; the soft limit is often 1024. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = MIN (limit.rlim_max, 65536);
  setrlimit (RLIMIT_NOFILE, &limit);
}

int
main (int    argc,
      char **argv)
{
  Program program = { .customers = USUAL_CUSTOMERS };
  g_autoptr (GError) error = NULL;

  umask (0077);
  moked_log_init ("moked-service");
  if (!parse (&program, &argc, &argv, &error))
    fail (&program, error);
  else if (program.version)
    print_line ("moked-service " MOKED_VERSION);
  else
    {
      raise_descriptor_limit ();
      moked_locale_load_hebrew ();
      dex_init ();
      program.loop = g_main_loop_new (NULL, FALSE);
      dex_future_disown (dex_future_finally (dex_scheduler_spawn (NULL, 0, main_fiber, &program, NULL), main_done,
                                             &program, NULL));
      g_main_loop_run (program.loop);
      g_main_loop_unref (program.loop);
    }
  clear_program (&program);
  return program.status;
}
