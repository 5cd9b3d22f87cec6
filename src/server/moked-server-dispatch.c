/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-server-private.h"

#include <arpa/inet.h>
#include <libsoup/soup.h>
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-log.h"
#include "moked-config.h"

/* From a request to its answer. Routes run in fibers; webhooks, of which thousands may come in a second,
 * go through a callback to the inbox. */

#define HEALTH_MSEC 2000

typedef struct
{
  MokedServer     *server;
  MokedConnection *connection;
  MokedRequest    *request;
} Exchange;

static Exchange *
exchange_new (MokedServer     *self,
              MokedConnection *connection,
              MokedRequest    *request)
{
  Exchange *exchange = g_new (Exchange, 1);

  exchange->server = self;
  exchange->connection = moked_connection_ref (connection);
  exchange->request = moked_request_ref (request);
  self->handling++;
  return exchange;
}

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;
  MokedServer *self = exchange->server;

  moked_request_unref (exchange->request);
  moked_connection_unref (exchange->connection);
  g_free (exchange);
  if (--self->handling == 0 && self->drained != NULL)
    dex_promise_resolve_boolean (self->drained, TRUE);
}

/* Only what somebody should look at, and not more than two lines a second of it. */
static void
log_refusal (MokedServer  *self,
             MokedRequest *request,
             guint         status,
             const char   *why)
{
  char text[16];

  if (moked_rate_limit_check (self->log_limit, "") > 0)
    return;
  moked_rate_limit_take (self->log_limit, "");
  g_snprintf (text, sizeof text, "%u", status);
  moked_log (G_LOG_LEVEL_WARNING, "http", "request refused", "status", text, "method",
             moked_request_get_method (request), "route", request->endpoint->pattern, "address",
             moked_request_get_remote_address (request), "reason", why, NULL);
}

static MokedReply *
new_problem (GQuark      domain,
             int         code,
             const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, message);

  return moked_reply_new_problem (error);
}

static MokedReply *
new_status_problem (guint status)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u}",
                                           soup_status_get_phrase (status), status);
  MokedReply *reply = moked_reply_new_text ("application/problem+json", json);

  moked_reply_set_status (reply, status);
  return reply;
}

/* What is no good request never reaches a route. */
MokedReply *
moked_server_refuse (MokedConnectionOwner *owner,
                     MokedConnection      *connection,
                     guint                 status)
{
  MokedServer *self = (MokedServer *) owner;

  moked_endpoint_count (self->elsewhere, status);
  return new_status_problem (status);
}

/* A proxy of ours tells whom it speaks for; what the client claimed before is further left. */
static void
take_client_address (MokedServer  *self,
                     MokedRequest *request)
{
  const char *list = moked_request_get_header (request, "X-Forwarded-For");
  const char *last;
  guint8 ip[16];

  if (list == NULL || !moked_listener_trusts (self->listener, request->address))
    return;
  last = strrchr (list, ',');
  last = last != NULL ? last + 1 : list;
  last += strspn (last, " \t");
  if (inet_pton (AF_INET, last, ip) == 1 || inet_pton (AF_INET6, last, ip) == 1)
    g_strlcpy (request->address, last, sizeof request->address);
}

static guint
check_body (MokedRequest *request)
{
  const char *method = moked_request_get_method (request);
  gint64 length = request->head.content_length;
  gboolean takes_body = g_str_equal (method, "POST") || g_str_equal (method, "PUT") || g_str_equal (method, "PATCH");

  if (takes_body && length < 0)
    return 411;
  if (!takes_body && length > 0)
    return 400;
  return request->endpoint != NULL && length > (gint64) request->endpoint->max_body ? 413 : 0;
}

static MokedReply *
find_endpoint (MokedServer  *self,
               MokedRequest *request)
{
  g_autofree char *allow = NULL;
  guint status = moked_router_find (self->router, request, &allow);
  MokedReply *reply;

  if (status == 0)
    return NULL;
  if (status == 404)
    return new_problem (MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "There is nothing at this path");
  reply = new_status_problem (status);
  moked_reply_set_header (reply, "Allow", allow);
  return reply;
}

