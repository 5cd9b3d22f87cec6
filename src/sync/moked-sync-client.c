/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "sync/moked-sync-client.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "sync/moked-cache-private.h"
#include "sync/moked-sync-exchange.h"

/**
 * MokedSyncClient:
 *
 * Keeps a cache in step with its service: sends what waits in the outbox, in order; brings what changed;
 * and listens for hints, so that neither has to be asked for. Every step can be interrupted anywhere and
 * goes on where it was. docs/sync.md is the protocol.
 *
 * The clock and the transport are given, so that many desktops and a service can run in one process.
 */
struct _MokedSyncClient
{
  GObject             parent_instance;
  MokedCache         *cache;
  MokedSyncTransport *transport;
  MokedClock         *clock;
  MokedSyncState      state;
  char               *last_error;
  gulong              waiting_handler;
  gulong              rebuilt_handler;
  DexFuture          *loop;
  DexPromise         *kick; /* settled when there is something to do */
  DexPromise         *stop; /* pending while it runs */
  gboolean            reached; /* by the last exchange */
  guint               failures; /* in a row */
  guint               live_failures;
  gint64              listen_at; /* not before, in the clock's monotonic time */
  gint64              compare_at; /* the same */
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_LAST_ERROR,
  N_PROPS,
};

G_DEFINE_FINAL_TYPE (MokedSyncClient, moked_sync_client, G_TYPE_OBJECT)

/* Hints come over the live channel; without any, the service is asked again after a while. */
#define POLL_USEC (60 * G_USEC_PER_SEC)

/* Whether the copy is what the service has is looked at now and then, when there is nothing else to do. */
#define COMPARE_USEC (30 * 60 * G_USEC_PER_SEC)

static const guint backoff_seconds[] = { 1, 2, 5, 10, 30 };

static GParamSpec *properties[N_PROPS];
static guint event_signal;

static void
moked_sync_client_get_property (GObject    *object,
                                guint       property,
                                GValue     *value,
                                GParamSpec *pspec)
{
  MokedSyncClient *self = MOKED_SYNC_CLIENT (object);

  switch (property)
    {
    case PROP_STATE:
      g_value_set_int (value, (int) self->state);
      break;
    case PROP_LAST_ERROR:
      g_value_set_string (value, self->last_error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
moked_sync_client_dispose (GObject *object)
{
  MokedSyncClient *self = MOKED_SYNC_CLIENT (object);

  if (self->cache != NULL)
    moked_sync_client_stop (self);
  dex_clear (&self->loop);
  dex_clear (&self->kick);
  g_clear_object (&self->cache);
  g_clear_object (&self->transport);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->last_error, g_free);
  G_OBJECT_CLASS (moked_sync_client_parent_class)->dispose (object);
}

static void
moked_sync_client_class_init (MokedSyncClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = moked_sync_client_get_property;
  object_class->dispose = moked_sync_client_dispose;

  /**
   * MokedSyncClient:state:
   *
   * A [enum@SyncState].
   */
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, MOKED_SYNC_DAMAGED, MOKED_SYNC_OFFLINE,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * MokedSyncClient:last-error:
   *
   * Why the service could not be used, in words; %NULL when it could.
   */
  properties[PROP_LAST_ERROR] = g_param_spec_string ("last-error", NULL, NULL, NULL,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * MokedSyncClient::event:
   * @self: the client
   * @name: such as `call.incoming`
   * @json: its data, a JSON object
   *
   * Something that the service tells at once and that need not be kept.
   */
  event_signal = g_signal_new ("event", MOKED_TYPE_SYNC_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                               G_TYPE_STRING, G_TYPE_STRING);
}

static void
moked_sync_client_init (MokedSyncClient *self)
{
  self->state = MOKED_SYNC_OFFLINE;
  self->kick = dex_promise_new ();
}

static void
set_state (MokedSyncClient *self,
           MokedSyncState   state,
           const GError    *error)
{
  if (g_set_str (&self->last_error, error != NULL ? error->message : NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_ERROR]);
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
}

static void
kick (MokedSyncClient *self)
{
  if (dex_future_is_pending (DEX_FUTURE (self->kick)))
    dex_promise_resolve_boolean (self->kick, TRUE);
}

/* --- one exchange --- */

static void
tell_state (MokedSyncState state,
            gpointer       user_data)
{
  set_state (user_data, state, NULL);
}

/* Everything went through; but what a newer service keeps may be more than this program can read. */
static void
set_idle (MokedSyncClient *self)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  g_autoptr (GError) error = NULL;

  if (state != NULL && state->n_unread > 0)
    error = g_error_new (MOKED_ERROR, MOKED_ERROR_FORMAT,
                         ngettext ("%u record needs a newer version of this program",
                                   "%u records need a newer version of this program", state->n_unread),
                         state->n_unread);
  set_state (self, MOKED_SYNC_IDLE, error);
}

static void
set_failed (MokedSyncClient *self,
            const GError    *error)
{
  if (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED))
    set_state (self, MOKED_SYNC_UNPAIRED, error);
  else if (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_STORAGE))
    set_state (self, MOKED_SYNC_UNWRITABLE, error);
  else if (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_CORRUPT) && !moked_cache_is_damaged (self->cache))
    set_state (self, MOKED_SYNC_DAMAGED, error);
  else if (!g_error_matches (error, MOKED_ERROR, MOKED_ERROR_CANCELLED))
    set_state (self, MOKED_SYNC_OFFLINE, error);
}

