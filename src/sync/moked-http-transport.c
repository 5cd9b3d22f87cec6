/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-http-transport.h"

#include <libsoup/soup.h>
#include <yyjson.h>

#include "base/moked-async.h"
#include "base/moked-error.h"

/* A silent connection is given up after this long; one that still delivers may take its time. */
#define SILENCE_SEC 20

/* Behind NAT and sleeping laptops a dead connection is noticed by nothing else. */
#define KEEPALIVE_SEC 15

/* The way to the service over HTTP, with a device's token in each request. */
struct _MokedHttpTransport
{
  GObject      parent_instance;
  char        *address;
  char        *authorization;
  SoupSession *session;
};

static void transport_init (MokedSyncTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MokedHttpTransport,
                               moked_http_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MOKED_TYPE_SYNC_TRANSPORT, transport_init))

static const struct
{
  guint      status;
  MokedError code;
} statuses[] = {
  { 400, MOKED_ERROR_FORMAT },
  { 401, MOKED_ERROR_UNAUTHENTICATED },
  { 403, MOKED_ERROR_FORBIDDEN },
  { 404, MOKED_ERROR_NOT_FOUND },
  { 409, MOKED_ERROR_CONFLICT },
  { 410, MOKED_ERROR_GONE },
  { 413, MOKED_ERROR_TOO_LARGE },
  { 422, MOKED_ERROR_INVALID },
  { 429, MOKED_ERROR_RATE_LIMITED },
  { 500, MOKED_ERROR_INTERNAL },
  { 507, MOKED_ERROR_FULL },
};

/* A proxy before a service that is down answers 502 to 504: for us that is the service being away. */
static MokedError
get_code (guint status)
{
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].status == status)
      return statuses[i].code;
  return status >= 500 ? MOKED_ERROR_UNAVAILABLE : MOKED_ERROR_FORMAT;
}

/* The service explains itself in problem+json (RFC 9457). */
static MokedError
get_code_of (guint       status,
             yyjson_val *problem)
{
  /* It is no fault that goes away when it is asked again. */
  return yyjson_equals_str (yyjson_obj_get (problem, "code"), "corrupt") ? MOKED_ERROR_CORRUPT : get_code (status);
}

static GError *
error_from_answer (guint   status,
                   GBytes *body)
{
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  yyjson_doc *doc = yyjson_read (data, length, 0);
  yyjson_val *root = yyjson_doc_get_root (doc);
  const char *detail = yyjson_get_str (yyjson_obj_get (root, "detail"));
  const char *title = yyjson_get_str (yyjson_obj_get (root, "title"));
  GError *error;

  if (detail != NULL || title != NULL)
    error = g_error_new_literal (MOKED_ERROR, get_code_of (status, root), detail != NULL ? detail : title);
  else
    error = g_error_new (MOKED_ERROR, get_code (status), "The service answered %u", status);
  yyjson_doc_free (doc);
  return error;
}

static DexFuture *
on_answer (DexFuture *future,
           gpointer   user_data)
{
  SoupMessage *message = SOUP_MESSAGE (user_data);
  const GValue *value = dex_future_get_value (future, NULL);
  guint status = soup_message_get_status (message);

  if (SOUP_STATUS_IS_SUCCESSFUL (status))
    return NULL;
  return dex_future_new_for_error (error_from_answer (status, g_value_get_boxed (value)));
}

/* Whatever libsoup and GIO call it: nobody was reached. Where one connection fell silent the others, which wait to be
 * used again, lead nowhere either: each of them would take as long to find that out. */
static DexFuture *
on_unreachable (DexFuture *future,
                gpointer   session)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (future, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    soup_session_abort (session);
  if (error->domain == MOKED_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return NULL;
  return dex_future_new_for_error (g_error_new_literal (MOKED_ERROR, MOKED_ERROR_UNAVAILABLE, error->message));
}

static SoupMessage *
create_message (MokedHttpTransport *self,
                const char         *method,
                const char         *path)
{
  g_autofree char *url = g_strconcat (self->address, path, NULL);
  SoupMessage *message = soup_message_new (method, url);

  if (message == NULL)
    return NULL;
  /* Nobody else may hold us until the answer. */
  g_object_set_data_full (G_OBJECT (message), "moked-transport", g_object_ref (self), g_object_unref);
  if (self->authorization != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", self->authorization);
  return message;
}

static DexFuture *
reject_address (MokedHttpTransport *self)
{
  return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_INVALID, "Not an address of a service: %s", self->address);
}

/**
 * moked_http_transport_exchange:
 * @method: such as `PUT`
 * @path: from the root, with its query
 * @header: (nullable): the name of a further header
 * @value: (nullable): its value
 * @content_type: (nullable): of the body
 * @body: (nullable): what is sent
 *
 * Asks the service for something that is not sync.
 *
 * Returns: (transfer full): resolves to the answer's body as boxed #GBytes, rejects with
 *   %MOKED_ERROR_UNAVAILABLE when the service could not be reached and with the error that its
 *   status stands for otherwise
 */
DexFuture *
moked_http_transport_exchange (MokedHttpTransport *self,
                               const char         *method,
                               const char         *path,
                               const char         *header,
                               const char         *value,
                               const char         *content_type,
                               GBytes             *body)
{
  g_autoptr (SoupMessage) message = NULL;
  DexFuture *future;

  g_return_val_if_fail (MOKED_IS_HTTP_TRANSPORT (self), NULL);
  g_return_val_if_fail (method != NULL && path != NULL && *path == '/', NULL);

  if ((message = create_message (self, method, path)) == NULL)
    return reject_address (self);
  if (header != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), header, value);
  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, content_type, body);

  future = moked_soup_send_and_read (self->session, message);
  future = dex_future_then (future, on_answer, g_object_ref (message), g_object_unref);
  return dex_future_catch (future, on_unreachable, g_object_ref (self->session), g_object_unref);
}

