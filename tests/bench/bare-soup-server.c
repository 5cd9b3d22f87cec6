/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SoupServer as its documentation shows it: it answers every request with 200 and keeps nothing.
 *
 * The benchmark's ceiling for what libsoup allows, and the negative control of the hostile HTTP
 * probes. The listening socket is its own, with a backlog that a burst of connections needs:
 * soup_server_listen() keeps GSocket's default of 10, which would measure SYN retransmissions.
 *
 *   bare-soup-server [PORT]      0, the default, picks one; prints one JSON line when ready */
#include <libsoup/soup.h>
#include <glib-unix.h>

static const char answer[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response></Response>";

static void
handle (SoupServer        *server,
        SoupServerMessage *message,
        const char        *path,
        GHashTable        *query,
        gpointer           data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/xml", SOUP_MEMORY_STATIC, answer, sizeof answer - 1);
}

static GSocket *
listen_on (guint16   port,
           GError  **error)
{
  g_autoptr (GSocket) listener = NULL;
  g_autoptr (GSocketAddress) address = NULL;

  listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (listener == NULL)
    return NULL;
  g_socket_set_listen_backlog (listener, 1024);
  address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  if (!g_socket_bind (listener, address, TRUE, error) || !g_socket_listen (listener, error))
    return NULL;
  return g_steal_pointer (&listener);
}

static gboolean
stop (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SoupServer) server = soup_server_new ("server-header", NULL, NULL);
  g_autoptr (GSocket) listener = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  listener = listen_on (argc > 1 ? (guint16) g_ascii_strtoull (argv[1], NULL, 10) : 0, &error);
  if (listener == NULL || !soup_server_listen_socket (server, listener, 0, &error))
    g_error ("Cannot listen: %s", error->message);
  soup_server_add_handler (server, NULL, handle, NULL, NULL);
  g_unix_signal_add (SIGTERM, stop, loop);

  address = g_socket_get_local_address (listener, NULL);
  g_print ("{\"ready\":true,\"listen\":\"http://127.0.0.1:%u\",\"libsoup\":\"%u.%u.%u\"}\n",
           g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)),
           soup_get_major_version (), soup_get_minor_version (), soup_get_micro_version ());
  g_main_loop_run (loop);
  soup_server_disconnect (server);
  return 0;
}
