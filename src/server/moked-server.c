/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-server-private.h"

#include <string.h>

#include "base/moked-error.h"
#include "server/moked-events-private.h"

/* How long the answers that are under way may still take when the service ends. */
#define DRAIN_MSEC 5000

/* Stands for all requests that reach no route. */
static const MokedRoute elsewhere = { "any", "elsewhere" };

static const char *const loopback[] = { "127.0.0.1", "::1", NULL };

static void
on_closed (MokedConnectionOwner *owner,
           MokedConnection      *connection)
{
  MokedServer *self = (MokedServer *) owner;

  moked_listener_remove (self->listener, connection);
}

static gint64
seconds (guint given,
         guint usual)
{
  return (gint64) (given > 0 ? given : usual) * G_USEC_PER_SEC;
}

static void
set_limits (MokedServer              *self,
            const MokedServerOptions *options)
{
  self->time_limits = (MokedTimeLimits) {
    .first = seconds (options->head_seconds, 10),
    .head = seconds (options->head_seconds, 10),
    .body = seconds (options->body_seconds, 10),
    .idle = seconds (options->idle_seconds, 75),
    .handler = seconds (0, 120),
    .write = seconds (0, 30),
    .linger = seconds (0, 3),
    .min_rate = 64 * 1024,
  };
  self->trusted = g_strdupv (options->trusted_proxies != NULL ? options->trusted_proxies : (char **) loopback);
  self->listener_limits = (MokedListenerLimits) {
    .connections = options->max_connections > 0 ? options->max_connections : 4096,
    .per_address = options->max_connections_per_address > 0 ? options->max_connections_per_address : 64,
    .trusted = (const char *const *) self->trusted,
  };
}

static void
write_requests (GString     *text,
                MokedServer *self)
{
  GPtrArray *endpoints = moked_router_get_endpoints (self->router);

  moked_metrics_write_header (text, "moked_http_requests_total", "counter", "Answers by route and status.");
  for (guint i = 0; i <= endpoints->len; i++)
    {
      MokedEndpoint *endpoint = i < endpoints->len ? g_ptr_array_index (endpoints, i) : self->elsewhere;

      for (guint slot = 0; slot < MOKED_ENDPOINT_N_STATUSES; slot++)
        {
          g_autofree char *labels = NULL;

          if (endpoint->counts[slot] == 0)
            continue;
          labels = g_strdup_printf ("method=\"%s\",route=\"%s\",status=\"%u\"", endpoint->method, endpoint->pattern,
                                    moked_endpoint_get_status (slot));
          moked_metrics_write (text, "moked_http_requests_total", labels, (double) endpoint->counts[slot]);
        }
    }
}

static void
write_inbox (GString               *text,
             const MokedInboxStats *stats)
{
  guint64 all = stats->received + stats->repeated + stats->refused;

  moked_metrics_write_header (text, "moked_webhooks_total", "counter", "Verified webhooks by outcome.");
  moked_metrics_write (text, "moked_webhooks_total", "outcome=\"stored\"", (double) stats->received);
  moked_metrics_write (text, "moked_webhooks_total", "outcome=\"repeated\"", (double) stats->repeated);
  moked_metrics_write (text, "moked_webhooks_total", "outcome=\"not_stored\"", (double) stats->refused);
  moked_metrics_write (text, "moked_webhooks_total", "outcome=\"applied\"", (double) stats->applied);
  moked_metrics_write (text, "moked_webhooks_total", "outcome=\"failed\"", (double) stats->failed);
  moked_metrics_write_header (text, "moked_webhook_inbox_depth", "gauge", "Stored webhooks that wait to be applied.");
  moked_metrics_write (text, "moked_webhook_inbox_depth", NULL, (double) stats->waiting);
  moked_metrics_write_header (text, "moked_webhook_write_seconds", "histogram", "From the signature to the disk.");
  for (guint i = 0; i < MOKED_INBOX_N_BUCKETS; i++)
    {
      g_autofree char *labels = g_strdup_printf ("le=\"%g\"", moked_inbox_buckets[i]);

      moked_metrics_write (text, "moked_webhook_write_seconds_bucket", labels, (double) stats->latency[i]);
    }
  moked_metrics_write (text, "moked_webhook_write_seconds_bucket", "le=\"+Inf\"", (double) all);
  moked_metrics_write (text, "moked_webhook_write_seconds_sum", NULL, stats->latency_sum);
  moked_metrics_write (text, "moked_webhook_write_seconds_count", NULL, (double) all);
}