/* Whether the request may go on to send its body. */
MokedReply *
moked_server_admit (MokedConnectionOwner *owner,
                    MokedRequest         *request)
{
  MokedServer *self = (MokedServer *) owner;
  const MokedRoute *route;
  MokedReply *reply;
  guint status;

  take_client_address (self, request);
  reply = find_endpoint (self, request);
  if (self->stopping && reply == NULL)
    reply = new_status_problem (503);
  if (reply == NULL && (status = check_body (request)) != 0)
    reply = new_status_problem (status);
  route = request->endpoint != NULL ? request->endpoint->route : NULL;
  if (reply == NULL && route != NULL && !(route->flags & MOKED_ROUTE_PUBLIC) &&
      moked_request_get_header (request, "Authorization") == NULL)
    reply = new_problem (MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED, "A device token is needed");
  if (reply != NULL)
    moked_endpoint_count (request->endpoint != NULL ? request->endpoint : self->elsewhere,
                          moked_reply_get_status (reply));
  return reply;
}

/* The access log: all of it with MOKED_LOG=debug, and without it only a look at a flag. */
static void
log_answer (MokedRequest *request,
            guint         status)
{
  char status_text[16];
  char usec[32];

  if (!moked_log_wants_debug ())
    return;
  g_snprintf (status_text, sizeof status_text, "%u", status);
  g_snprintf (usec, sizeof usec, "%" G_GINT64_FORMAT, g_get_monotonic_time () - request->started_at);
  moked_log (G_LOG_LEVEL_DEBUG, "http", "request", "status", status_text, "method", moked_request_get_method (request),
             "route", request->endpoint->pattern, "usec", usec, NULL);
}

/* Frees @exchange. */
static void
answer (Exchange   *exchange,
        MokedReply *reply)
{
  MokedRequest *request = exchange->request;
  guint status = moked_reply_get_status (reply);

  moked_endpoint_count (request->endpoint, status);
  log_answer (request, status);
  moked_connection_answer (exchange->connection, reply);
  exchange_free (exchange);
}

static void
answer_error (Exchange     *exchange,
              const GError *error)
{
  MokedReply *reply = moked_reply_new_problem (error);
  guint status = moked_reply_get_status (reply);

  if (status >= 500 || status == 403)
    log_refusal (exchange->server, exchange->request, status, error->message);
  if (status == 401)
    moked_reply_set_header (reply, "WWW-Authenticate", "Bearer");
  if (status == 429 || status == 503)
    moked_reply_set_header (reply, "Retry-After", "30");
  answer (exchange, reply);
}

/* The service's own routes -------------------------------------------------------------------------------- */

