/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-wake.h"

/**
 * MokedWake:
 *
 * How a fiber that looks for work in a table sleeps: it resets the wake, looks, and waits when it found
 * nothing. A call to moked_wake_up() after the reset is never missed. For one thread.
 */
struct _MokedWake
{
  DexPromise *promise;
};

MokedWake *
moked_wake_new (void)
{
  MokedWake *self = g_new0 (MokedWake, 1);

  self->promise = dex_promise_new ();
  return self;
}

void
moked_wake_free (MokedWake *self)
{
  dex_clear (&self->promise);
  g_free (self);
}

/**
 * moked_wake_reset:
 *
 * To be called before looking for work.
 */
void
moked_wake_reset (MokedWake *self)
{
  if (dex_future_is_pending (DEX_FUTURE (self->promise)))
    return;
  dex_clear (&self->promise);
  self->promise = dex_promise_new ();
}

/**
 * moked_wake_up:
 *
 * There is work.
 */
void
moked_wake_up (MokedWake *self)
{
  if (dex_future_is_pending (DEX_FUTURE (self->promise)))
    dex_promise_resolve_boolean (self->promise, TRUE);
}

/**
 * moked_wake_wait:
 * @clock: measures the time
 * @usec: at most this long
 *
 * Waits, in a fiber, until somebody wakes it or the time is over.
 */
void
moked_wake_wait (MokedWake  *self,
                 MokedClock *clock,
                 gint64      usec)
{
  dex_await (dex_future_first (dex_ref (DEX_FUTURE (self->promise)), moked_clock_wait (clock, usec), NULL), NULL);
}