static void
write_metrics (GString *text,
               gpointer data)
{
  MokedServer *self = data;

  write_requests (text, self);
  write_inbox (text, moked_inbox_get_stats (self->inbox));
  moked_metrics_write_header (text, "moked_http_connections", "gauge", "Open connections.");
  moked_metrics_write (text, "moked_http_connections", NULL, moked_listener_get_n_connections (self->listener));
  moked_metrics_write_header (text, "moked_desktops_connected", "gauge", "Desktops on the live channel.");
  moked_metrics_write (text, "moked_desktops_connected", NULL, moked_events_get_n_clients (self->events));
}

/**
 * moked_server_new:
 * @store: an open store whose schema has moked_auth_schema and moked_inbox_schema
 * @options: is copied
 * @context: (nullable): given to handlers and webhooks
 *
 * Makes a server on the thread's default main context. It has `/healthz`, `/metrics` and the live channel
 * `/api/sync/live` of its own.
 *
 * Returns: (transfer full): a server that does not listen yet
 */
MokedServer *
moked_server_new (MokedStore               *store,
                  MokedClock               *clock,
                  const MokedServerOptions *options,
                  MokedContext             *context)
{
  MokedServer *self = g_new0 (MokedServer, 1);

  set_limits (self, options);
  moked_server_set_public_url (self, options->public_url);
  self->store = g_object_ref (store);
  self->context = context;
  self->poller = moked_poller_new ();
  self->owner.poller = self->poller;
  self->owner.limits = &self->time_limits;
  self->owner.admit = moked_server_admit;
  self->owner.handle = moked_server_handle;
  self->owner.refuse = moked_server_refuse;
  self->owner.closed = on_closed;
  self->listener = moked_listener_new (&self->owner, &self->listener_limits);
  self->router = moked_router_new ();
  self->auth = moked_auth_new (store, clock);
  self->events = moked_events_new ();
  self->inbox = moked_inbox_new (store, clock, context);
  self->metrics = moked_metrics_new ();
  self->log_limit = moked_rate_limit_new (clock, 20, G_USEC_PER_SEC / 2);
  self->elsewhere = moked_endpoint_new_for_route (&elsewhere);
  moked_router_add_routes (self->router, moked_server_routes);
  moked_metrics_add (self->metrics, write_metrics, self);
  return self;
}

/**
 * moked_server_free:
 * @self: a server that has stopped
 */
void
moked_server_free (MokedServer *self)
{
  /* An answer that did not come in time still points here. */
  if (self->handling > 0)
    return;
  moked_listener_free (self->listener);
  moked_inbox_free (self->inbox);
  g_object_unref (self->events);
  moked_auth_free (self->auth);
  moked_metrics_free (self->metrics);
  moked_rate_limit_free (self->log_limit);
  moked_endpoint_free (self->elsewhere);
  moked_router_free (self->router);
  moked_poller_free (self->poller);
  g_object_unref (self->store);
  dex_clear (&self->drained);
  g_strfreev (self->trusted);
  g_free (self->public_url);
  g_free (self->url);
  g_free (self);
}

/**
 * moked_server_add_routes:
 * @routes: (nullable) (array zero-terminated=1): static
 */
void
moked_server_add_routes (MokedServer      *self,
                         const MokedRoute *routes)
{
  moked_router_add_routes (self->router, routes);
}

/**
 * moked_server_add_webhooks:
 * @webhooks: (nullable) (array zero-terminated=1): static
 */
