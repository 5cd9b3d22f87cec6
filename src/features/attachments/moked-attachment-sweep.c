/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/attachments/moked-attachment-sweep.h"

#include "base/moked-log.h"
#include "base/moked-wake.h"

/* Files that no record names any more go, after a while in which a deletion can still be taken back. */

#define DAY_USEC (24 * 60 * 60 * (gint64) G_USEC_PER_SEC)
#define FIRST_USEC (10 * 60 * (gint64) G_USEC_PER_SEC)
#define KEPT_DAYS 30

typedef struct
{
  MokedStore     *store;
  MokedFileStore *files;
  char           *area;
  gint64          idle_since;
  gint64          deleted_since;
  GPtrArray      *hashes; /* of files that may go */
  gatomicrefcount ref_count;
} Sweep;

static void
sweep_unref (gpointer data)
{
  Sweep *sweep = data;

  if (!g_atomic_ref_count_dec (&sweep->ref_count))
    return;
  g_clear_pointer (&sweep->hashes, g_ptr_array_unref);
  g_object_unref (sweep->store);
  g_object_unref (sweep->files);
  g_free (sweep->area);
  g_free (sweep);
}

static Sweep *
sweep_ref (Sweep *sweep)
{
  g_atomic_ref_count_inc (&sweep->ref_count);
  return sweep;
}

static DexFuture *
list_idle (gpointer data)
{
  Sweep *sweep = data;

  moked_file_store_sweep_parts (sweep->files, sweep->area, sweep->idle_since);
  sweep->hashes = moked_file_store_list_idle (sweep->files, sweep->area, sweep->idle_since);
  return dex_future_new_true ();
}