static DexFuture *
sync_fiber (gpointer user_data)
{
  MokedSyncClient *self = user_data;
  g_autoptr (DexFuture) stop = self->stop != NULL ? dex_ref (DEX_FUTURE (self->stop)) : NULL;
  MokedSyncExchange exchange = { self->cache, self->transport, stop, self->reached, NULL, tell_state, self };
  g_autoptr (GError) error = NULL;

  self->reached = moked_sync_exchange_run (&exchange, &error);
  if (self->reached)
    set_idle (self);
  else
    set_failed (self, error);
  return self->reached ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
}

/**
 * moked_sync_client_sync_now:
 *
 * One exchange with the service: what waits is sent, what changed is brought. It waits for one that is under
 * way.
 *
 * Returns: (transfer full): rejects with what went wrong; what was done until then stays done
 */
DexFuture *
moked_sync_client_sync_now (MokedSyncClient *self)
{
  return dex_scheduler_spawn (NULL, 0, sync_fiber, g_object_ref (self), g_object_unref);
}

static DexFuture *
compare_fiber (gpointer user_data)
{
  MokedSyncClient *self = user_data;
  g_autoptr (DexFuture) stop = self->stop != NULL ? dex_ref (DEX_FUTURE (self->stop)) : NULL;
  MokedSyncExchange exchange = { self->cache, self->transport, stop, self->reached, NULL, tell_state, self };
  GError *error = NULL;
  char *entity = NULL;

  if (!moked_sync_exchange_compare (&exchange, &entity, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_take_string (entity != NULL ? entity : g_strdup (""));
}

/**
 * moked_sync_client_compare_now:
 *
 * Compares the copy with the service, by a checksum for each kind of record; what differs is listed again, one kind at
 * a time. Where the log goes on or something waits nothing is compared.
 *
 * Returns: (transfer full): a future of the kind of record that was listed again, an empty text for none
 */
DexFuture *
moked_sync_client_compare_now (MokedSyncClient *self)
{
  return dex_scheduler_spawn (NULL, 0, compare_fiber, g_object_ref (self), g_object_unref);
}

/* --- staying in step --- */

/* A fault in it is no reason to be offline. */
static void
compare_if_due (MokedSyncClient *self)
{
  gint64 now = moked_clock_get_monotonic (self->clock);
  g_autoptr (GError) error = NULL;
  g_autofree char *entity = NULL;

  if (self->compare_at == 0)
    self->compare_at = now + COMPARE_USEC / 10;
  if (now < self->compare_at)
    return;
  self->compare_at = now + COMPARE_USEC;
  entity = dex_await_string (moked_sync_client_compare_now (self), &error);
  if (entity == NULL)
    g_message ("The copy was not compared with the service: %s", error->message);
}

static void
on_live_text (const char *text,
              gpointer    user_data)
{
  MokedSyncClient *self = user_data;
  g_autoptr (yyjson_doc) doc = yyjson_read (text, strlen (text), 0);
  yyjson_val *root = yyjson_doc_get_root (doc);
  const char *type = yyjson_get_str (yyjson_obj_get (root, "type"));
  const MokedCacheState *state = moked_cache_get_state (self->cache);

  self->live_failures = 0;
  if (g_strcmp0 (type, "open") == 0)
    kick (self); /* what changed between the last answer and now was told to nobody */
  else if (g_strcmp0 (type, "hint") == 0)
    {
      if (state == NULL || yyjson_get_sint (yyjson_obj_get (root, "seq")) > state->cursor)
        kick (self);
    }
  else if (g_strcmp0 (type, "event") == 0 && yyjson_is_str (yyjson_obj_get (root, "name")))
    {
      char *data = yyjson_val_write (yyjson_obj_get (root, "data"), YYJSON_WRITE_NOFLAG, NULL);

      g_signal_emit (self, event_signal, 0, yyjson_get_str (yyjson_obj_get (root, "name")), data != NULL ? data : "{}");
      free (data);
    }
}

/* A kick from now on is not missed, however long the work until the next wait takes. */
static void
renew_kick (MokedSyncClient *self)
{
  if (!dex_future_is_pending (DEX_FUTURE (self->kick)))
    {
      dex_clear (&self->kick);
      self->kick = dex_promise_new ();
    }
}

static gint64
pause_after (guint *failures)
{
  guint seconds = backoff_seconds[MIN (*failures, G_N_ELEMENTS (backoff_seconds) - 1)];

  ++*failures;
  return seconds * G_USEC_PER_SEC;
}

/* Waits for a kick, for the end of the live channel or of the client, or until the time is over. */
static void
await_reason (MokedSyncClient *self,
              DexFuture       *stop,
              DexFuture       *live,
              gint64           usec)
{
  g_autoptr (DexFuture) kicked = dex_ref (DEX_FUTURE (self->kick));
  g_autoptr (DexFuture) over = moked_clock_wait (self->clock, usec);
  DexFuture *futures[] = { kicked, stop, over, live };

  dex_await (dex_future_firstv (futures, live != NULL ? 4 : 3), NULL);
}

/* The channel is only a comfort: while it cannot be had, all goes on by asking. */
static DexFuture *
listen_if_due (MokedSyncClient *self)
{
  if (moked_clock_get_monotonic (self->clock) < self->listen_at)
    return NULL;
  return moked_sync_transport_listen (self->transport, on_live_text, self);
}

/* Returns how long to wait before the next exchange. */
static gint64
keep_in_step (MokedSyncClient *self,
              DexFuture      **live)
{
  gint64 pause;

  if (*live == NULL)
    *live = listen_if_due (self);
  renew_kick (self);
  if (!dex_await (moked_sync_client_sync_now (self), NULL))
    {
      dex_clear (live); /* its hints would make the pauses short */
      return pause_after (&self->failures);
    }
  self->failures = 0;
  compare_if_due (self);
  if (*live == NULL)
    return CLAMP (self->listen_at - moked_clock_get_monotonic (self->clock), 0, POLL_USEC);
  if (dex_future_is_pending (*live))
    return POLL_USEC;
  dex_clear (live);
  pause = pause_after (&self->live_failures);
  self->listen_at = moked_clock_get_monotonic (self->clock) + pause;
  return pause;
}

typedef struct
{
  MokedSyncClient *self;
  DexFuture       *stop;
} Loop;

static void
free_loop (gpointer data)
{
  Loop *loop = data;

  g_object_unref (loop->self);
  dex_unref (loop->stop);
  g_free (loop);
}

static DexFuture *
loop_fiber (gpointer user_data)
{
  Loop *loop = user_data;
  g_autoptr (DexFuture) live = NULL;

  while (dex_future_is_pending (loop->stop))
    {
      gint64 pause = keep_in_step (loop->self, &live);

      await_reason (loop->self, loop->stop, live, pause);
    }
  return dex_future_new_true ();
}

/**
 * moked_sync_client_start:
 *
 * Goes on until [method@SyncClient.stop], with growing pauses while the service does not answer.
 */
void
moked_sync_client_start (MokedSyncClient *self)
{
  Loop *loop;

  if (self->stop != NULL)
    return;
  self->stop = dex_promise_new ();
  self->waiting_handler = g_signal_connect_swapped (self->cache, "notify::waiting", G_CALLBACK (kick), self);
  self->rebuilt_handler = g_signal_connect_swapped (self->cache, "rebuilt", G_CALLBACK (kick), self);
  set_state (self, MOKED_SYNC_CONNECTING, NULL);
  loop = g_new (Loop, 1);
  *loop = (Loop) { g_object_ref (self), dex_ref (DEX_FUTURE (self->stop)) };
  dex_clear (&self->loop);
  self->loop = dex_scheduler_spawn (NULL, 0, loop_fiber, loop, free_loop);
}

/**
 * moked_sync_client_stop:
 *
 * Ends it, also in the middle of an exchange: that goes on from there at the next start.
 */
void
moked_sync_client_stop (MokedSyncClient *self)
{
  if (self->stop == NULL)
    return;
  g_clear_signal_handler (&self->waiting_handler, self->cache);
  g_clear_signal_handler (&self->rebuilt_handler, self->cache);
  dex_promise_resolve_boolean (self->stop, TRUE);
  dex_clear (&self->stop);
}

/**
 * moked_sync_client_wake:
 *
 * Tries at once instead of after the pause; for when the network came back or the service was started.
 */
void
moked_sync_client_wake (MokedSyncClient *self)
{
  self->failures = self->live_failures = 0;
  self->listen_at = 0;
  kick (self);
}

/**
 * moked_sync_client_await_stopped:
 *
 * Returns: (transfer full): resolves when a stopped client does nothing any more
 */
DexFuture *
moked_sync_client_await_stopped (MokedSyncClient *self)
{
  return self->loop != NULL ? dex_ref (self->loop) : dex_future_new_true ();
}

MokedSyncState
moked_sync_client_get_state (MokedSyncClient *self)
{
  return self->state;
}

/**
 * moked_sync_client_new:
 * @cache: an open cache
 * @transport: the way to its service
 * @clock: for pauses
 *
 * Returns: (transfer full): a client to start
 */
MokedSyncClient *
moked_sync_client_new (MokedCache         *cache,
                       MokedSyncTransport *transport,
                       MokedClock         *clock)
{
  MokedSyncClient *self = g_object_new (MOKED_TYPE_SYNC_CLIENT, NULL);

  self->cache = g_object_ref (cache);
  self->transport = g_object_ref (transport);
  self->clock = g_object_ref (clock);
  return self;
}