void
moked_server_add_webhooks (MokedServer        *self,
                           const MokedWebhook *webhooks)
{
  moked_router_add_webhooks (self->router, webhooks);
  moked_inbox_add (self->inbox, webhooks);
}

static GInetSocketAddress *
parse_address (const char *text,
               GError    **error)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *host = NULL;
  g_autoptr (GInetAddress) address = NULL;
  guint64 port;

  if (colon != NULL && g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &port, NULL))
    {
      host = text[0] == '[' && colon[-1] == ']' ? g_strndup (text + 1, colon - text - 2)
                                                : g_strndup (text, colon - text);
      address = g_inet_address_new_from_string (g_str_equal (host, "localhost") ? "127.0.0.1" : host);
    }
  if (address != NULL)
    return G_INET_SOCKET_ADDRESS (g_inet_socket_address_new (address, port));
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, "“%s” is not ADDRESS:PORT, such as 127.0.0.1:8765", text);
  return NULL;
}

/**
 * moked_server_listen:
 * @address: such as `127.0.0.1:8765` or `[::1]:0`; port 0 picks a free one
 *
 * Opens the socket and begins to serve and to apply webhooks.
 */
gboolean
moked_server_listen (MokedServer *self,
                     const char  *address,
                     GError     **error)
{
  g_autoptr (GInetSocketAddress) where = parse_address (address, error);

  if (where == NULL || !moked_listener_listen (self->listener, where, error))
    return FALSE;
  self->url = moked_listener_dup_url (self->listener);
  if (self->public_url == NULL)
    self->public_url = g_strdup (self->url);
  moked_inbox_start (self->inbox);
  return TRUE;
}

static DexFuture *
stop_fiber (gpointer data)
{
  MokedServer *self = data;

  self->stopping = TRUE;
  moked_listener_stop (self->listener);
  if (self->handling > 0)
    {
      self->drained = dex_promise_new ();
      dex_await (dex_future_first (dex_ref (DEX_FUTURE (self->drained)), dex_timeout_new_msec (DRAIN_MSEC), NULL),
                 NULL);
    }
  moked_events_close (self->events);
  dex_await (moked_inbox_stop (self->inbox), NULL);
  return dex_future_new_true ();
}

/**
 * moked_server_stop:
 *
 * Takes no more clients, lets the answers under way go out, and lets the webhook that is being applied
 * come to its end. What is stored and not applied is applied at the next start.
 *
 * Returns: (transfer full): resolves when all is quiet
 */
DexFuture *
moked_server_stop (MokedServer *self)
{
  return dex_scheduler_spawn (NULL, 0, stop_fiber, self, NULL);
}

/**
 * moked_server_get_url:
 *
 * Returns: (nullable): where it listens
 */
const char *
moked_server_get_url (MokedServer *self)
{
  return self->url;
}

/**
 * moked_server_dup_public_url:
 * @path: begins with a slash
 *
 * Returns: (transfer full): what vendors call
 */
char *
moked_server_dup_public_url (MokedServer *self,
                             const char  *path)
{
  return g_strconcat (self->public_url, path, NULL);
}

/**
 * moked_server_set_public_url:
 * @url: (nullable): what vendors call from now on; %NULL for where the server listens
 */
void
moked_server_set_public_url (MokedServer *self,
                             const char  *url)
{
  gsize length = url != NULL ? strlen (url) : 0;

  g_free (self->public_url);
  while (length > 0 && url[length - 1] == '/')
    length--;
  self->public_url = url != NULL ? g_strndup (url, length) : g_strdup (self->url);
}

MokedAuth *
moked_server_get_auth (MokedServer *self)
{
  return self->auth;
}

MokedEvents *
moked_server_get_events (MokedServer *self)
{
  return self->events;
}

MokedInbox *
moked_server_get_inbox (MokedServer *self)
{
  return self->inbox;
}

MokedMetrics *
moked_server_get_metrics (MokedServer *self)
{
  return self->metrics;
}
