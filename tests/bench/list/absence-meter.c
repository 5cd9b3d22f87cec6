/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "absence-meter.h"

#include <time.h>

/* How long the main thread does not come back at most: between two polls of the main loop nothing that a
 * person does can be answered. Wall time, and the thread's CPU time, which other programs do not lengthen. */

typedef struct
{
  double wall;
  double cpu;
} Absence;

static GPollFunc poll_function;
static Absence awake_since;
static Absence longest;

static Absence
read_clocks (void)
{
  struct timespec cpu;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &cpu);
  return (Absence) { (double) g_get_monotonic_time () / 1000, (double) cpu.tv_sec * 1e3 + (double) cpu.tv_nsec / 1e6 };
}

static int
metered_poll (GPollFD *fds,
              guint    n_fds,
              int      timeout)
{
  Absence now = read_clocks ();
  int result;

  longest.wall = MAX (longest.wall, now.wall - awake_since.wall);
  longest.cpu = MAX (longest.cpu, now.cpu - awake_since.cpu);
  result = poll_function (fds, n_fds, timeout);
  awake_since = read_clocks ();
  return result;
}

/* Meters the default main context; to be called by its thread. */
void
absence_meter_init (void)
{
  poll_function = g_main_context_get_poll_func (NULL);
  absence_meter_reset ();
  g_main_context_set_poll_func (NULL, metered_poll);
}

/* What the caller does from here to the next poll counts, too. */
void
absence_meter_reset (void)
{
  longest = (Absence) { 0 };
  awake_since = read_clocks ();
}

/* Milliseconds of the longest since the last reset. */
void
absence_meter_get_longest (double *out_wall,
                           double *out_cpu)
{
  *out_wall = longest.wall;
  *out_cpu = longest.cpu;
}
