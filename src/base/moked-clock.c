/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-clock.h"

/**
 * MokedClock:
 *
 * Where the time comes from. Whatever depends on time takes a clock, so that a test drives hours in
 * no time and never sleeps. Reading a clock is safe from every thread.
 */

struct _MokedClock
{
  GObject parent_instance;

  gboolean fake;
  GMutex   mutex;
  gint64   now;     /* fake only: both the real and the monotonic time */
  GList   *waiters; /* fake only: Waiter, earliest deadline first */
};

G_DEFINE_FINAL_TYPE (MokedClock, moked_clock, G_TYPE_OBJECT)

typedef struct
{
  gint64      deadline;
  DexPromise *promise;
} Waiter;

static void
waiter_free (Waiter *waiter)
{
  dex_clear (&waiter->promise);
  g_free (waiter);
}

static int
waiter_compare (gconstpointer a, gconstpointer b)
{
  const Waiter *one = a, *two = b;

  /* Never 0, so that equal deadlines stay in the order they were asked for. */
  return one->deadline < two->deadline ? -1 : 1;
}

static void
moked_clock_finalize (GObject *object)
{
  MokedClock *self = MOKED_CLOCK (object);

  g_list_free_full (self->waiters, (GDestroyNotify) waiter_free);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (moked_clock_parent_class)->finalize (object);
}

static void
moked_clock_class_init (MokedClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_clock_finalize;
}

static void
moked_clock_init (MokedClock *self)
{
  g_mutex_init (&self->mutex);
}

/**
 * moked_clock_new_system:
 *
 * The clock of the machine.
 *
 * Returns: (transfer full): a new clock
 */
MokedClock *
moked_clock_new_system (void)
{
  return g_object_new (MOKED_TYPE_CLOCK, NULL);
}

/**
 * moked_clock_new_fake:
 * @start_us: the first time it shows, in microseconds UTC
 *
 * A clock that stands still until [method@Clock.advance] moves it.
 *
 * Returns: (transfer full): a new clock
 */
MokedClock *
moked_clock_new_fake (gint64 start_us)
{
  MokedClock *self = g_object_new (MOKED_TYPE_CLOCK, NULL);

  self->fake = TRUE;
  self->now = start_us;
  return self;
}

/**
 * moked_clock_is_fake:
 *
 * Returns: whether the clock is moved by hand
 */
gboolean
moked_clock_is_fake (MokedClock *self)
{
  g_return_val_if_fail (MOKED_IS_CLOCK (self), FALSE);

  return self->fake;
}

static gint64
fake_now (MokedClock *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->now;
}

/**
 * moked_clock_get_real:
 *
 * The time of day; it can jump when somebody sets the machine's clock.
 *
 * Returns: microseconds since 1970 in UTC
 */
gint64
moked_clock_get_real (MokedClock *self)
{
  g_return_val_if_fail (MOKED_IS_CLOCK (self), 0);

  return self->fake ? fake_now (self) : g_get_real_time ();
}

/**
 * moked_clock_get_monotonic:
 *
 * A time that never goes back, for measuring how long something took. Of a fake clock it is the same
 * as the real time.
 *
 * Returns: microseconds since some moment
 */
gint64
moked_clock_get_monotonic (MokedClock *self)
{
  g_return_val_if_fail (MOKED_IS_CLOCK (self), 0);

  return self->fake ? fake_now (self) : g_get_monotonic_time ();
}

static Waiter *
take_due_waiter (MokedClock *self, gint64 until)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Waiter *waiter = self->waiters != NULL ? self->waiters->data : NULL;

  if (waiter == NULL || waiter->deadline > until)
    {
      self->now = until;
      return NULL;
    }
  self->now = MAX (self->now, waiter->deadline);
  self->waiters = g_list_delete_link (self->waiters, self->waiters);
  return waiter;
}

/**
 * moked_clock_advance:
 * @usec: how far, in microseconds, not negative
 *
 * Moves a fake clock on. What waits is resolved in the order of the deadlines, each while the clock
 * shows its deadline. A fiber that waits goes on when the main loop runs next.
 */
void
moked_clock_advance (MokedClock *self, gint64 usec)
{
  gint64 until;
  Waiter *waiter;

  g_return_if_fail (MOKED_IS_CLOCK (self));
  g_return_if_fail (self->fake && usec >= 0);

  until = fake_now (self) + usec;
  while ((waiter = take_due_waiter (self, until)) != NULL)
    {
      dex_promise_resolve_boolean (waiter->promise, TRUE);
      waiter_free (waiter);
    }
}

static DexFuture *
resolve_true (DexFuture *future, gpointer user_data)
{
  return dex_future_new_true ();
}

static DexFuture *
fake_wait (MokedClock *self, gint64 usec)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->deadline = self->now + usec;
  waiter->promise = dex_promise_new ();
  self->waiters = g_list_insert_sorted (self->waiters, waiter, waiter_compare);
  return dex_ref (DEX_FUTURE (waiter->promise));
}

/**
 * moked_clock_wait:
 * @usec: how long, in microseconds; 0 or less resolves at once
 *
 * Waits without blocking. Dropping the future ends the wait.
 *
 * Returns: (transfer full): resolves to %TRUE when the time has passed
 */
DexFuture *
moked_clock_wait (MokedClock *self, gint64 usec)
{
  g_return_val_if_fail (MOKED_IS_CLOCK (self), NULL);

  if (usec <= 0)
    return dex_future_new_true ();
  if (self->fake)
    return fake_wait (self, usec);
  return dex_future_catch (dex_timeout_new_usec (usec), resolve_true, NULL, NULL);
}
