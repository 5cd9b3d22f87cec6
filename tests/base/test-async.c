/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-async.h"
#include "base/moked-error.h"
#include "test-fiber.h"

typedef struct
{
  MokedWorker *worker;
  GThread     *main_thread;
  int          value;
  gboolean     freed;
} Fixture;

static DexFuture *
answer_on_thread (gpointer data)
{
  Fixture *fixture = data;

  g_assert_true (g_thread_self () != fixture->main_thread);
  return dex_future_new_for_int (fixture->value);
}

static void
mark_freed (gpointer data)
{
  ((Fixture *) data)->freed = TRUE;
}

static DexFuture *
fail_on_thread (gpointer data)
{
  return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_STORAGE, "The disk is full");
}

static DexFuture *
nothing_on_thread (gpointer data)
{
  return NULL;
}

static DexFuture *
worker_fiber (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (dex_await_int (moked_worker_run (fixture->worker, answer_on_thread, fixture, mark_freed),
                                  &error), ==, 42);
  g_assert_no_error (error);
  g_assert_true (fixture->freed);

  g_assert_false (dex_await (moked_worker_run (fixture->worker, fail_on_thread, NULL, NULL), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE);
  g_assert_cmpstr (error->message, ==, "The disk is full");
  g_clear_error (&error);

  g_assert_false (dex_await (moked_worker_run (fixture->worker, nothing_on_thread, NULL, NULL), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL);
  return dex_future_new_true ();
}

static void
test_worker_result (void)
{
  Fixture fixture = { .worker = moked_worker_new ("test", 2), .main_thread = g_thread_self (), .value = 42 };

  test_fiber_run (worker_fiber, &fixture);
  moked_worker_close (fixture.worker);
}

static DexFuture *
append_number (gpointer data)
{
  static GMutex mutex;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  GArray *numbers = data;
  guint next = numbers->len;

  g_array_append_val (numbers, next);
  return dex_future_new_true ();
}

static void
test_worker_close_drains (void)
{
  MokedWorker *worker = moked_worker_new ("test", 3);
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));

  for (int i = 0; i < 500; i++)
    dex_future_disown (moked_worker_run (worker, append_number, numbers, NULL));
  moked_worker_close (worker);
  g_assert_cmpuint (numbers->len, ==, 500);
}

static void
test_worker_dropped_future (void)
{
  MokedWorker *worker = moked_worker_new ("test", 1);
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  DexFuture *future = moked_worker_run (worker, append_number, numbers, NULL);

  dex_clear (&future);
  moked_worker_close (worker);
  g_assert_cmpuint (numbers->len, ==, 1);
}

static DexFuture *
timeout_fiber (gpointer data)
{
  g_autoptr (GError) error = NULL;
  DexPromise *never = dex_promise_new_cancellable ();
  g_autoptr (GCancellable) cancellable = g_object_ref (dex_promise_get_cancellable (never));

  g_assert_false (dex_await (moked_async_with_timeout (DEX_FUTURE (never), 5), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_TIMEOUT);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  g_clear_error (&error);

  g_assert_cmpint (dex_await_int (moked_async_with_timeout (dex_future_new_for_int (7), 60000), &error), ==, 7);
  g_assert_no_error (error);

  g_assert_false (dex_await (moked_async_with_timeout (fail_on_thread (NULL), 60000), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE);
  return dex_future_new_true ();
}

static void
test_timeout (void)
{
  test_fiber_run (timeout_fiber, NULL);
}

typedef struct
{
  SoupServer  *server;
  SoupSession *session;
  char        *base;
  gboolean     finished;
} Web;

static void
on_hello (SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query, gpointer data)
{
  soup_server_message_set_status (msg, 200, NULL);
  soup_server_message_set_response (msg, "text/plain", SOUP_MEMORY_STATIC, "shalom", 6);
}

static void
on_message_finished (SoupMessage *msg, Web *web)
{
  web->finished = TRUE;
}

/* Never answers. */
static void
on_silent (SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query, gpointer data)
{
  soup_server_message_pause (msg);
}

static void
on_socket (SoupServer              *server,
           SoupServerMessage       *msg,
           const char              *path,
           SoupWebsocketConnection *connection,
           gpointer                 data)
{
  soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
}

static void
web_init (Web *web)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  web->server = g_object_new (SOUP_TYPE_SERVER, NULL);
  soup_server_add_handler (web->server, "/hello", on_hello, NULL, NULL);
  soup_server_add_handler (web->server, "/silent", on_silent, NULL, NULL);
  soup_server_add_websocket_handler (web->server, "/socket", NULL, NULL, on_socket, NULL, NULL);
  soup_server_listen_local (web->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (web->server);
  web->base = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  web->session = soup_session_new ();
}

static void
web_clear (Web *web)
{
  soup_session_abort (web->session);
  g_clear_object (&web->session);
  soup_server_disconnect (web->server);
  g_clear_object (&web->server);
  g_clear_pointer (&web->base, g_free);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static SoupMessage *
web_message (Web *web, const char *path)
{
  g_autofree char *url = g_strconcat (web->base, path, NULL);

  return soup_message_new ("GET", url);
}

static DexFuture *
soup_fiber (gpointer data)
{
  Web *web = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) hello = web_message (web, "/hello");
  g_autoptr (SoupMessage) nowhere = web_message (web, "/nowhere");
  g_autoptr (SoupMessage) socket = web_message (web, "/socket");
  g_autoptr (SoupMessage) no_socket = web_message (web, "/hello");
  g_autoptr (GBytes) body = dex_await_boxed (moked_soup_send_and_read (web->session, hello), &error);
  g_autoptr (SoupWebsocketConnection) connection = NULL;

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "shalom", 6);

  g_assert_true (dex_await (moked_soup_send_and_read (web->session, nowhere), &error));
  g_assert_cmpuint (soup_message_get_status (nowhere), ==, 404);

  connection = dex_await_object (moked_soup_websocket_connect (web->session, socket, NULL, NULL), &error);
  g_assert_no_error (error);
  g_assert_true (SOUP_IS_WEBSOCKET_CONNECTION (connection));

  g_assert_false (dex_await (moked_soup_websocket_connect (web->session, no_socket, NULL, NULL), &error));
  g_assert_nonnull (error);
  return dex_future_new_true ();
}

static void
test_soup (void)
{
  Web web = { 0 };

  web_init (&web);
  test_fiber_run (soup_fiber, &web);
  web_clear (&web);
}

static DexFuture *
silent_fiber (gpointer data)
{
  Web *web = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) silent = web_message (web, "/silent");

  g_signal_connect (silent, "finished", G_CALLBACK (on_message_finished), web);
  g_assert_false (dex_await (moked_async_with_timeout (moked_soup_send_and_read (web->session, silent), 100),
                             &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_TIMEOUT);
  return dex_future_new_true ();
}

static void
test_soup_dropped (void)
{
  Web web = { 0 };

  web_init (&web);
  test_fiber_run (silent_fiber, &web);
  /* The request isn't left running behind the timeout. */
  while (!web.finished)
    g_main_context_iteration (NULL, TRUE);
  web_clear (&web);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/async/worker/result", test_worker_result);
  g_test_add_func ("/async/worker/close-drains", test_worker_close_drains);
  g_test_add_func ("/async/worker/dropped-future", test_worker_dropped_future);
  g_test_add_func ("/async/timeout", test_timeout);
  g_test_add_func ("/async/soup", test_soup);
  g_test_add_func ("/async/soup-dropped", test_soup_dropped);
  return g_test_run ();
}
