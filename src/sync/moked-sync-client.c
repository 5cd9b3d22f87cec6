/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-sync-client.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "sync/moked-cache-private.h"
#include "sync/moked-outbox.h"

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
  DexFuture          *loop;
  DexPromise         *kick;    /* settled when there is something to do */
  gboolean            running;
  guint               failures; /* in a row */
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
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, MOKED_SYNC_UNPAIRED, MOKED_SYNC_OFFLINE,
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

/* --- transactions of the cache --- */

typedef gboolean (*StateFunc) (MokedCacheState   *state,
                               MokedSession      *session,
                               const MokedSchema *schema,
                               yyjson_val        *json,
                               GError           **error);

typedef struct
{
  const MokedSchema *schema;
  MokedCacheState   *state; /* a copy that @func changes; becomes the cache's when all is durable */
  StateFunc          func;
  yyjson_doc        *doc;
} Step;

static void
free_step (gpointer data)
{
  Step *step = data;

  g_clear_pointer (&step->state, moked_cache_state_free);
  g_clear_pointer (&step->doc, yyjson_doc_free);
  g_free (step);
}

static DexFuture *
run_step (MokedSession *session,
          gpointer      user_data)
{
  Step *step = user_data;
  GError *error = NULL;

  if (!step->func (step->state, session, step->schema,
                   step->doc != NULL ? yyjson_doc_get_root (step->doc) : NULL, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_for_pointer (moked_cache_state_copy (step->state));
}

/* Runs @func in one transaction with the state that it changes. Awaits. */
static gboolean
commit_step (MokedSyncClient *self,
             MokedCacheState *state,
             StateFunc        func,
             yyjson_doc      *doc,
             GError         **error)
{
  Step *step = g_new0 (Step, 1);
  MokedCacheState *written;
  g_autoptr (GError) local_error = NULL;

  step->schema = moked_cache_get_schema (self->cache);
  step->state = state;
  step->func = func;
  step->doc = doc;
  written = dex_await_pointer (moked_store_write (moked_cache_get_store (self->cache), MOKED_PRIORITY_URGENT,
                                                  state->business,
                                                  run_step, step, free_step),
                               &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  moked_cache_set_state (self->cache, written);
  return TRUE;
}

static yyjson_doc *
await_json (DexFuture *future,
            GError   **error)
{
  g_autoptr (GBytes) body = dex_await_boxed (future, error);
  gconstpointer data;
  gsize length;
  yyjson_doc *doc;

  if (body == NULL)
    return NULL;
  data = g_bytes_get_data (body, &length);
  doc = yyjson_read (data, length, 0);
  if (doc == NULL || !yyjson_is_obj (yyjson_doc_get_root (doc)))
    {
      g_clear_pointer (&doc, yyjson_doc_free);
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The service's answer is not JSON");
    }
  return doc;
}

/* --- loading everything --- */

static gboolean
write_begin (MokedCacheState   *state,
             MokedSession      *session,
             const MokedSchema *schema,
             yyjson_val        *json,
             GError           **error)
{
  return moked_cache_state_begin_load (state, session, schema, error);
}

static gboolean
write_page (MokedCacheState   *state,
            MokedSession      *session,
            const MokedSchema *schema,
            yyjson_val        *json,
            GError           **error)
{
  return moked_cache_state_apply_page (state, session, schema, json, error);
}

static gboolean
write_finish (MokedCacheState   *state,
              MokedSession      *session,
              const MokedSchema *schema,
              yyjson_val        *json,
              GError           **error)
{
  return moked_cache_state_finish_load (state, session, schema, error);
}

static MokedCacheState *
copy_or_new_state (MokedSyncClient *self,
                   yyjson_val      *service)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  MokedCacheState *copy;

  if (state != NULL)
    return moked_cache_state_copy (state);
  copy = g_new0 (MokedCacheState, 1);
  copy->business = g_strdup (yyjson_get_str (yyjson_obj_get (service, "business")));
  copy->user_id = g_strdup (yyjson_get_str (yyjson_obj_get (service, "user")));
  copy->client = moked_ulid_new (NULL);
  copy->schema = moked_schema_dup_fingerprint (moked_cache_get_schema (self->cache));
  return copy;
}

/* A cache belongs to one office for ever: rows of another are never mixed in. */
static gboolean
check_business (MokedSyncClient *self,
                yyjson_val      *service,
                GError         **error)
{
  const char *business = yyjson_get_str (yyjson_obj_get (service, "business"));
  const MokedCacheState *state = moked_cache_get_state (self->cache);

  if (business != NULL && yyjson_is_str (yyjson_obj_get (service, "epoch")) &&
      (state == NULL || g_strcmp0 (state->business, business) == 0))
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED, "The service belongs to another office");
  return FALSE;
}

static gboolean
load_entity (MokedSyncClient *self,
             const char      *entity,
             GError         **error)
{
  do
    {
      const MokedCacheState *state = moked_cache_get_state (self->cache);
      gboolean resumes = g_strcmp0 (state->load_entity, entity) == 0;
      g_autofree char *path = g_strdup_printf ("/api/sync/snapshot?entity=%s%s%s", entity, resumes ? "&before=" : "",
                                               resumes ? state->load_before : "");
      yyjson_doc *page = await_json (moked_sync_transport_get (self->transport, path), error);

      if (page == NULL || !commit_step (self, moked_cache_state_copy (state), write_page, page, error))
        return FALSE;
    }
  while (moked_cache_get_state (self->cache)->load_before != NULL);
  return TRUE;
}

/* An interrupted load goes on with the table that it was at; those before it are complete. */
static gboolean
load_entities (MokedSyncClient *self,
               yyjson_val      *names,
               GError         **error)
{
  g_autofree char *resume_at = g_strdup (moked_cache_get_state (self->cache)->load_entity);
  gboolean table_done = resume_at != NULL && moked_cache_get_state (self->cache)->load_before == NULL;
  yyjson_arr_iter iter;
  yyjson_val *name;

  yyjson_arr_iter_init (names, &iter);
  while ((name = yyjson_arr_iter_next (&iter)) != NULL)
    {
      const char *entity = yyjson_get_str (name);

      if (resume_at != NULL)
        {
          if (g_strcmp0 (entity, resume_at) != 0)
            continue;
          g_clear_pointer (&resume_at, g_free);
          if (table_done)
            continue;
        }
      if (moked_schema_find_entity (moked_cache_get_schema (self->cache), entity) != NULL &&
          !load_entity (self,
                        entity, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
load_everything (MokedSyncClient *self,
                 GError         **error)
{
  g_autoptr (yyjson_doc) doc = await_json (moked_sync_transport_get (self->transport, "/api/sync/state"), error);
  yyjson_val *service = doc != NULL ? yyjson_doc_get_root (doc) : NULL;
  const char *epoch = yyjson_get_str (yyjson_obj_get (service, "epoch"));
  const MokedCacheState *state = moked_cache_get_state (self->cache);

  if (doc == NULL || !check_business (self, service, error))
    return FALSE;
  set_state (self, MOKED_SYNC_LOADING, NULL);
  if (state == NULL || g_strcmp0 (state->load_epoch, epoch) != 0)
    {
      MokedCacheState *fresh = copy_or_new_state (self, service);

      g_set_str (&fresh->load_epoch, epoch);
      fresh->load_head = yyjson_get_sint (yyjson_obj_get (service, "head"));
      if (!commit_step (self, fresh, write_begin, NULL, error))
        return FALSE;
    }
  if (!load_entities (self, yyjson_obj_get (service, "entities"), error))
    return FALSE;
  return commit_step (self, moked_cache_state_copy (moked_cache_get_state (self->cache)), write_finish, NULL, error);
}

/* --- sending and bringing --- */

static DexFuture *
next_push (MokedSession *session,
           gpointer      user_data)
{
  const MokedCacheState *state = user_data;
  g_autoptr (GError) error = NULL;
  char *request = moked_outbox_next_push (session, state->client, state->last_n, &error);

  if (error != NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_take_string (request != NULL ? request : g_strdup (""));
}

static gboolean
write_results (MokedCacheState   *state,
               MokedSession      *session,
               const MokedSchema *schema,
               yyjson_val        *json,
               GError           **error)
{
  state->last_n = yyjson_get_sint (yyjson_obj_get (json, "last_n"));
  return moked_outbox_settle (session, schema, yyjson_obj_get (json, "results"), error) &&
         moked_cache_state_write (state, session, error);
}

static gboolean
push_one (MokedSyncClient *self,
          gboolean        *out_more,
          GError         **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  g_autofree char *request = NULL;
  g_autoptr (GBytes) body = NULL;
  yyjson_doc *answer;

  *out_more = FALSE;
  if (!moked_cache_may_wait (self->cache))
    return TRUE;
  request = dex_await_string (moked_store_write (moked_cache_get_store (self->cache), MOKED_PRIORITY_URGENT,
                                                 state->business,
                                                 next_push, moked_cache_state_copy (state),
                                                 (GDestroyNotify) moked_cache_state_free),
                              error);
  if (request == NULL)
    return FALSE;
  if (*request == '\0')
    return TRUE;
  set_state (self, MOKED_SYNC_BUSY, NULL);
  body = g_bytes_new (request, strlen (request));
  answer = await_json (moked_sync_transport_post (self->transport, "/api/sync/push", body), error);
  if (answer == NULL)
    return FALSE;
  *out_more = yyjson_arr_size (yyjson_obj_get (yyjson_doc_get_root (answer), "results")) > 0;
  return commit_step (self, moked_cache_state_copy (state), write_results, answer, error);
}

static gboolean
write_pull (MokedCacheState   *state,
            MokedSession      *session,
            const MokedSchema *schema,
            yyjson_val        *json,
            GError           **error)
{
  return moked_cache_state_apply_pull (state, session, schema, json, error);
}

static gboolean
pull_one (MokedSyncClient *self,
          gboolean        *out_more,
          GError         **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  g_autofree char *path = g_strdup_printf ("/api/sync/pull?epoch=%s&since=%" G_GINT64_FORMAT, state->epoch,
                                           state->cursor);
  yyjson_doc *pull = await_json (moked_sync_transport_get (self->transport, path), error);
  gint64 until;

  if (pull == NULL)
    return FALSE;
  until = yyjson_get_sint (yyjson_obj_get (yyjson_doc_get_root (pull), "until"));
  *out_more = until < yyjson_get_sint (yyjson_obj_get (yyjson_doc_get_root (pull), "head"));
  if (until == state->cursor)
    {
      yyjson_doc_free (pull);
      return TRUE;
    }
  return commit_step (self, moked_cache_state_copy (state), write_pull, pull, error);
}

static gboolean
exchange (MokedSyncClient *self,
          GError         **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  gboolean more = TRUE;

  if ((state == NULL || state->epoch == NULL) && !load_everything (self, error))
    return FALSE;
  /* What is once numbered for sending cannot be cancelled any more, so first see that somebody is there. */
  if (self->state == MOKED_SYNC_OFFLINE && state != NULL && !pull_one (self, &more, error))
    return FALSE;
  more = TRUE;
  while (more)
    if (!push_one (self, &more, error))
      return FALSE;
  do
    if (!pull_one (self, &more, error))
      return FALSE;
  while (more);
  return TRUE;
}

static DexFuture *
sync_fiber (gpointer user_data)
{
  MokedSyncClient *self = user_data;
  g_autoptr (GError) error = NULL;

  if (exchange (self, &error))
    return dex_future_new_true ();
  if (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_GONE))
    {
      MokedCacheState *state = moked_cache_state_copy (moked_cache_get_state (self->cache));

      /* Another life of the log: what waits here is kept and sent to it after everything was listed. */
      g_clear_pointer (&state->epoch, g_free);
      moked_cache_set_state (self->cache, state);
      g_clear_error (&error);
      if (exchange (self, &error))
        return dex_future_new_true ();
    }
  return dex_future_new_for_error (g_steal_pointer (&error));
}

/**
 * moked_sync_client_sync_now:
 *
 * One exchange with the service: what waits is sent, what changed is brought.
 *
 * Returns: (transfer full): rejects with what went wrong; what was done until then stays done
 */
DexFuture *
moked_sync_client_sync_now (MokedSyncClient *self)
{
  return dex_scheduler_spawn (NULL, 0, sync_fiber, g_object_ref (self), g_object_unref);
}

/* --- staying in step --- */

static void
on_live_text (const char *text,
              gpointer    user_data)
{
  MokedSyncClient *self = user_data;
  g_autoptr (yyjson_doc) doc = yyjson_read (text, strlen (text), 0);
  yyjson_val *root = yyjson_doc_get_root (doc);
  const char *type = yyjson_get_str (yyjson_obj_get (root, "type"));
  const MokedCacheState *state = moked_cache_get_state (self->cache);

  if (g_strcmp0 (type, "hint") == 0)
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

static void
await_kick_or (MokedSyncClient *self,
               DexFuture       *live,
               gint64           usec)
{
  DexFuture *futures[] = { dex_ref (DEX_FUTURE (self->kick)), moked_clock_wait (self->clock, usec), NULL };

  if (live != NULL)
    futures[2] = dex_ref (live);
  dex_await (dex_future_firstv (futures, live != NULL ? 3 : 2), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    dex_clear (&futures[i]);
}

/* Runs while the live channel is open; returns when it is gone or an exchange failed. */
static gboolean
stay_in_step (MokedSyncClient *self,
              GError         **error)
{
  g_autoptr (DexFuture) live = moked_sync_transport_listen (self->transport, on_live_text, self);

  while (self->running)
    {
      renew_kick (self);
      if (!dex_await (moked_sync_client_sync_now (self), error))
        return FALSE;
      self->failures = 0;
      set_state (self, MOKED_SYNC_IDLE, NULL);
      if (!dex_future_is_pending (live))
        return dex_await (g_steal_pointer (&live), error);
      await_kick_or (self, live, POLL_USEC);
    }
  return TRUE;
}

static DexFuture *
loop_fiber (gpointer user_data)
{
  MokedSyncClient *self = user_data;

  set_state (self, MOKED_SYNC_CONNECTING, NULL);
  while (self->running)
    {
      g_autoptr (GError) error = NULL;
      guint wait;

      if (!stay_in_step (self, &error))
        set_state (self,
                   g_error_matches (error, MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED) ? MOKED_SYNC_UNPAIRED
                                                                                     : MOKED_SYNC_OFFLINE,
                   error);
      if (!self->running)
        break;
      wait = backoff_seconds[MIN (self->failures, G_N_ELEMENTS (backoff_seconds) - 1)];
      self->failures++;
      renew_kick (self);
      await_kick_or (self, NULL, wait * G_USEC_PER_SEC);
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
  if (self->running)
    return;
  self->running = TRUE;
  self->waiting_handler = g_signal_connect_swapped (self->cache, "notify::waiting", G_CALLBACK (kick), self);
  dex_clear (&self->loop);
  self->loop = dex_scheduler_spawn (NULL, 0, loop_fiber, g_object_ref (self), g_object_unref);
}

/**
 * moked_sync_client_stop:
 *
 * Ends it after the step under way.
 */
void
moked_sync_client_stop (MokedSyncClient *self)
{
  if (!self->running)
    return;
  self->running = FALSE;
  g_clear_signal_handler (&self->waiting_handler, self->cache);
  kick (self);
}

/**
 * moked_sync_client_wake:
 *
 * Tries at once instead of after the pause; for when the network came back or the service was started.
 */
void
moked_sync_client_wake (MokedSyncClient *self)
{
  self->failures = 0;
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
