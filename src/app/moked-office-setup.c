/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <yyjson.h>

#include "app/moked-office-setup.h"
#include "app/moked-service-program.h"
#include "base/moked-async.h"
#include "base/moked-error.h"
#include "sync/moked-http-transport.h"

/* Making an office is the service's own work: its program does it, and hands over the first token. */

/* What moked-service exits with when another one has the data folder. */
#define STATUS_IN_USE 3

typedef struct
{
  MokedDataDir *data_dir;
  GStrv         arguments;
} Setup;

static void
setup_free (Setup *setup)
{
  g_object_unref (setup->data_dir);
  g_strfreev (setup->arguments);
  g_free (setup);
}

typedef struct
{
  MokedDataDir *data_dir;
  char         *address;
  char         *token;
} Join;

static void
join_free (Join *join)
{
  g_object_unref (join->data_dir);
  g_free (join->address);
  g_free (join->token);
  g_free (join);
}

static GStrv
build_arguments (MokedDataDir             *data_dir,
                 const MokedOfficeDetails *details)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add_many (builder, details->name != NULL ? "office" : "demo", "--data-dir",
                           moked_data_dir_get_service_path (data_dir), NULL);
  if (details->name != NULL)
    g_strv_builder_add_many (builder, "--name", details->name, "--user", details->user, NULL);
  if (details->number != NULL)
    g_strv_builder_add_many (builder, "--number", details->number, NULL);
  return g_strv_builder_end (builder);
}

/* The last line that carries a token counts. */
static void
take_token (const char *line,
            char      **token)
{
  yyjson_doc *doc = yyjson_read (line, strlen (line), 0);
  const char *text = yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "token"));

  if (text != NULL)
    g_set_str (token, text);
  yyjson_doc_free (doc);
}

static char *
read_token (GSubprocess *process)
{
  g_autoptr (GDataInputStream) output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  char *token = NULL;
  char *line;

  while ((line = dex_await_string (moked_async_read_line (output), NULL)) != NULL)
    {
      take_token (line, &token);
      g_free (line);
    }
  return token;
}

static MokedError
get_code (GSubprocess *process)
{
  return g_subprocess_get_if_exited (process) && g_subprocess_get_exit_status (process) == STATUS_IN_USE
             ? MOKED_ERROR_BUSY
             : MOKED_ERROR_INTERNAL;
}

static DexFuture *
setup_fiber (gpointer user_data)
{
  Setup *setup = user_data;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *token = NULL;

  if (!moked_data_dir_create (setup->data_dir, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  process = moked_service_program_spawn ((const char *const *) setup->arguments, &error);
  if (process == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  token = read_token (process);
  if (!dex_await (dex_subprocess_wait_check (process), &error))
    return dex_future_new_reject (MOKED_ERROR, get_code (process), "%s", error->message);
  if (token == NULL)
    return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_FORMAT, "The service gave no token");
  if (!moked_data_dir_save_token (setup->data_dir, token, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_true ();
}

/**
 * moked_office_setup_run:
 * @data_dir: where the office comes to be
 * @details: of the office
 *
 * Makes a new office on this computer and pairs this desktop with it. The service must not run yet.
 *
 * Returns: (transfer full): resolves to %TRUE when there is an office and a token
 */
DexFuture *
moked_office_setup_run (MokedDataDir             *data_dir,
                        const MokedOfficeDetails *details)
{
  Setup *setup;

  g_return_val_if_fail (MOKED_IS_DATA_DIR (data_dir), NULL);
  g_return_val_if_fail (details != NULL, NULL);

  setup = g_new (Setup, 1);
  *setup = (Setup) { g_object_ref (data_dir), build_arguments (data_dir, details) };
  return dex_scheduler_spawn (NULL, 0, setup_fiber, setup, (GDestroyNotify) setup_free);
}

static DexFuture *
join_fiber (gpointer user_data)
{
  Join *join = user_data;
  g_autoptr (MokedHttpTransport) transport = moked_http_transport_new (join->address, join->token);
  g_autoptr (GError) error = NULL;

  if (!dex_await (moked_sync_transport_get (MOKED_SYNC_TRANSPORT (transport), "/api/sync/state"), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (!moked_data_dir_create (join->data_dir, &error) ||
      !moked_data_dir_save_token (join->data_dir, join->token, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_true ();
}

/**
 * moked_office_setup_join:
 * @data_dir: where this desktop will keep its copy
 * @address: of the office's service
 * @token: that this computer was paired with there
 *
 * Tries the token, and keeps it when the service knows it.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
moked_office_setup_join (MokedDataDir *data_dir,
                         const char   *address,
                         const char   *token)
{
  Join *join;

  g_return_val_if_fail (MOKED_IS_DATA_DIR (data_dir), NULL);
  g_return_val_if_fail (address != NULL && token != NULL, NULL);

  join = g_new (Join, 1);
  *join = (Join) { g_object_ref (data_dir), g_strdup (address), g_strdup (token) };
  return dex_scheduler_spawn (NULL, 0, join_fiber, join, (GDestroyNotify) join_free);
}
