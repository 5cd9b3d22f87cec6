/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "direct-transport.h"

#include <string.h>

#include "base/moked-error.h"

typedef struct
{
  DirectTransport *transport;
  char            *path;
} Request;

static void
free_request (gpointer data)
{
  Request *request = data;

  g_object_unref (request->transport);
  g_free (request->path);
  g_free (request);
}

static DexFuture *
answer_in_session (MokedSession *session,
                   gpointer      user_data)
{
  Request *request = user_data;
  DirectTransport *self = request->transport;
  GError *error = NULL;
  char *text = moked_sync_server_answer (self->server, session, self->user_id, request->path, &error);

  return text != NULL ? dex_future_new_take_boxed (G_TYPE_BYTES, g_bytes_new_take (text, strlen (text)))
                      : dex_future_new_for_error (error);
}

static DexFuture *
unreachable_error (void)
{
  return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_UNAVAILABLE, "The service does not answer");
}

static DexFuture *
lose (DexFuture *future,
      gpointer   user_data)
{
  return unreachable_error ();
}

static DexFuture *
push (DirectTransport *self,
      GBytes          *body)
{
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  yyjson_doc *doc = yyjson_read (data, length, 0);

  return moked_sync_server_push (self->server, self->store, self->business, self->user_id, yyjson_doc_get_root (doc),
                                 doc, (GDestroyNotify) yyjson_doc_free);
}

static DexFuture *
ask_store (DirectTransport *self,
           const char      *path,
           GBytes          *body)
{
  Request *request;

  if (body != NULL)
    return push (self, body);
  request = g_new0 (Request, 1);
  request->transport = g_object_ref (self);
  request->path = g_strdup (path);
  return moked_store_write (self->store, MOKED_PRIORITY_URGENT, self->business, answer_in_session, request,
                            free_request);
}

static DexFuture *
dup_canned (DirectTransport *self,
            const char      *path)
{
  GHashTableIter iter;
  gpointer beginning, text;

  g_hash_table_iter_init (&iter, self->canned);
  while (g_hash_table_iter_next (&iter, &beginning, &text))
    if (g_str_has_prefix (path, beginning))
      return dex_future_new_take_boxed (G_TYPE_BYTES, g_bytes_new (text, strlen (text)));
  return NULL;
}

typedef struct
{
  DirectTransport *transport;
  char            *path;
  GBytes          *body;
} Held;

static void
free_held (gpointer data)
{
  Held *held = data;

  g_object_unref (held->transport);
  g_free (held->path);
  g_clear_pointer (&held->body, g_bytes_unref);
  g_free (held);
}

static DexFuture *
ask_held (DexFuture *future,
          gpointer   data)
{
  Held *held = data;

  return ask_store (held->transport, held->path, held->body);
}

static DexFuture *
ask_later (DirectTransport *self,
           const char      *path,
           GBytes          *body)
{
  Held *held = g_new (Held, 1);

  *held = (Held) { g_object_ref (self), g_strdup (path), body != NULL ? g_bytes_ref (body) : NULL };
  return dex_future_then (dex_ref (DEX_FUTURE (self->hold)), ask_held, held, free_held);
}

static gboolean
is_unreachable (DirectTransport *self,
                GBytes          *body)
{
  if (self->offline || self->requests_left == 0 || (body != NULL && self->refuse_posts))
    return TRUE;
  if (self->requests_left > 0)
    self->requests_left--;
  return FALSE;
}

/* What was read until the connection broke. */
static DexFuture *
cut (DexFuture *future,
     gpointer   user_data)
{
  const GValue *value = dex_future_get_value (future, NULL);
  GBytes *whole = value != NULL ? g_value_get_boxed (value) : NULL;

  if (whole == NULL)
    return dex_ref (future);
  return dex_future_new_take_boxed (G_TYPE_BYTES, g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) * 2 / 3));
}

/* Returns what happens to this request. */
static DirectFault
take_fault (DirectTransport *self)
{
  DirectFault fault = self->fault;

  if (fault == DIRECT_FAULT_NONE || self->fault_after-- > 0)
    return DIRECT_FAULT_NONE;
  self->fault = DIRECT_FAULT_NONE;
  return fault;
}

