/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

/* Runs a test's body as a fiber, and the main loop until the body returns. */
static inline void
test_fiber_run (DexFiberFunc body, gpointer data)
{
  DexFuture *future = dex_scheduler_spawn (NULL, 0, body, data, NULL);
  g_autoptr(GError) error = NULL;

  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, TRUE);
  dex_future_get_value (future, &error);
  g_assert_no_error (error);
  dex_unref (future);
}
