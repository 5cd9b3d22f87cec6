/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-tombstone-keeper.h"

#include "base/moked-error.h"
#include "base/moked-log.h"
#include "base/moked-wake.h"
#include "sync/moked-tombstone.h"

/* Lets old tombstones go, of one business after the other, a step at a time and behind everything else. */

#define AFTER_START (10 * G_TIME_SPAN_MINUTE)
#define EVERY (6 * G_TIME_SPAN_HOUR)

struct _MokedTombstoneKeeper
{
  MokedStore        *store;
  const MokedSchema *schema;
  MokedClock        *clock;
  gint64             keep_usec;
  MokedWake         *wake;
  DexFuture         *fiber;
  gboolean           stopping;
};

/**
 * moked_tombstone_keeper_new:
 * @store: the service's, open
 * @schema: the records that travel; static
 * @days: how long tombstones stay
 *
 * Returns: (transfer full): a keeper that does nothing by itself before [method@TombstoneKeeper.start]
 */
MokedTombstoneKeeper *
moked_tombstone_keeper_new (MokedStore        *store,
                            const MokedSchema *schema,
                            MokedClock        *clock,
                            guint              days)
{
  MokedTombstoneKeeper *self = g_new0 (MokedTombstoneKeeper, 1);

  self->store = g_object_ref (store);
  self->schema = schema;
  self->clock = g_object_ref (clock);
  self->keep_usec = days * G_TIME_SPAN_DAY;
  self->wake = moked_wake_new ();
  return self;
}

void
moked_tombstone_keeper_free (MokedTombstoneKeeper *self)
{
  dex_clear (&self->fiber);
  g_clear_pointer (&self->wake, moked_wake_free);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_free (self);
}

static DexFuture *
list_businesses (MokedSession *session,
                 gpointer      user_data)
{
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, &error, "SELECT business_id FROM business_seq ORDER BY business_id", "");

  while (cursor != NULL && moked_cursor_next (cursor, &error))
    g_strv_builder_add (found, moked_cursor_get_text (cursor, 0));
  return error == NULL ? dex_future_new_take_boxed (G_TYPE_STRV, g_strv_builder_end (found))
                       : dex_future_new_for_error (error);
}

static DexFuture *
purge_in_session (MokedSession *session,
                  gpointer      user_data)
{
  MokedTombstoneKeeper *self = user_data;
  GError *error = NULL;
  gboolean more;

  return moked_tombstone_purge (self->schema, session, moked_session_get_now (session) - self->keep_usec, &more, &error)
             ? dex_future_new_for_boolean (more)
             : dex_future_new_for_error (error);
}

static gboolean
purge_business (MokedTombstoneKeeper *self,
                const char           *business,
                GError              **error)
{
  g_autoptr (GError) local_error = NULL;

  while (!self->stopping &&
         dex_await_boolean (moked_store_write (self->store, MOKED_PRIORITY_BACKGROUND, business, purge_in_session, self,
                                               NULL),
                            &local_error))
    ;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static DexFuture *
purge_fiber (gpointer data)
{
  MokedTombstoneKeeper *self = data;
  GError *error = NULL;
  g_auto (GStrv) businesses =
      dex_await_boxed (moked_store_read (self->store, NULL, list_businesses, NULL, NULL), &error);

  for (guint i = 0; businesses != NULL && businesses[i] != NULL; i++)
    if (!purge_business (self, businesses[i], &error))
      break;
  return error == NULL ? dex_future_new_true () : dex_future_new_for_error (error);
}

/**
 * moked_tombstone_keeper_purge:
 *
 * Returns: (transfer full): resolves when all old tombstones are gone
 */
DexFuture *
moked_tombstone_keeper_purge (MokedTombstoneKeeper *self)
{
  return dex_scheduler_spawn (NULL, 0, purge_fiber, self, NULL);
}

static DexFuture *
keep_fiber (gpointer data)
{
  MokedTombstoneKeeper *self = data;
  gint64 pause = AFTER_START;

  while (!self->stopping)
    {
      g_autoptr (GError) error = NULL;

      moked_wake_wait (self->wake, self->clock, pause);
      pause = EVERY;
      if (!self->stopping && !dex_await (moked_tombstone_keeper_purge (self), &error))
        moked_log (G_LOG_LEVEL_WARNING, "sync", "old tombstones stay", "reason", error->message, NULL);
    }
  return dex_future_new_true ();
}

/**
 * moked_tombstone_keeper_start:
 *
 * Has it done from time to time, from some minutes on.
 */
void
moked_tombstone_keeper_start (MokedTombstoneKeeper *self)
{
  self->fiber = dex_scheduler_spawn (NULL, 0, keep_fiber, self, NULL);
}

/**
 * moked_tombstone_keeper_stop:
 *
 * Returns: (transfer full): resolves when nothing is under way any more
 */
DexFuture *
moked_tombstone_keeper_stop (MokedTombstoneKeeper *self)
{
  self->stopping = TRUE;
  moked_wake_up (self->wake);
  return self->fiber != NULL ? dex_ref (self->fiber) : dex_future_new_true ();
}
