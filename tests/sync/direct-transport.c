/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "direct-transport.h"

#include <string.h>

#include "base/moked-error.h"

typedef struct
{
  DirectTransport *transport;
  char            *path;
  GBytes          *body;
} Request;

static void
free_request (gpointer data)
{
  Request *request = data;

  g_object_unref (request->transport);
  g_free (request->path);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_free (request);
}

static char *
answer (MokedSession *session,
        Request      *request,
        GError      **error)
{
  DirectTransport *self = request->transport;
  const char *query = strchr (request->path, '?');
  g_autoptr (GHashTable) values = query != NULL ? g_uri_parse_params (query + 1, -1, "&", G_URI_PARAMS_NONE,
                                                                      NULL) : NULL;
  char *text;

  if (request->body != NULL)
    {
      gsize length;
      const char *data = g_bytes_get_data (request->body, &length);
      yyjson_doc *doc = yyjson_read (data, length, 0);

      text = moked_sync_server_push (self->server, session, self->user_id, yyjson_doc_get_root (doc), error);
      yyjson_doc_free (doc);
      return text;
    }
  if (g_str_has_prefix (request->path, "/api/sync/state"))
    return moked_sync_server_state (self->server, session, self->user_id, error);
  if (g_str_has_prefix (request->path, "/api/sync/pull"))
    return moked_sync_server_pull (self->server, session, g_hash_table_lookup (values, "epoch"),
                                   g_ascii_strtoll (g_hash_table_lookup (values, "since"), NULL, 10), error);
  return moked_sync_server_snapshot (self->server, session, g_hash_table_lookup (values, "entity"),
                                     g_hash_table_lookup (values, "before"), error);
}

static DexFuture *
answer_in_session (MokedSession *session,
                   gpointer      user_data)
{
  GError *error = NULL;
  char *text = answer (session, user_data, &error);

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
ask_store (DirectTransport *self,
           const char      *path,
           GBytes          *body)
{
  Request *request = g_new0 (Request, 1);

  request->transport = g_object_ref (self);
  request->path = g_strdup (path);
  request->body = body != NULL ? g_bytes_ref (body) : NULL;
  return moked_store_write (self->store, MOKED_PRIORITY_URGENT, self->business, answer_in_session, request,
                            free_request);
}

static DexFuture *
ask (DirectTransport *self,
     const char      *path,
     GBytes          *body)
{
  DexFuture *future;

  self->n_requests++;
  if (self->offline)
    return unreachable_error ();
  if (self->repeat_posts && body != NULL)
    dex_future_disown (ask_store (self, path, body));
  future = ask_store (self, path, body);
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

  if (self->offline)
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
