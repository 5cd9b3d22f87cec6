/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a process and all that it started take of the machine. */

#include "process-tree.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static pid_t
get_parent (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = NULL;
  const char *end_of_name;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  /* "PID (NAME) STATE PARENT …", and the name may have spaces and parentheses. */
  end_of_name = strrchr (text, ')');
  return end_of_name != NULL ? atoi (end_of_name + 4) : 0;
}

static gboolean
is_within (pid_t pid,
           pid_t top)
{
  while (pid > 1 && pid != top)
    pid = get_parent (pid);
  return pid == top;
}

static GArray *
list_processes (pid_t top)
{
  GArray *pids = g_array_new (FALSE, FALSE, sizeof (pid_t));
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while (proc != NULL && (name = g_dir_read_name (proc)) != NULL)
    {
      pid_t pid = atoi (name);

      if (pid > 0 && is_within (pid, top))
        g_array_append_val (pids, pid);
    }
  return pids;
}

static double
get_pss_mb (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", (int) pid);
  g_autofree char *text = NULL;
  const char *pss;

  /* A process that has ended in the meantime takes nothing. */
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  pss = strstr (text, "\nPss:");
  return pss != NULL ? atof (pss + strlen ("\nPss:")) / 1024 : 0;
}

/* The CPU time that the process has used so far. */
double
process_tree_get_cpu_ms (pid_t pid)
{
  struct timespec used;
  clockid_t clock;

  if (clock_getcpuclockid (pid, &clock) != 0 || clock_gettime (clock, &used) != 0)
    return 0;
  return (double) used.tv_sec * 1e3 + (double) used.tv_nsec / 1e6;
}

/* The memory of @top alone, and of @top and all that it started. */
void
process_tree_measure (pid_t   top,
                      guint  *n_processes,
                      double *own_pss_mb,
                      double *family_pss_mb)
{
  g_autoptr (GArray) pids = list_processes (top);

  *n_processes = pids->len;
  *own_pss_mb = get_pss_mb (top);
  *family_pss_mb = 0;
  for (guint i = 0; i < pids->len; i++)
    *family_pss_mb += get_pss_mb (g_array_index (pids, pid_t, i));
}