/**
 * moked_http_transport_request:
 * @method: such as `PUT`
 * @path: from the root, with its query
 * @body: (nullable): JSON
 *
 * Asks the service for something that is not sync, in JSON.
 *
 * Returns: (transfer full): as moked_http_transport_exchange()
 */
DexFuture *
moked_http_transport_request (MokedHttpTransport *self,
                              const char         *method,
                              const char         *path,
                              GBytes             *body)
{
  return moked_http_transport_exchange (self, method, path, NULL, NULL, "application/json", body);
}

static DexFuture *
moked_http_transport_get (MokedSyncTransport *transport,
                          const char         *path)
{
  return moked_http_transport_request (MOKED_HTTP_TRANSPORT (transport), "GET", path, NULL);
}

static DexFuture *
moked_http_transport_post (MokedSyncTransport *transport,
                           const char         *path,
                           GBytes             *body)
{
  return moked_http_transport_request (MOKED_HTTP_TRANSPORT (transport), "POST", path, body);
}

/* Not a fiber: dropping the future of a fiber while what it awaits comes true upsets libdex 0.10. The
 * promise below is dropped at any moment. */
typedef struct
{
  DexPromise              *ended;
  SoupSession             *session;
  SoupWebsocketConnection *connection;
  gulong                   cancel_handler;
  void                   (*received) (const char *text,
                    gpointer user_data);
  gpointer                 user_data;
} Channel;

static void
channel_free (Channel *channel)
{
  g_cancellable_disconnect (dex_promise_get_cancellable (channel->ended), channel->cancel_handler);
  if (channel->connection != NULL)
    g_signal_handlers_disconnect_by_data (channel->connection, channel);
  g_clear_object (&channel->connection);
  g_clear_object (&channel->session);
  dex_unref (channel->ended);
  g_free (channel);
}

static void
on_message (Channel              *channel,
            SoupWebsocketDataType type,
            GBytes               *bytes)
{
  /* libsoup ends a text with a zero byte that it does not count. */
  if (type == SOUP_WEBSOCKET_DATA_TEXT && dex_future_is_pending (DEX_FUTURE (channel->ended)))
    channel->received (g_bytes_get_data (bytes, NULL), channel->user_data);
}

/* It answers no pings, say. */
static void
on_broken (Channel *channel)
{
  soup_session_abort (channel->session);
}

static void
on_closed (Channel *channel)
{
  if (dex_future_is_pending (DEX_FUTURE (channel->ended)))
    dex_promise_resolve_boolean (channel->ended, TRUE);
  channel_free (channel);
}

/* Whoever listened has gone: no text may reach them any more. */
static void
on_dropped (GCancellable *cancellable,
            gpointer      user_data)
{
  SoupWebsocketConnection *connection = user_data;

  g_signal_handlers_disconnect_matched (connection, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, on_message, NULL);
  if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
}

static void
follow_connection (Channel                 *channel,
                   SoupWebsocketConnection *connection)
{
  GCancellable *cancellable = dex_promise_get_cancellable (channel->ended);

  channel->connection = connection;
  soup_websocket_connection_set_keepalive_interval (connection, KEEPALIVE_SEC);
  soup_websocket_connection_set_keepalive_pong_timeout (connection, KEEPALIVE_SEC);
  g_signal_connect_swapped (connection, "message", G_CALLBACK (on_message), channel);
  g_signal_connect_swapped (connection, "error", G_CALLBACK (on_broken), channel);
  g_signal_connect_swapped (connection, "closed", G_CALLBACK (on_closed), channel);
  channel->cancel_handler = g_cancellable_connect (cancellable, G_CALLBACK (on_dropped),
                                                   g_object_ref (connection), g_object_unref);
  if (!g_cancellable_is_cancelled (cancellable))
    channel->received ("{\"type\":\"open\"}", channel->user_data);
}

