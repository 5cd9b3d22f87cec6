/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jobs/moked-job-wake.h"

/* Whoever enqueues a job has a session and knows no queue. The queues of the process (one, outside tests)
 * are told that there may be work; a queue that finds none goes back to sleep. Main thread only. */

static GPtrArray *wakes;

void
moked_job_wake_add (MokedWake *wake)
{
  if (wakes == NULL)
    wakes = g_ptr_array_new ();
  g_ptr_array_add (wakes, wake);
}

void
moked_job_wake_remove (MokedWake *wake)
{
  g_ptr_array_remove_fast (wakes, wake);
  if (wakes->len == 0)
    g_clear_pointer (&wakes, g_ptr_array_unref);
}

void
moked_job_wake_all (void)
{
  for (guint i = 0; wakes != NULL && i < wakes->len; i++)
    moked_wake_up (g_ptr_array_index (wakes, i));
}
