/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/attachments/moked-attachment-queue.h"

#include "base/moked-error.h"
#include "base/moked-wake.h"
#include "features/attachments/moked-attachment-transfer.h"
#include "features/attachments/moked-attachment-work.h"

#define IDLE_USEC (10 * 60 * (gint64) G_USEC_PER_SEC)
#define UNKNOWN_USEC (60 * (gint64) G_USEC_PER_SEC)
#define REFUSED_USEC (5 * 60 * (gint64) G_USEC_PER_SEC)

static const guint backoff_seconds[] = { 1, 2, 5, 10, 30 };

/* What is known of one content besides the records. */
typedef struct
{
  gint64   size;
  gboolean wanted; /* somebody waits for it */
  gint64   not_before;
  gint64   farthest; /* bytes that had arrived when it was last tried */
  GError  *error;
} Item;

typedef struct
{
  MokedAttachmentQueue   *queue;
  MokedAttachmentStep     step;
  MokedWake              *wake;
  DexFuture              *loop;
  gboolean                alive;
  guint                   failures;
  gsize                   piece;
  char                   *sha256; /* at work on it */
  MokedAttachmentTransfer transfer;
} Lane;

/**
 * MokedAttachmentQueue:
 *
 * The desktop's way of the bytes: one lane sends what the service does not have, the other brings what somebody asked
 * for and what is small. What is to do is read from the records and the folder of files each time, so that there is
 * nothing of its own to lose.
 */
struct _MokedAttachmentQueue
{
  GObject             parent_instance;
  MokedCache         *cache;
  MokedFileStore     *files;
  MokedClock         *clock;
  MokedHttpTransport *way;
  GHashTable         *items; /* hash → Item */
  gint64              automatic;
  Lane                send;
  Lane                fetch;
};

G_DEFINE_FINAL_TYPE (MokedAttachmentQueue, moked_attachment_queue, G_TYPE_OBJECT)

static guint changed_signal;

static void
item_free (gpointer data)
{
  Item *item = data;

  g_clear_error (&item->error);
  g_free (item);
}

static void
moked_attachment_queue_finalize (GObject *object)
{
  MokedAttachmentQueue *self = MOKED_ATTACHMENT_QUEUE (object);

  moked_wake_free (self->send.wake);
  moked_wake_free (self->fetch.wake);
  dex_clear (&self->send.loop);
  dex_clear (&self->fetch.loop);
  g_clear_pointer (&self->items, g_hash_table_unref);
  g_clear_object (&self->way);
  g_clear_object (&self->clock);
  g_clear_object (&self->files);
  g_clear_object (&self->cache);
  G_OBJECT_CLASS (moked_attachment_queue_parent_class)->finalize (object);
}

static void
moked_attachment_queue_class_init (MokedAttachmentQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_attachment_queue_finalize;

  /**
   * MokedAttachmentQueue::changed:
   * @sha256: a content that moved, arrived or failed
   */
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
moked_attachment_queue_init (MokedAttachmentQueue *self)
{
  self->items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, item_free);
  self->send = (Lane) { self, MOKED_ATTACHMENT_SENDING, moked_wake_new () };
  self->fetch = (Lane) { self, MOKED_ATTACHMENT_FETCHING, moked_wake_new () };
}

static void
on_changed (MokedAttachmentQueue *self,
            const char *const    *entities)
{
  if (g_strv_contains (entities, "attachment"))
    moked_attachment_queue_wake (self);
}

/**
 * moked_attachment_queue_new:
 * @cache: the desktop's data
 * @files: its files
 *
 * Returns: (transfer full): a queue that rests until it has a transport
 */