static gboolean
check_needed (MokedSession *session,
              Sweep        *sweep,
              const char   *sha256,
              gboolean     *out_needed,
              GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error,
                           "SELECT 1 FROM attachment WHERE business_id = $1 AND sha256 = $2 "
                           "AND (deleted_at IS NULL OR deleted_at > $3) LIMIT 1",
                           "ti", sha256, sweep->deleted_since);

  if (cursor == NULL)
    return FALSE;
  *out_needed = moked_cursor_next (cursor, &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static DexFuture *
leave_needed (MokedSession *session,
              gpointer      data)
{
  Sweep *sweep = data;
  GError *error = NULL;

  for (guint i = sweep->hashes->len; i-- > 0;)
    {
      gboolean needed;

      if (!check_needed (session, sweep, sweep->hashes->pdata[i], &needed, &error))
        return dex_future_new_for_error (error);
      if (needed)
        g_ptr_array_remove_index_fast (sweep->hashes, i);
    }
  return dex_future_new_true ();
}

static DexFuture *
remove_idle (gpointer data)
{
  Sweep *sweep = data;
  guint removed = 0;

  for (guint i = 0; i < sweep->hashes->len; i++)
    removed += moked_file_store_remove_idle (sweep->files, sweep->area, sweep->hashes->pdata[i], sweep->idle_since);
  return dex_future_new_for_uint (removed);
}

static DexFuture *
sweep_fiber (gpointer data)
{
  Sweep *sweep = data;
  GError *error = NULL;
  guint removed;

  if (!dex_await (moked_file_store_run (sweep->files, list_idle, sweep_ref (sweep), sweep_unref), &error) ||
      (sweep->hashes->len > 0 &&
       !dex_await (moked_store_read (sweep->store, sweep->area, leave_needed, sweep_ref (sweep), sweep_unref), &error)))
    return dex_future_new_for_error (error);
  removed = dex_await_uint (moked_file_store_run (sweep->files, remove_idle, sweep_ref (sweep), sweep_unref), &error);
  return error == NULL ? dex_future_new_for_uint (removed) : dex_future_new_for_error (error);
}

/**
 * moked_attachment_sweep:
 * @store: has the records
 * @area: the business
 * @idle_since: microseconds since 1970; what was stored or asked for since then stays in any case
 * @deleted_since: microseconds since 1970; records that were deleted since then count as if they lived
 *
 * Removes the files that no record names, and pieces that nobody goes on with.
 *
 * Returns: (transfer full): resolves to the number of files removed, an `uint`
 */
DexFuture *
moked_attachment_sweep (MokedStore     *store,
                        MokedFileStore *files,
                        const char     *area,
                        gint64          idle_since,
                        gint64          deleted_since)
{
  Sweep *sweep = g_new0 (Sweep, 1);

  g_atomic_ref_count_init (&sweep->ref_count);
  sweep->store = g_object_ref (store);
  sweep->files = g_object_ref (files);
  sweep->area = g_strdup (area);
  sweep->idle_since = idle_since;
  sweep->deleted_since = deleted_since;
  return dex_scheduler_spawn (NULL, 0, sweep_fiber, sweep, sweep_unref);
}

/**
 * MokedAttachmentSweeper:
 *
 * Sweeps the files of all businesses of a service once a day.
 */
struct _MokedAttachmentSweeper
{
  MokedStore     *store;
  MokedFileStore *files;
  MokedClock     *clock;
  MokedWake      *wake;
  DexFuture      *loop;
  gboolean        stopping;
};

static void
sweep_area (MokedAttachmentSweeper *self,
            const char             *area)
{
  gint64 since = moked_clock_get_real (self->clock) - KEPT_DAYS * DAY_USEC;
  g_autoptr (GError) error = NULL;
  guint removed = dex_await_uint (moked_attachment_sweep (self->store, self->files, area, since, since), &error);

  if (error != NULL)
    moked_log (G_LOG_LEVEL_WARNING, "files", "the files that nobody needs were not removed", "reason", error->message,
               NULL);
  else if (removed > 0)
    moked_log (G_LOG_LEVEL_INFO, "files", "files that nobody needs were removed", "business", area, NULL);
}

static DexFuture *
loop_fiber (gpointer data)
{
  MokedAttachmentSweeper *self = data;

  moked_wake_wait (self->wake, self->clock, FIRST_USEC);
  while (!self->stopping)
    {
      g_auto (GStrv) areas = moked_file_store_list_areas (self->files);

      for (guint i = 0; areas[i] != NULL && !self->stopping; i++)
        sweep_area (self, areas[i]);
      if (!self->stopping)
        moked_wake_wait (self->wake, self->clock, DAY_USEC);
    }
  return dex_future_new_true ();
}

/**
 * moked_attachment_sweeper_new:
 *
 * Returns: (transfer full): a sweeper at work; to be stopped before the store is closed
 */
MokedAttachmentSweeper *
moked_attachment_sweeper_new (MokedStore     *store,
                              MokedFileStore *files,
                              MokedClock     *clock)
{
  MokedAttachmentSweeper *self = g_new0 (MokedAttachmentSweeper, 1);

  self->store = g_object_ref (store);
  self->files = g_object_ref (files);
  self->clock = g_object_ref (clock);
  self->wake = moked_wake_new ();
  self->loop = dex_scheduler_spawn (NULL, 0, loop_fiber, self, NULL);
  return self;
}

/**
 * moked_attachment_sweeper_stop:
 *
 * Returns: (transfer full): resolves when it does nothing any more
 */
DexFuture *
moked_attachment_sweeper_stop (MokedAttachmentSweeper *self)
{
  self->stopping = TRUE;
  moked_wake_up (self->wake);
  return dex_ref (self->loop);
}

/**
 * moked_attachment_sweeper_free:
 * @self: one that has stopped
 */
void
moked_attachment_sweeper_free (MokedAttachmentSweeper *self)
{
  dex_clear (&self->loop);
  moked_wake_free (self->wake);
  g_object_unref (self->clock);
  g_object_unref (self->files);
  g_object_unref (self->store);
  g_free (self);
}
