/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-cache-private.h"

/* The journal of what waits follows the database: behind each of its commits, one comparison at a time. */

typedef struct
{
  MokedCache      *cache;
  MokedCacheState *state;
} Comparison;

static void
free_comparison (gpointer data)
{
  Comparison *comparison = data;

  g_object_unref (comparison->cache);
  moked_cache_state_free (comparison->state);
  g_free (comparison);
}

static DexFuture *
compare_in_session (MokedSession *session,
                    gpointer      user_data)
{
  Comparison *comparison = user_data;
  GError *error = NULL;

  return moked_outbox_journal_compare (comparison->cache->journal, session, comparison->state, &error)
             ? dex_future_new_true ()
             : dex_future_new_for_error (error);
}

static DexFuture *
write_on_thread (gpointer user_data)
{
  MokedCache *self = user_data;
  GError *error = NULL;

  return moked_outbox_journal_write (self->journal, &error) ? dex_future_new_true () : dex_future_new_for_error (error);
}

static gboolean
follow_once (MokedCache *self,
             GError    **error)
{
  Comparison *comparison;

  if (self->state == NULL)
    return TRUE;
  comparison = g_new (Comparison, 1);
  *comparison = (Comparison) { g_object_ref (self), moked_cache_state_copy (self->state) };
  return dex_await (moked_cache_read (self, compare_in_session, comparison, free_comparison), error) &&
         dex_await (moked_worker_run (self->journal_worker, write_on_thread, g_object_ref (self), g_object_unref),
                    error);
}

/* That it could not be written is no reason to refuse what is in the database; the next time writes all. */
static DexFuture *
follow_fiber (gpointer user_data)
{
  MokedCache *self = user_data;

  while (self->journal_again && self->journal_worker != NULL)
    {
      g_autoptr (GError) error = NULL;

      self->journal_again = FALSE;
      if (!follow_once (self, &error))
        g_message ("The journal of what waits was not written: %s", error->message);
    }
  return dex_future_new_true ();
}

/**
 * moked_cache_follow_outbox: (skip)
 *
 * Returns: (transfer full): resolves when the journal has what the outbox has now
 */
DexFuture *
moked_cache_follow_outbox (MokedCache *self)
{
  self->journal_again = TRUE;
  if (self->journaling == NULL || !dex_future_is_pending (self->journaling))
    {
      dex_clear (&self->journaling);
      self->journaling = dex_scheduler_spawn (NULL, 0, follow_fiber, g_object_ref (self), g_object_unref);
    }
  return dex_ref (self->journaling);
}

static DexFuture *
give_back (DexFuture *future,
           gpointer   written)
{
  return dex_ref (written);
}

static DexFuture *
follow (DexFuture *written,
        gpointer   cache)
{
  return dex_future_finally (moked_cache_follow_outbox (cache), give_back, dex_ref (written), dex_unref);
}

/**
 * moked_cache_journal_then: (skip)
 * @written: (transfer full): a change of the outbox
 *
 * Returns: (transfer full): @written, when the journal has it, too
 */
DexFuture *
moked_cache_journal_then (MokedCache *self,
                          DexFuture  *written)
{
  return dex_future_then (written, follow, g_object_ref (self), g_object_unref);
}
