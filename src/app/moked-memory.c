/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/moked-memory.h"

#include <malloc.h>

#define MAX_ARENAS      2
#define MMAP_THRESHOLD  (128 * 1024)
#define QUIET_MSEC      250

/**
 * moked_memory_init:
 *
 * Keeps the heap small. The threads of this program wait nearly always, so they need no arena each, and every
 * arena keeps what was once freed in it. A large block goes back to the system when it is freed, also after
 * many of them: the threshold stays where it is. To be called before there is a second thread.
 */
void
moked_memory_init (void)
{
  mallopt (M_ARENA_MAX, MAX_ARENAS);
  mallopt (M_MMAP_THRESHOLD, MMAP_THRESHOLD);
}

static gboolean
trim (gpointer user_data)
{
  guint *source = user_data;

  *source = 0;
  malloc_trim (0);
  return G_SOURCE_REMOVE;
}

/**
 * moked_memory_give_back:
 *
 * Work that took memory is done, such as the first page or a pull: what is free of the heap goes back to the
 * system as soon as nothing of the kind happened for a moment. To be called in the main thread.
 */
void
moked_memory_give_back (void)
{
  static guint source;

  if (source != 0)
    g_source_remove (source);
  source = g_timeout_add_full (G_PRIORITY_LOW, QUIET_MSEC, trim, &source, NULL);
}
