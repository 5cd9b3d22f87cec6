/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "server/moked-listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/moked-log.h"

#define BACKLOG 1024
#define ACCEPTS_A_ROUND 64
#define DEADLINE_STEP_MS 500

/* A window of this size is enough for an office's line, and bounds what a refused client can push. */
#define RECEIVE_BUFFER (256 * 1024)

struct _MokedListener
{
  MokedWatch                 watch;
  MokedConnectionOwner      *owner;
  const MokedListenerLimits *limits;
  GSocket                   *socket;
  GQueue                     connections;
  GHashTable                *by_address;
  guint                      deadline_timer;
};

/* What counts as one client: one IPv4 address, or one network of IPv6. */
static char *
dup_client (const char *address)
{
  struct in6_addr ip;

  if (inet_pton (AF_INET6, address, &ip) != 1)
    return g_strdup (address);
  return g_strdup_printf ("%02x%02x:%02x%02x:%02x%02x:%02x%02x::/64", ip.s6_addr[0], ip.s6_addr[1], ip.s6_addr[2],
                          ip.s6_addr[3], ip.s6_addr[4], ip.s6_addr[5], ip.s6_addr[6], ip.s6_addr[7]);
}

static guint
count_client (MokedListener *self,
              const char    *address,
              int            change)
{
  g_autofree char *client = dup_client (address);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_address, client)) + change;

  if (change != 0 && count == 0)
    g_hash_table_remove (self->by_address, client);
  else if (change != 0)
    g_hash_table_insert (self->by_address, g_steal_pointer (&client), GUINT_TO_POINTER (count));
  return count;
}

static gboolean
check_deadlines (gpointer data)
{
  MokedListener *self = data;
  gint64 now = g_get_monotonic_time ();
  GList *next;

  for (GList *link = self->connections.head; link != NULL; link = next)
    {
      next = link->next;
      moked_connection_check_deadline (link->data, now);
    }
  if (self->connections.length > 0)
    return G_SOURCE_CONTINUE;
  self->deadline_timer = 0;
  return G_SOURCE_REMOVE;
}

/* Room for a new client: the one that has kept us waiting longest goes. */
static gboolean
make_room (MokedListener *self)
{
  if (self->connections.length < self->limits->connections)
    return TRUE;
  for (GList *link = self->connections.head; link != NULL; link = link->next)
    if (moked_connection_is_waiting (link->data))
      {
        moked_connection_close (link->data);
        return TRUE;
      }
  return FALSE;
}

static void
format_address (const struct sockaddr_storage *from,
                char                          *text,
                gsize                          size)
{
  const struct sockaddr_in6 *six = (const struct sockaddr_in6 *) from;
  const struct sockaddr_in *four = (const struct sockaddr_in *) from;

  if (from->ss_family == AF_INET)
    inet_ntop (AF_INET, &four->sin_addr, text, size);
  else if (IN6_IS_ADDR_V4MAPPED (&six->sin6_addr))
    inet_ntop (AF_INET, six->sin6_addr.s6_addr + 12, text, size);
  else
    inet_ntop (AF_INET6, &six->sin6_addr, text, size);
}

static void
welcome (MokedListener                 *self,
         int                            fd,
         const struct sockaddr_storage *from)
{
  char address[INET6_ADDRSTRLEN] = "";
  MokedConnection *connection;

  format_address (from, address, sizeof address);
  if ((!moked_listener_trusts (self, address) && count_client (self, address, 0) >= self->limits->per_address) ||
      !make_room (self))
    {
      close (fd);
      return;
    }
  if ((connection = moked_connection_new (self->owner, fd, address)) == NULL)
    return;
  count_client (self, address, 1);
  g_queue_push_tail_link (&self->connections, moked_connection_get_link (connection));
  if (self->deadline_timer == 0)
    self->deadline_timer = g_timeout_add (DEADLINE_STEP_MS, check_deadlines, self);
}

