/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <signal.h>
#include <sys/prctl.h>

#include "app/moked-service-program.h"
#include "base/moked-error.h"

#define PROGRAM "moked-service"

static char *
find_beside_us (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;

  if (self == NULL)
    return NULL;
  folder = g_path_get_dirname (self);
  path = g_build_filename (folder, PROGRAM, NULL);
  return g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) ? g_steal_pointer (&path) : NULL;
}

/**
 * moked_service_program_dup_path:
 * @error: return location
 *
 * Looks beside the desktop's own program, then where programs are.
 *
 * Returns: (transfer full) (nullable) (type filename): the service's program; %NULL with
 *   %MOKED_ERROR_UNAVAILABLE when it is not installed
 */
char *
moked_service_program_dup_path (GError **error)
{
  char *path = find_beside_us ();

  if (path == NULL)
    path = g_find_program_in_path (PROGRAM);
  if (path == NULL)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_UNAVAILABLE, PROGRAM " is not installed");
  return path;
}

/* A service that nobody watches over would keep the data to itself. */
static void
end_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/**
 * moked_service_program_spawn:
 * @arguments: (array zero-terminated=1): after the program's name
 * @error: return location
 *
 * Starts the service's program with its standard output in a pipe. It ends with this process. Call it
 * on the main thread, whose end counts as the end of the process.
 *
 * Returns: (transfer full): the process
 */
GSubprocess *
moked_service_program_spawn (const char *const *arguments,
                             GError           **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_null_terminated (8, g_free, TRUE);
  char *program = moked_service_program_dup_path (error);

  if (program == NULL)
    return NULL;
  g_ptr_array_add (argv, program);
  for (; *arguments != NULL; arguments++)
    g_ptr_array_add (argv, g_strdup (*arguments));
  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  return g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, error);
}