static DexFuture *
look_at_store (MokedSession *session,
               gpointer      data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, &error, "SELECT 1", "");

  if (cursor == NULL || !moked_cursor_next (cursor, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_true ();
}

static MokedReply *
answer_health (MokedServer *self)
{
  gboolean good = dex_await (dex_future_first (moked_store_read (self->store, NULL, look_at_store, NULL, NULL),
                                               dex_timeout_new_msec (HEALTH_MSEC), NULL),
                             NULL);
  MokedReply *reply = moked_reply_new_text ("application/json",
                                            good ? "{\"status\":\"ok\",\"version\":\"" MOKED_VERSION "\"}"
                                                 : "{\"status\":\"failing\",\"version\":\"" MOKED_VERSION "\"}");

  if (!good)
    moked_reply_set_status (reply, 503);
  return reply;
}

static MokedReply *
answer_metrics (MokedServer *self)
{
  g_autofree char *text = moked_metrics_dup_text (self->metrics);

  return moked_reply_new_text ("text/plain; version=0.0.4; charset=utf-8", text);
}

/* They need the server itself and therefore have no handler. */
const MokedRoute moked_server_routes[] = {
  { "GET", "/healthz", NULL, MOKED_ROUTE_PUBLIC },
  { "GET", "/metrics", NULL, MOKED_ROUTE_PUBLIC },
  { "GET", "/api/sync/live", NULL, MOKED_ROUTE_TOKEN },
  { NULL },
};

/* %NULL without an error: the connection is no longer ours. */
static MokedReply *
run_own_route (Exchange *exchange,
               GError  **error)
{
  const MokedRoute *route = exchange->request->endpoint->route;

  if (route == &moked_server_routes[0])
    return answer_health (exchange->server);
  if (route == &moked_server_routes[1])
    return answer_metrics (exchange->server);
  return moked_server_live (exchange->server, exchange->connection, exchange->request, error);
}

/* Routes -------------------------------------------------------------------------------------------------- */

static DexFuture *
route_fiber (gpointer data)
{
  Exchange *exchange = data;
  MokedServer *self = exchange->server;
  MokedRequest *request = exchange->request;
  const MokedRoute *route = request->endpoint->route;
  g_autoptr (GError) error = NULL;
  MokedReply *reply = NULL;

  if (!(route->flags & MOKED_ROUTE_PUBLIC))
    request->device = moked_auth_identify (self->auth, request, &error);
  if (error == NULL)
    reply = route->handler != NULL ? route->handler (request, self->context, &error) : run_own_route (exchange, &error);
  if (reply != NULL)
    answer (exchange, reply);
  else if (error != NULL)
    answer_error (exchange, error);
  else
    exchange_free (exchange);
  return dex_future_new_true ();
}

/* Webhooks ------------------------------------------------------------------------------------------------ */

static DexFuture *
reply_fiber (gpointer data)
{
  Exchange *exchange = data;
  g_autoptr (GError) error = NULL;
  MokedReply *reply = exchange->request->endpoint->webhook->reply (exchange->request, exchange->server->context,
                                                                   &error);

  if (reply != NULL)
    answer (exchange, reply);
  else
    answer_error (exchange, error);
  return dex_future_new_true ();
}

static void
webhook_stored (const GError *error,
                gpointer      data)
{
  Exchange *exchange = data;

  if (error != NULL)
    {
      /* Whatever it was, the vendor is to try again. */
      g_autoptr (GError) unavailable = g_error_new_literal (MOKED_ERROR, MOKED_ERROR_UNAVAILABLE, error->message);

      answer_error (exchange, unavailable);
    }
  else if (exchange->request->endpoint->webhook->reply != NULL)
    dex_future_disown (dex_scheduler_spawn (NULL, 0, reply_fiber, exchange, NULL));
  else
    answer (exchange, moked_reply_new (200));
}

static void
receive_webhook (Exchange *exchange)
{
  MokedServer *self = exchange->server;
  MokedRequest *request = exchange->request;
  const MokedWebhook *webhook = request->endpoint->webhook;
  g_autofree char *url = moked_server_dup_public_url (self, moked_request_get_target (request));
  g_autoptr (GError) error = NULL;
  char *key;

  if (!webhook->verify (request, url, self->context, &error))
    {
      if (!g_error_matches (error, MOKED_ERROR, MOKED_ERROR_FORMAT))
        error->code = MOKED_ERROR_FORBIDDEN, error->domain = MOKED_ERROR;
      answer_error (exchange, error);
    }
  else if ((key = webhook->dup_key (request, &error)) == NULL)
    answer_error (exchange, error);
  else
    moked_inbox_put (self->inbox, webhook, request, key, webhook_stored, exchange);
}

void
moked_server_handle (MokedConnectionOwner *owner,
                     MokedConnection      *connection,
                     MokedRequest         *request)
{
  Exchange *exchange = exchange_new ((MokedServer *) owner, connection, request);

  if (request->endpoint->webhook != NULL)
    receive_webhook (exchange);
  else
    dex_future_disown (dex_scheduler_spawn (NULL, 0, route_fiber, exchange, NULL));
}