static void
on_ready (MokedWatch *watch,
          guint32     events)
{
  MokedListener *self = (MokedListener *) watch;

  for (guint i = 0; i < ACCEPTS_A_ROUND; i++)
    {
      struct sockaddr_storage from = { 0 };
      socklen_t length = sizeof from;
      int fd = accept4 (g_socket_get_fd (self->socket), (struct sockaddr *) &from, &length,
                        SOCK_NONBLOCK | SOCK_CLOEXEC);

      if (fd >= 0)
        welcome (self, fd, &from);
      else if (errno == EMFILE || errno == ENFILE)
        {
          /* Somebody has to go, or the listening socket would stay ready for ever. */
          if (self->connections.length > 0)
            moked_connection_close (self->connections.head->data);
          return;
        }
      else if (errno != ECONNABORTED && errno != EINTR)
        return;
    }
}

/**
 * moked_listener_new:
 * @owner: what the connections talk to; outlives the listener
 * @limits: static, or outlives the listener
 *
 * Returns: (transfer full): a listener that does not listen yet
 */
MokedListener *
moked_listener_new (MokedConnectionOwner      *owner,
                    const MokedListenerLimits *limits)
{
  MokedListener *self = g_new0 (MokedListener, 1);

  self->watch.ready = on_ready;
  self->owner = owner;
  self->limits = limits;
  self->by_address = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

static void
set_option (GSocket *socket,
            int      level,
            int      option,
            int      value)
{
  g_autoptr (GError) error = NULL;

  if (!g_socket_set_option (socket, level, option, value, &error))
    moked_log (G_LOG_LEVEL_WARNING, "http", "a socket option cannot be set", "reason", error->message, NULL);
}

/**
 * moked_listener_listen:
 * @address: where; port 0 picks a free one
 *
 * Clients are served from the next turn of the main loop on.
 */
gboolean
moked_listener_listen (MokedListener      *self,
                       GInetSocketAddress *address,
                       GError            **error)
{
  g_autoptr (GSocket) socket = NULL;
  GSocketFamily family = g_socket_address_get_family (G_SOCKET_ADDRESS (address));

  socket = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL)
    return FALSE;
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);
  set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option (socket, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
  if (!g_socket_bind (socket, G_SOCKET_ADDRESS (address), TRUE, error) || !g_socket_listen (socket, error))
    return FALSE;
  if (!moked_poller_add (self->owner->poller, g_socket_get_fd (socket), EPOLLIN, &self->watch))
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return FALSE;
    }
  self->socket = g_steal_pointer (&socket);
  return TRUE;
}

/**
 * moked_listener_dup_url:
 *
 * Returns: (transfer full): where it listens, such as `http://127.0.0.1:8080`
 */
char *
moked_listener_dup_url (MokedListener *self)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (self->socket, NULL);
  GInetAddress *inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  guint16 port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  g_autofree char *host = g_inet_address_to_string (inet);
  gboolean six = g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV6;

  return g_strdup_printf (six ? "http://[%s]:%u" : "http://%s:%u", host, port);
}

/**
 * moked_listener_trusts:
 *
 * Returns: whether @address is a proxy of ours, whose word on the client's address counts
 */
gboolean
moked_listener_trusts (MokedListener *self,
                       const char    *address)
{
  return g_strv_contains (self->limits->trusted, address);
}

/* For the owner's `closed`. */
void
moked_listener_remove (MokedListener   *self,
                       MokedConnection *connection)
{
  g_queue_unlink (&self->connections, moked_connection_get_link (connection));
  count_client (self, moked_connection_get_address (connection), -1);
}

guint
moked_listener_get_n_connections (MokedListener *self)
{
  return self->connections.length;
}

/**
 * moked_listener_stop:
 *
 * Takes no more clients and drops those that have asked nothing.
 */
void
moked_listener_stop (MokedListener *self)
{
  GList *next;

  if (self->socket != NULL)
    {
      moked_poller_remove (self->owner->poller, g_socket_get_fd (self->socket), &self->watch, NULL);
      g_clear_object (&self->socket);
    }
  for (GList *link = self->connections.head; link != NULL; link = next)
    {
      next = link->next;
      if (moked_connection_is_waiting (link->data))
        moked_connection_close (link->data);
    }
}

void
moked_listener_free (MokedListener *self)
{
  moked_listener_stop (self);
  while (self->connections.head != NULL)
    moked_connection_close (self->connections.head->data);
  g_clear_handle_id (&self->deadline_timer, g_source_remove);
  g_hash_table_unref (self->by_address);
  g_free (self);
}
