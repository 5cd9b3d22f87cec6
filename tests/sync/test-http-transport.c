/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libsoup/soup.h>

#include "../base/test-fiber.h"
#include "base/moked-error.h"
#include "sync/moked-http-transport.h"

/* Against a server in the same process. */

typedef struct
{
  SoupServer              *server;
  MokedHttpTransport      *transport;
  SoupWebsocketConnection *live;
  char                    *authorization;
  char                    *body;
  DexPromise              *accepted;
  DexPromise              *closed;
} Fixture;

static void
answer (SoupServer        *server,
        SoupServerMessage *message,
        const char        *path,
        GHashTable        *query,
        gpointer           data)
{
  static const char problem[] = "{\"title\":\"Refused\",\"detail\":\"The rule says no\"}";
  Fixture *f = data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  guint status = strtoul (path + strlen ("/status/"), NULL, 10);
  const char *text = status >= 400 && status != 500 ? problem : "{}";

  g_set_str (&f->authorization,
             soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization"));
  g_set_str (&f->body, body->data);
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, text, strlen (text));
}

static void
on_live_closed (Fixture *f)
{
  dex_promise_resolve_boolean (f->closed, TRUE);
}

static void
accept_live (SoupServer              *server,
             SoupServerMessage       *message,
             const char              *path,
             SoupWebsocketConnection *connection,
             gpointer                 data)
{
  Fixture *f = data;

  f->live = g_object_ref (connection);
  g_signal_connect_swapped (connection, "closed", G_CALLBACK (on_live_closed), f);
  g_set_str (&f->authorization,
             soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization"));
  dex_promise_resolve_boolean (f->accepted, TRUE);
}

static void
setup (Fixture      *f,
       gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;
  g_autofree char *address = NULL;

  f->accepted = dex_promise_new ();
  f->closed = dex_promise_new ();
  f->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (f->server, "/status", answer, f, NULL);
  soup_server_add_websocket_handler (f->server, "/api/sync/live", NULL, NULL, accept_live, f, NULL);
  soup_server_listen_local (f->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (f->server);
  address = g_uri_to_string (uris->data);
  f->transport = moked_http_transport_new (address, "secret");
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  g_clear_object (&f->transport);
  if (f->live != NULL)
    g_signal_handlers_disconnect_by_data (f->live, f);
  g_clear_object (&f->live);
  g_clear_object (&f->server);
  dex_clear (&f->accepted);
  dex_clear (&f->closed);
  g_free (f->authorization);
  g_free (f->body);
}

static char *
post (Fixture    *f,
      const char *path,
      GError    **error)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("{\"a\":1}", 7);
  g_autoptr (GBytes) answered = dex_await_boxed (moked_sync_transport_post (MOKED_SYNC_TRANSPORT (f->transport), path,
                                                                            body),
                                                 error);

  return answered != NULL ? g_strndup (g_bytes_get_data (answered, NULL), g_bytes_get_size (answered)) : NULL;
}

static DexFuture *
token_and_body_fiber (gpointer data)
{
  Fixture *f = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = post (f, "/status/200", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "{}");
  g_assert_cmpstr (f->authorization, ==, "Bearer secret");
  g_assert_cmpstr (f->body, ==, "{\"a\":1}");
  return dex_future_new_true ();
}

static DexFuture *
statuses_fiber (gpointer data)
{
  static const struct
  {
    const char *path;
    MokedError  code;
    const char *message;
  } cases[] = {
    { "/status/401", MOKED_ERROR_UNAUTHENTICATED, "The rule says no" },
    { "/status/403", MOKED_ERROR_FORBIDDEN, "The rule says no" },
    { "/status/410", MOKED_ERROR_GONE, "The rule says no" },
    { "/status/422", MOKED_ERROR_INVALID, "The rule says no" },
    { "/status/500", MOKED_ERROR_INTERNAL, "The service answered 500" },
    { "/status/502", MOKED_ERROR_UNAVAILABLE, "The rule says no" },
    { "/status/503", MOKED_ERROR_UNAVAILABLE, "The rule says no" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = post (data, cases[i].path, &error);

      g_assert_null (text);
      g_assert_error (error, MOKED_ERROR, (int) cases[i].code);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
  return dex_future_new_true ();
}

static DexFuture *
unreachable_fiber (gpointer data)
{
  Fixture *f = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  soup_server_disconnect (f->server);
  text = post (f, "/status/200", &error);
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_UNAVAILABLE);
  return dex_future_new_true ();
}

static DexFuture *
no_address_fiber (gpointer data)
{
  g_autoptr (MokedHttpTransport) transport = moked_http_transport_new ("no address", NULL);
  g_autoptr (GError) error = NULL;

  dex_await (moked_sync_transport_get (MOKED_SYNC_TRANSPORT (transport), "/healthz"), &error);
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INVALID);
  return dex_future_new_true ();
}

/* A transport that nobody holds any more still brings its answer. */
static DexFuture *
forgotten_fiber (gpointer data)
{
  Fixture *f = data;
  g_autoptr (GError) error = NULL;
  DexFuture *future = moked_sync_transport_get (MOKED_SYNC_TRANSPORT (f->transport), "/status/200");

  g_clear_object (&f->transport);
  dex_await (future, &error);
  g_assert_no_error (error);
  return dex_future_new_true ();
}

/* Said by the transport itself, before anything that the service says. */
#define OPEN "{\"type\":\"open\"}"

typedef struct
{
  GString    *text;
  DexPromise *came;
} Heard;

static void
hear (const char *text,
      gpointer    data)
{
  Heard *heard = data;

  g_string_append (heard->text, text);
  if (!g_str_equal (text, OPEN) && dex_future_is_pending (DEX_FUTURE (heard->came)))
    dex_promise_resolve_boolean (heard->came, TRUE);
}

static DexFuture *
live_fiber (gpointer data)
{
  Fixture *f = data;
  Heard heard = { g_string_new (NULL), dex_promise_new () };
  g_autoptr (GError) error = NULL;
  DexFuture *live = moked_sync_transport_listen (MOKED_SYNC_TRANSPORT (f->transport), hear, &heard);

  dex_await (dex_ref (DEX_FUTURE (f->accepted)), NULL);
  g_assert_cmpstr (f->authorization, ==, "Bearer secret");
  soup_websocket_connection_send_text (f->live, "שלום");
  dex_await (dex_ref (DEX_FUTURE (heard.came)), NULL);
  g_assert_cmpstr (heard.text->str, ==, OPEN "שלום");
  g_assert_true (dex_future_is_pending (live));

  soup_websocket_connection_close (f->live, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  dex_await (live, &error);
  g_assert_no_error (error);
  g_string_free (heard.text, TRUE);
  dex_unref (heard.came);
  return dex_future_new_true ();
}

static DexFuture *
live_dropped_fiber (gpointer data)
{
  Fixture *f = data;
  Heard heard = { g_string_new (NULL), dex_promise_new () };
  DexFuture *live = moked_sync_transport_listen (MOKED_SYNC_TRANSPORT (f->transport), hear, &heard);

  dex_await (dex_ref (DEX_FUTURE (f->accepted)), NULL);
  dex_unref (live);
  dex_await (dex_ref (DEX_FUTURE (f->closed)), NULL);
  g_string_free (heard.text, TRUE);
  dex_unref (heard.came);
  return dex_future_new_true ();
}

static DexFuture *
live_refused_fiber (gpointer data)
{
  Fixture *f = data;
  g_autoptr (GError) error = NULL;

  soup_server_remove_handler (f->server, "/api/sync/live");
  dex_await (moked_sync_transport_listen (MOKED_SYNC_TRANSPORT (f->transport), hear, NULL), &error);
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND);
  return dex_future_new_true ();
}

static void
run (Fixture      *f,
     gconstpointer body)
{
  test_fiber_run ((DexFiberFunc) body, f);
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char  *name;
    DexFiberFunc body;
  } tests[] = {
    { "/http-transport/token-and-body", token_and_body_fiber },
    { "/http-transport/statuses", statuses_fiber },
    { "/http-transport/unreachable", unreachable_fiber },
    { "/http-transport/no-address", no_address_fiber },
    { "/http-transport/forgotten", forgotten_fiber },
    { "/http-transport/live", live_fiber },
    { "/http-transport/live-dropped", live_dropped_fiber },
    { "/http-transport/live-refused", live_refused_fiber },
  };

  g_test_init (&argc, &argv, NULL);
  dex_init ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, tests[i].body, setup, run, teardown);
  return g_test_run ();
}