MokedAttachmentQueue *
moked_attachment_queue_new (MokedCache     *cache,
                            MokedFileStore *files,
                            MokedClock     *clock)
{
  MokedAttachmentQueue *self = g_object_new (MOKED_TYPE_ATTACHMENT_QUEUE, NULL);

  self->cache = g_object_ref (cache);
  self->files = g_object_ref (files);
  self->clock = g_object_ref (clock);
  g_signal_connect_object (cache, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  return self;
}

/* The work */

static Item *
ensure_item (MokedAttachmentQueue *self,
             const char           *sha256,
             gint64                size)
{
  Item *item = g_hash_table_lookup (self->items, sha256);

  if (item == NULL)
    {
      item = g_new0 (Item, 1);
      g_hash_table_insert (self->items, g_strdup (sha256), item);
    }
  item->size = size;
  return item;
}

static void
emit_changed (MokedAttachmentQueue *self,
              const char           *sha256)
{
  g_signal_emit (self, changed_signal, 0, sha256);
}

static void
on_moved (MokedAttachmentTransfer *transfer,
          gpointer                 user_data)
{
  Lane *lane = user_data;

  emit_changed (lane->queue, transfer->sha256);
}

/* Whether the lane may go on with the next content. */
static gboolean
judge (Lane   *lane,
       Item   *item,
       GError *error,
       gint64 *wait)
{
  gint64 now = moked_clock_get_monotonic (lane->queue->clock);

  g_clear_error (&item->error);
  if (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_CANCELLED))
    return TRUE;
  if (error == NULL)
    {
      lane->failures = 0;
      item->wanted = FALSE;
      item->not_before = 0;
      return TRUE;
    }
  /* The record is on its way, or was taken back, or the service's copy is gone: each is told by the records. */
  if (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND))
    {
      item->wanted = FALSE;
      *wait = MIN (*wait, UNKNOWN_USEC);
      return TRUE;
    }
  if (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_UNAVAILABLE) ||
      g_error_matches (error, MOKED_ERROR, MOKED_ERROR_TIMEOUT))
    {
      *wait = backoff_seconds[MIN (lane->failures, G_N_ELEMENTS (backoff_seconds) - 1)] * (gint64) G_USEC_PER_SEC;
      lane->failures++;
      return FALSE;
    }
  item->error = g_error_copy (error);
  item->not_before = now + (moked_error_is_temporary (error) && error->code == MOKED_ERROR_BUSY
                                ? (gint64) G_USEC_PER_SEC
                                : REFUSED_USEC);
  *wait = MIN (*wait, item->not_before - now);
  return TRUE;
}

static gboolean
move_content (Lane       *lane,
              const char *sha256,
              Item       *item,
              gint64     *wait)
{
  MokedAttachmentQueue *self = lane->queue;
  g_autofree char *area = g_strdup (moked_cache_get_business (self->cache));
  g_autoptr (MokedHttpTransport) way = g_object_ref (self->way);
  g_autoptr (GError) error = NULL;
  gboolean sending = lane->step == MOKED_ATTACHMENT_SENDING;
  gboolean more;

  lane->transfer = (MokedAttachmentTransfer) {
    .files = self->files,
    .way = way,
    .area = area,
    .sha256 = sha256,
    .size = item->size,
    .piece = lane->piece,
    .moved = on_moved,
    .user_data = lane,
  };
  lane->sha256 = g_strdup (sha256);
  if (sending ? !moked_attachment_transfer_send (&lane->transfer, &error)
              : !moked_attachment_transfer_fetch (&lane->transfer, &error))
    g_debug ("A file stopped on its way: %s", error->message);
  /* A line that breaks again and again and still brings something is not waited for. */
  if (lane->transfer.done > item->farthest)
    lane->failures = 0;
  item->farthest = lane->transfer.done;
  lane->piece = lane->transfer.piece;
  g_clear_pointer (&lane->sha256, g_free);
  more = judge (lane, item, error, wait);
  emit_changed (self, sha256);
  return more;
}

