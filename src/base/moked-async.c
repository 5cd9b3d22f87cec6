/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-async.h"

#include "base/moked-error.h"

/* The bridges from callbacks to futures are all here, so that the rest is written as fibers. */

static DexFuture *
name_timeout (DexFuture *completed, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (completed, &error);
  if (!g_error_matches (error, DEX_ERROR, DEX_ERROR_TIMED_OUT))
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_TIMEOUT, "No answer after %u ms",
                                GPOINTER_TO_UINT (user_data));
}

/**
 * moked_async_with_timeout:
 * @future: (transfer full): what to wait for
 * @msec: how long at most, in milliseconds
 *
 * Bounds the wait for @future. When the time is over @future is dropped, which cancels it where it
 * can be cancelled. Call it on the main thread.
 *
 * Returns: (transfer full): what @future gives, or rejects with %MOKED_ERROR_TIMEOUT
 */
DexFuture *
moked_async_with_timeout (DexFuture *future, guint msec)
{
  g_return_val_if_fail (DEX_IS_FUTURE (future), NULL);

  return dex_future_catch (dex_future_first (future, dex_timeout_new_usec ((gint64) msec * 1000), NULL),
                           name_timeout, GUINT_TO_POINTER (msec), NULL);
}

static void
read_line_done (GObject *object, GAsyncResult *result, gpointer user_data)
{
  DexPromise *promise = user_data;
  GError *error = NULL;
  char *line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (object), result, NULL, &error);

  if (line != NULL)
    dex_promise_resolve_string (promise, line);
  else if (error != NULL)
    dex_promise_reject (promise, error);
  else
    dex_promise_reject (promise, g_error_new_literal (MOKED_ERROR, MOKED_ERROR_GONE, "The stream has ended"));
  dex_unref (promise);
}

/**
 * moked_async_read_line:
 * @stream: such as the output of a process
 *
 * Dropping the future cancels the reading.
 *
 * Returns: (transfer full): resolves to the next line without its end, rejects with %MOKED_ERROR_GONE
 *   when there is none
 */
DexFuture *
moked_async_read_line (GDataInputStream *stream)
{
  DexPromise *promise;

  g_return_val_if_fail (G_IS_DATA_INPUT_STREAM (stream), NULL);

  promise = dex_promise_new_cancellable ();
  g_data_input_stream_read_line_async (stream, G_PRIORITY_DEFAULT, dex_promise_get_cancellable (promise),
                                       read_line_done, dex_ref (promise));
  return DEX_FUTURE (promise);
}

static void
send_and_read_done (GObject *object, GAsyncResult *result, gpointer user_data)
{
  DexPromise *promise = user_data;
  GError *error = NULL;
  GBytes *bytes = soup_session_send_and_read_finish (SOUP_SESSION (object), result, &error);

  if (bytes != NULL)
    dex_promise_resolve_boxed (promise, G_TYPE_BYTES, bytes);
  else
    dex_promise_reject (promise, error);
  dex_unref (promise);
}

/**
 * moked_soup_send_and_read:
 * @session: a session of the main thread
 * @message: a request
 *
 * Sends @message and reads the whole answer. An answer with an error status resolves too; look at
 * the message. Dropping the future cancels the request.
 *
 * Returns: (transfer full): resolves to a boxed `GBytes`
 */
DexFuture *
moked_soup_send_and_read (SoupSession *session, SoupMessage *message)
{
  DexPromise *promise;

  g_return_val_if_fail (SOUP_IS_SESSION (session) && SOUP_IS_MESSAGE (message), NULL);

  promise = dex_promise_new_cancellable ();
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT,
                                    dex_promise_get_cancellable (promise), send_and_read_done,
                                    dex_ref (promise));
  return DEX_FUTURE (promise);
}

static void
websocket_connect_done (GObject *object, GAsyncResult *result, gpointer user_data)
{
  DexPromise *promise = user_data;
  GError *error = NULL;
  SoupWebsocketConnection *connection;

  connection = soup_session_websocket_connect_finish (SOUP_SESSION (object), result, &error);
  if (connection != NULL)
    dex_promise_resolve_object (promise, connection);
  else
    dex_promise_reject (promise, error);
  dex_unref (promise);
}

/**
 * moked_soup_websocket_connect:
 * @session: a session of the main thread
 * @message: a GET request with the address; its headers carry the authentication
 * @origin: (nullable): the Origin header
 * @protocols: (nullable) (array zero-terminated=1): protocols to offer
 *
 * Opens a WebSocket. Dropping the future cancels the attempt.
 *
 * Returns: (transfer full): resolves to a `SoupWebsocketConnection`
 */
DexFuture *
moked_soup_websocket_connect (SoupSession *session,
                              SoupMessage *message,
                              const char  *origin,
                              const char **protocols)
{
  DexPromise *promise;

  g_return_val_if_fail (SOUP_IS_SESSION (session) && SOUP_IS_MESSAGE (message), NULL);

  promise = dex_promise_new_cancellable ();
  soup_session_websocket_connect_async (session, message, origin, (char **) protocols,
                                        G_PRIORITY_DEFAULT, dex_promise_get_cancellable (promise),
                                        websocket_connect_done, dex_ref (promise));
  return DEX_FUTURE (promise);
}