static DexFuture *
ask_with_fault (DirectTransport *self,
                DirectFault      fault,
                const char      *path,
                GBytes          *body)
{
  switch (fault)
    {
    case DIRECT_FAULT_REQUEST_LOST:
      return unreachable_error ();
    case DIRECT_FAULT_ANSWER_LOST:
      return dex_future_finally (ask_store (self, path, body), lose, NULL, NULL);
    case DIRECT_FAULT_ANSWER_CUT:
      return dex_future_finally (ask_store (self, path, body), cut, NULL, NULL);
    case DIRECT_FAULT_TWICE:
      dex_future_disown (ask_store (self, path, body));
      return ask_store (self, path, body);
    case DIRECT_FAULT_NONE:
    default:
      return NULL;
    }
}

static DexFuture *
ask (DirectTransport *self,
     const char      *path,
     GBytes          *body)
{
  DexFuture *future = ask_with_fault (self, take_fault (self), path, body);

  self->n_requests++;
  if (future != NULL)
    return future;
  if (is_unreachable (self, body))
    return unreachable_error ();
  if (body != NULL)
    g_ptr_array_add (self->posts, g_bytes_ref (body));
  if (body != NULL)
    self->largest_post = MAX (self->largest_post, g_bytes_get_size (body));
  if (self->repeat_posts && body != NULL)
    dex_future_disown (ask_store (self, path, body));
  future = dup_canned (self, path);
  if (future == NULL)
    future = self->hold != NULL ? ask_later (self, path, body) : ask_store (self, path, body);
  if (self->lose_answers == 0)
    return future;
  self->lose_answers--;
  return dex_future_finally (future, lose, NULL, NULL);
}

static DexFuture *
direct_transport_get (MokedSyncTransport *transport,
                      const char         *path)
{
  return ask (DIRECT_TRANSPORT (transport), path, NULL);
}

static DexFuture *
direct_transport_post (MokedSyncTransport *transport,
                       const char         *path,
                       GBytes             *body)
{
  return ask (DIRECT_TRANSPORT (transport), path, body);
}

static DexFuture *
direct_transport_listen (MokedSyncTransport *transport,
                         void              (*received) (const char *text,
                                           gpointer user_data),
                         gpointer            user_data)
{
  DirectTransport *self = DIRECT_TRANSPORT (transport);

  self->n_listens++;
  if (self->offline || self->no_live)
    return unreachable_error ();
  self->received = received;
  self->received_data = user_data;
  dex_clear (&self->live);
  self->live = dex_promise_new ();
  return dex_ref (DEX_FUTURE (self->live));
}

static void
iface_init (MokedSyncTransportInterface *iface)
{
  iface->get = direct_transport_get;
  iface->post = direct_transport_post;
  iface->listen = direct_transport_listen;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DirectTransport, direct_transport, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MOKED_TYPE_SYNC_TRANSPORT, iface_init))

static void
direct_transport_finalize (GObject *object)
{
  DirectTransport *self = DIRECT_TRANSPORT (object);

  dex_clear (&self->live);
  dex_clear (&self->hold);
  g_hash_table_unref (self->canned);
  g_ptr_array_unref (self->posts);
  g_clear_object (&self->store);
  g_free (self->business);
  g_free (self->user_id);
  G_OBJECT_CLASS (direct_transport_parent_class)->finalize (object);
}

static void
direct_transport_class_init (DirectTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = direct_transport_finalize;
}

static void
direct_transport_init (DirectTransport *self)
{
  self->requests_left = -1;
  self->posts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->canned = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

DirectTransport *
direct_transport_new (MokedStore      *store,
                      MokedSyncServer *server,
                      const char      *business,
                      const char      *user_id)
{
  DirectTransport *self = g_object_new (DIRECT_TYPE_TRANSPORT, NULL);

  self->store = g_object_ref (store);
  self->server = server;
  self->business = g_strdup (business);
  self->user_id = g_strdup (user_id);
  return self;
}

DexFuture *
direct_transport_say_again (DirectTransport *self,
                            guint            post)
{
  return ask_store (self, "/api/sync/push", g_ptr_array_index (self->posts, post));
}