static void
work_through (Lane      *lane,
              GPtrArray *contents,
              gint64    *wait)
{
  MokedAttachmentQueue *self = lane->queue;

  for (guint i = 0; i < contents->len && self->way != NULL; i++)
    {
      MokedAttachmentWork *work = contents->pdata[i];
      Item *item = ensure_item (self, work->sha256, work->size);
      gint64 left = item->not_before - moked_clock_get_monotonic (self->clock);

      if (left > 0)
        *wait = MIN (*wait, left);
      else if (!move_content (lane, work->sha256, item, wait))
        return;
    }
}

/* What somebody asked for goes first. */
static void
list_wanted (MokedAttachmentQueue *self,
             GPtrArray            *contents)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (((Item *) value)->wanted)
      g_ptr_array_insert (contents, 0, moked_attachment_work_new (key, ((Item *) value)->size));
}

static void
look_for_work (Lane   *lane,
               gint64 *wait)
{
  MokedAttachmentQueue *self = lane->queue;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) contents = NULL;

  contents = lane->step == MOKED_ATTACHMENT_SENDING
                 ? dex_await_boxed (moked_attachment_work_list_unsent (self->cache, self->files), &error)
                 : dex_await_boxed (moked_attachment_work_list_small (self->cache, self->files, self->automatic),
                                    &error);
  if (contents == NULL)
    {
      g_debug ("The files on their way were not listed: %s", error->message);
      return;
    }
  if (lane->step == MOKED_ATTACHMENT_FETCHING)
    list_wanted (self, contents);
  work_through (lane, contents, wait);
}

static DexFuture *
lane_fiber (gpointer user_data)
{
  Lane *lane = user_data;
  MokedAttachmentQueue *self = lane->queue;

  while (self->way != NULL)
    {
      gint64 wait = IDLE_USEC;

      moked_wake_reset (lane->wake);
      if (moked_cache_get_business (self->cache) != NULL)
        look_for_work (lane, &wait);
      if (self->way != NULL)
        moked_wake_wait (lane->wake, self->clock, wait);
    }
  lane->alive = FALSE;
  return dex_future_new_true ();
}

static void
release_lane (gpointer user_data)
{
  g_object_unref (((Lane *) user_data)->queue);
}

static void
start_lane (Lane *lane)
{
  if (lane->alive)
    return;
  g_object_ref (lane->queue);
  lane->alive = TRUE;
  dex_clear (&lane->loop);
  lane->loop = dex_scheduler_spawn (NULL, 0, lane_fiber, lane, release_lane);
}

/* What others ask of it */

/**
 * moked_attachment_queue_set_transport:
 * @transport: (nullable): the way to the service; connections of its own are made beside it, so that a large file
 *   keeps no edit waiting. %NULL: it rests
 */
void
moked_attachment_queue_set_transport (MokedAttachmentQueue *self,
                                      MokedHttpTransport   *transport)
{
  g_return_if_fail (MOKED_IS_ATTACHMENT_QUEUE (self));

  g_clear_object (&self->way);
  self->send.failures = self->fetch.failures = 0;
  self->send.transfer.cancelled = self->fetch.transfer.cancelled = TRUE;
  if (transport != NULL)
    {
      self->way = moked_http_transport_new_beside (transport);
      start_lane (&self->send);
      start_lane (&self->fetch);
    }
  moked_attachment_queue_wake (self);
}

/**
 * moked_attachment_queue_stop:
 *
 * Ends after the piece that is under way; to be done before the cache is closed.
 *
 * Returns: (transfer full): resolves when nothing is done any more
 */
DexFuture *
moked_attachment_queue_stop (MokedAttachmentQueue *self)
{
  g_return_val_if_fail (MOKED_IS_ATTACHMENT_QUEUE (self), NULL);

  moked_attachment_queue_set_transport (self, NULL);
  if (self->send.loop == NULL)
    return dex_future_new_true ();
  return dex_future_all (dex_ref (self->send.loop), dex_ref (self->fetch.loop), NULL);
}

/**
 * moked_attachment_queue_set_automatic:
 * @max_size: new files of up to so many bytes are brought by themselves; 0 for none
 */