static void
on_connected (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  Channel *channel = user_data;
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (object), result);
  guint status = message != NULL ? soup_message_get_status (message) : 0;
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *connection = soup_session_websocket_connect_finish (SOUP_SESSION (object), result, &error);

  if (connection != NULL)
    {
      follow_connection (channel, connection);
      return;
    }
  if (status >= 400)
    dex_promise_reject (channel->ended, g_error_new_literal (MOKED_ERROR, get_code (status), error->message));
  else
    dex_promise_reject (channel->ended, g_steal_pointer (&error));
  channel_free (channel);
}

static DexFuture *
moked_http_transport_listen (MokedSyncTransport *transport,
                             void              (*received) (const char *text,
                                               gpointer user_data),
                             gpointer            user_data)
{
  MokedHttpTransport *self = MOKED_HTTP_TRANSPORT (transport);
  g_autoptr (SoupMessage) message = create_message (self, "GET", "/api/sync/live");
  DexPromise *ended;
  Channel *channel;

  if (message == NULL)
    return reject_address (self);

  ended = dex_promise_new_cancellable ();
  channel = g_new0 (Channel, 1);
  channel->ended = dex_ref (ended);
  channel->session = g_object_ref (self->session);
  channel->received = received;
  channel->user_data = user_data;
  soup_session_websocket_connect_async (self->session, message, NULL, NULL, G_PRIORITY_DEFAULT,
                                        dex_promise_get_cancellable (ended), on_connected, channel);
  return dex_future_catch (DEX_FUTURE (ended), on_unreachable, g_object_ref (self->session), g_object_unref);
}

static void
transport_init (MokedSyncTransportInterface *iface)
{
  iface->get = moked_http_transport_get;
  iface->post = moked_http_transport_post;
  iface->listen = moked_http_transport_listen;
}

static void
moked_http_transport_finalize (GObject *object)
{
  MokedHttpTransport *self = MOKED_HTTP_TRANSPORT (object);

  soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_free (self->authorization);
  g_free (self->address);
  G_OBJECT_CLASS (moked_http_transport_parent_class)->finalize (object);
}

static void
moked_http_transport_class_init (MokedHttpTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_http_transport_finalize;
}

static void
moked_http_transport_init (MokedHttpTransport *self)
{
}

static gboolean
is_loopback (const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GInetAddress) inet = NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return FALSE;
  inet = g_inet_address_new_from_string (g_uri_get_host (uri));
  return inet != NULL ? g_inet_address_get_is_loopback (inet) : g_str_equal (g_uri_get_host (uri), "localhost");
}

/**
 * moked_http_transport_new:
 * @address: of the service, such as `http://127.0.0.1:8080`
 * @token: (nullable): the token of this device
 *
 * Returns: (transfer full): a transport
 */
MokedHttpTransport *
moked_http_transport_new (const char *address,
                          const char *token)
{
  MokedHttpTransport *self;

  g_return_val_if_fail (address != NULL, NULL);

  self = g_object_new (MOKED_TYPE_HTTP_TRANSPORT, NULL);
  self->address = g_strdup (address);
  if (g_str_has_suffix (self->address, "/"))
    self->address[strlen (self->address) - 1] = '\0';
  self->authorization = token != NULL ? g_strconcat ("Bearer ", token, NULL) : NULL;
  self->session = soup_session_new_with_options ("timeout", SILENCE_SEC, "user-agent", "Moked", NULL);
  /* Asking the desktop for its proxy settings takes a thread and a while, for nothing. */
  if (is_loopback (address))
    soup_session_set_proxy_resolver (self->session, NULL);
  return self;
}

/**
 * moked_http_transport_new_beside:
 * @other: a way to the service
 *
 * For what is large, so that it keeps nothing else waiting.
 *
 * Returns: (transfer full): another way to the same service, with connections of its own
 */
MokedHttpTransport *
moked_http_transport_new_beside (MokedHttpTransport *other)
{
  MokedHttpTransport *self;

  g_return_val_if_fail (MOKED_IS_HTTP_TRANSPORT (other), NULL);

  self = moked_http_transport_new (other->address, NULL);
  self->authorization = g_strdup (other->authorization);
  return self;
}

/**
 * moked_http_transport_get_address:
 *
 * Returns: (transfer none): of the service, without a slash at the end
 */
const char *
moked_http_transport_get_address (MokedHttpTransport *self)
{
  g_return_val_if_fail (MOKED_IS_HTTP_TRANSPORT (self), NULL);

  return self->address;
}