void
moked_attachment_queue_set_automatic (MokedAttachmentQueue *self,
                                      gint64                max_size)
{
  g_return_if_fail (MOKED_IS_ATTACHMENT_QUEUE (self));

  self->automatic = max_size;
  moked_wake_up (self->fetch.wake);
}

/**
 * moked_attachment_queue_wake:
 *
 * There may be something to do, or the service is back.
 */
void
moked_attachment_queue_wake (MokedAttachmentQueue *self)
{
  g_return_if_fail (MOKED_IS_ATTACHMENT_QUEUE (self));

  moked_wake_up (self->send.wake);
  moked_wake_up (self->fetch.wake);
}

/**
 * moked_attachment_queue_fetch:
 * @sha256: what somebody wants to see
 * @size: its bytes
 */
void
moked_attachment_queue_fetch (MokedAttachmentQueue *self,
                              const char           *sha256,
                              gint64                size)
{
  Item *item;

  g_return_if_fail (MOKED_IS_ATTACHMENT_QUEUE (self));
  g_return_if_fail (moked_file_store_is_hash (sha256));

  item = ensure_item (self, sha256, size);
  item->wanted = TRUE;
  item->not_before = 0;
  g_clear_error (&item->error);
  moked_wake_up (self->fetch.wake);
  emit_changed (self, sha256);
}

/**
 * moked_attachment_queue_retry:
 * @sha256: what failed
 *
 * Tries again at once.
 */
void
moked_attachment_queue_retry (MokedAttachmentQueue *self,
                              const char           *sha256)
{
  Item *item;

  g_return_if_fail (MOKED_IS_ATTACHMENT_QUEUE (self));

  item = g_hash_table_lookup (self->items, sha256);
  if (item != NULL)
    item->not_before = 0;
  moked_attachment_queue_wake (self);
}

/**
 * moked_attachment_queue_cancel:
 * @sha256: what nobody waits for any more
 *
 * Ends bringing it; what is here already stays for the next time.
 */
void
moked_attachment_queue_cancel (MokedAttachmentQueue *self,
                               const char           *sha256)
{
  Item *item;

  g_return_if_fail (MOKED_IS_ATTACHMENT_QUEUE (self));

  item = g_hash_table_lookup (self->items, sha256);
  if (item != NULL)
    item->wanted = FALSE;
  if (g_strcmp0 (self->fetch.sha256, sha256) == 0)
    self->fetch.transfer.cancelled = TRUE;
  emit_changed (self, sha256);
}

/**
 * moked_attachment_queue_look:
 * @sha256: a content
 * @out_progress: what is being done with it
 */
void
moked_attachment_queue_look (MokedAttachmentQueue    *self,
                             const char              *sha256,
                             MokedAttachmentProgress *out_progress)
{
  Lane *lanes[] = { &self->fetch, &self->send };
  Item *item;

  g_return_if_fail (MOKED_IS_ATTACHMENT_QUEUE (self));

  item = g_hash_table_lookup (self->items, sha256);
  *out_progress = (MokedAttachmentProgress) { .step = MOKED_ATTACHMENT_RESTING };
  if (item == NULL)
    return;
  *out_progress = (MokedAttachmentProgress) {
    .step = item->wanted ? MOKED_ATTACHMENT_WAITING : MOKED_ATTACHMENT_RESTING,
    .size = item->size,
    .error = item->error,
  };
  for (guint i = 0; i < G_N_ELEMENTS (lanes); i++)
    if (g_strcmp0 (lanes[i]->sha256, sha256) == 0)
      {
        out_progress->step = lanes[i]->step;
        out_progress->done = lanes[i]->transfer.done;
        return;
      }
}

/**
 * moked_attachment_queue_get_files:
 *
 * Returns: (transfer none): this computer's files
 */
MokedFileStore *
moked_attachment_queue_get_files (MokedAttachmentQueue *self)
{
  g_return_val_if_fail (MOKED_IS_ATTACHMENT_QUEUE (self), NULL);

  return self->files;
}
