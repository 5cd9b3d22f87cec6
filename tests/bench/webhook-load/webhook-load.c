/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Posts distinct, signed WhatsApp messages as fast as a server answers them, over a fixed number of
 * connections with one request in flight on each, and prints one JSON line about it.
 *
 *   webhook-load --url http://127.0.0.1:8080/webhook/whatsapp --public-url URL \
 *     --account-sid AC… --auth-token … [--connections N] [--seconds S | --requests N] [--warmup S]
 *
 * When the time is over no new request begins, those in flight are waited for, and "acknowledged"
 * is the number of all that were answered with 200: what the server must then have stored. The rate
 * and the latencies are of the requests that both began and ended between warm-up and end. A
 * server that closes after an answer is connected to again, and the time that takes counts. A
 * server that hangs up on a request ends the run. */
#define _GNU_SOURCE
#include "reply.h"
#include "signed-request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE (30 * G_USEC_PER_SEC)  /* without any answer for this long, the run has failed */

typedef struct
{
  int fd;
  guint64 serial;
  gint64 begun;
  GString *out;
  gsize written;
  GString *in;
  gboolean idle;
} Connection;

typedef struct
{
  SignedRequest *requests;
  struct sockaddr_in address;
  int epoll;
  Connection *connections;
  guint in_flight;
  guint64 serial;
  gint64 measure_from;
  gint64 measure_until;
  guint64 limit;                /* of requests; 0: until the time is over */
  GArray *latencies;            /* guint32, microseconds */
  GArray *acknowledged;         /* guint64, serial numbers */
  guint64 refused;
  guint64 dropped;
  guint64 connects;
  int refused_status;
} Load;

static char *opt_url, *opt_public_url, *opt_account_sid, *opt_auth_token, *opt_list;
static int opt_connections = 64, opt_senders = 1000;
static gint64 opt_requests;
static double opt_seconds = 5, opt_warmup = 1;

static const GOptionEntry entries[] = {
  { "url", 0, 0, G_OPTION_ARG_STRING, &opt_url, "Where to post, http://ADDRESS:PORT/PATH", "URL" },
  { "public-url", 0, 0, G_OPTION_ARG_STRING, &opt_public_url, "The URL that is signed", "URL" },
  { "account-sid", 0, 0, G_OPTION_ARG_STRING, &opt_account_sid, "The account", "SID" },
  { "auth-token", 0, 0, G_OPTION_ARG_STRING, &opt_auth_token, "The key of the signature", "TOKEN" },
  { "connections", 0, 0, G_OPTION_ARG_INT, &opt_connections, "Connections", "N" },
  { "senders", 0, 0, G_OPTION_ARG_INT, &opt_senders, "Different senders", "N" },
  { "requests", 0, 0, G_OPTION_ARG_INT64, &opt_requests, "Stop after N requests; no warm-up, no --seconds", "N" },
  { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &opt_seconds, "How long to measure", "S" },
  { "warmup", 0, 0, G_OPTION_ARG_DOUBLE, &opt_warmup, "How long to run before measuring", "S" },
  { "list", 0, 0, G_OPTION_ARG_FILENAME, &opt_list, "Write the ids of the acknowledged messages to FILE", "FILE" },
  { NULL }
};

static void
die (const char *what)
{
  g_printerr ("webhook-load: %s: %s\n", what, g_strerror (errno));
  exit (1);
}

static void
watch (Load       *load,
       Connection *connection,
       int         operation,
       guint32     events)
{
  struct epoll_event event = { .events = events, .data.ptr = connection };

  if (epoll_ctl (load->epoll, operation, connection->fd, &event) < 0)
    die ("epoll_ctl");
}

static void
open_connection (Load       *load,
                 Connection *connection)
{
  int one = 1;

  connection->fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (connection->fd < 0)
    die ("socket");
  setsockopt (connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect (connection->fd, (struct sockaddr *) &load->address, sizeof load->address) < 0 && errno != EINPROGRESS)
    die ("connect");
  load->connects++;
  watch (load, connection, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

static void
close_connection (Connection *connection)
{
  close (connection->fd);
  connection->fd = -1;
}

static gboolean
is_over (Load *load)
{
  if (load->dropped > 0)
    return TRUE;
  return load->limit > 0 ? load->serial >= load->limit : g_get_monotonic_time () >= load->measure_until;
}

static void
send_rest (Load       *load,
           Connection *connection)
{
  gssize count = send (connection->fd, connection->out->str + connection->written,
                       connection->out->len - connection->written, MSG_NOSIGNAL);

  if (count > 0)
    connection->written += count;
  watch (load, connection, EPOLL_CTL_MOD,
         connection->written < connection->out->len ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void
begin_request (Load       *load,
               Connection *connection)
{
  const char *bytes;
  gsize length;

  if (is_over (load))
    {
      connection->idle = TRUE;
      return;
    }
  bytes = signed_request_render (load->requests, load->serial, (guint) (load->serial % opt_senders), &length);
  connection->serial = load->serial++;
  load->in_flight++;
  connection->idle = FALSE;
  g_string_truncate (connection->in, 0);
  g_string_truncate (connection->out, 0);
  g_string_append_len (connection->out, bytes, length);
  connection->written = 0;
  connection->begun = g_get_monotonic_time ();
  if (connection->fd < 0)
    open_connection (load, connection);
  else
    send_rest (load, connection);
}

static void
note_answer (Load       *load,
             Connection *connection,
             int         status)
{
  gint64 now = g_get_monotonic_time ();
  guint32 latency = (guint32) (now - connection->begun);

  load->in_flight--;
  if (status != 200)
    {
      load->refused++;
      load->refused_status = status;
      return;
    }
  g_array_append_val (load->acknowledged, connection->serial);
  if (connection->begun >= load->measure_from && now <= load->measure_until)
    g_array_append_val (load->latencies, latency);
}

/* Reads what has arrived; TRUE when the server has closed. */
static gboolean
receive (Connection *connection)
{
  char block[16384];
  gssize count;

  while ((count = recv (connection->fd, block, sizeof block, 0)) > 0)
    g_string_append_len (connection->in, block, count);
  return count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

static void
handle_input (Load       *load,
              Connection *connection)
{
  gboolean closed = receive (connection);
  Reply reply;

  if (connection->idle)
    {
      if (closed)
        close_connection (connection);
      return;
    }
  reply_read (&reply, connection->in->str, connection->in->len, closed);
  if (!reply.complete && !closed)
    return;
  if (reply.complete)
    note_answer (load, connection, reply.status);
  else
    {
      load->in_flight--;
      load->dropped++;
    }
  if (!reply.keep_alive)
    close_connection (connection);
  begin_request (load, connection);
}

static void
run (Load *load)
{
  struct epoll_event events[256];

  for (int i = 0; i < opt_connections; i++)
    begin_request (load, &load->connections[i]);
  while (load->in_flight > 0)
    {
      int count = epoll_wait (load->epoll, events, G_N_ELEMENTS (events), PATIENCE / 1000);

      if (count == 0)
        break;
      for (int i = 0; i < count; i++)
        {
          Connection *connection = events[i].data.ptr;

          if (events[i].events & EPOLLOUT)
            send_rest (load, connection);
          if (connection->fd >= 0 && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
            handle_input (load, connection);
        }
    }
}

static int
compare_latencies (gconstpointer a,
                   gconstpointer b)
{
  guint32 x = *(const guint32 *) a;
  guint32 y = *(const guint32 *) b;

  return x < y ? -1 : x > y;
}

static double
percentile (Load   *load,
            double  part)
{
  guint index = (guint) (load->latencies->len * part);

  if (load->latencies->len == 0)
    return 0;
  return g_array_index (load->latencies, guint32, MIN (index, load->latencies->len - 1)) / 1000.0;
}

static void
report (Load *load)
{
  double seconds = (load->measure_until - load->measure_from) / (double) G_USEC_PER_SEC;

  g_array_sort (load->latencies, compare_latencies);
  g_print ("{\"connections\":%d,\"sent\":%" G_GUINT64_FORMAT ",\"acknowledged\":%u"
           ",\"refused\":%" G_GUINT64_FORMAT ",\"refused_status\":%d,\"dropped\":%" G_GUINT64_FORMAT
           ",\"unanswered\":%u,\"connects\":%" G_GUINT64_FORMAT ",\"measured\":%u,\"seconds\":%.3f,\"rate\":%.1f"
           ",\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}\n",
           opt_connections, load->serial, load->acknowledged->len, load->refused, load->refused_status, load->dropped,
           load->in_flight, load->connects, load->latencies->len, seconds, load->latencies->len / seconds,
           percentile (load, 0.5), percentile (load, 0.99), percentile (load, 1));
}

/* One message id a line. */
static gboolean
write_list (Load    *load,
            GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < load->acknowledged->len; i++)
    {
      g_autofree char *id = signed_request_get_id (load->requests, g_array_index (load->acknowledged, guint64, i));

      g_string_append_printf (list, "%s\n", id);
    }
  return g_file_set_contents (opt_list, list->str, list->len, error);
}

static void
load_init (Load *load,
           GUri *url)
{
  g_autofree char *host = g_strdup_printf ("%s:%d", g_uri_get_host (url), g_uri_get_port (url));
  gint64 now = g_get_monotonic_time ();
  guint64 number;

  if (getrandom (&number, sizeof number, 0) != sizeof number)
    die ("getrandom");
  load->requests = signed_request_new (host, g_uri_get_path (url), opt_public_url, opt_account_sid, opt_auth_token,
                                       number);
  load->address.sin_family = AF_INET;
  load->address.sin_port = htons ((guint16) g_uri_get_port (url));
  if (inet_pton (AF_INET, g_uri_get_host (url), &load->address.sin_addr) != 1)
    die ("the host of --url must be an IPv4 address");
  load->epoll = epoll_create1 (EPOLL_CLOEXEC);
  load->latencies = g_array_new (FALSE, FALSE, sizeof (guint32));
  load->acknowledged = g_array_new (FALSE, FALSE, sizeof (guint64));
  load->limit = opt_requests;
  load->measure_from = now + (opt_requests > 0 ? 0 : (gint64) (opt_warmup * G_USEC_PER_SEC));
  load->measure_until = opt_requests > 0 ? G_MAXINT64 : load->measure_from + (gint64) (opt_seconds * G_USEC_PER_SEC);
  load->connections = g_new0 (Connection, opt_connections);
  for (int i = 0; i < opt_connections; i++)
    load->connections[i] = (Connection) { .fd = -1, .in = g_string_new (NULL), .out = g_string_new (NULL) };
}

static void
load_clear (Load *load)
{
  for (int i = 0; i < opt_connections; i++)
    {
      g_string_free (load->connections[i].in, TRUE);
      g_string_free (load->connections[i].out, TRUE);
    }
  g_free (load->connections);
  g_array_unref (load->latencies);
  g_array_unref (load->acknowledged);
  signed_request_free (load->requests);
  close (load->epoll);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("post signed WhatsApp messages");
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) url = NULL;
  Load load = { 0 };
  int status = 0;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)
      || (url = g_uri_parse (opt_url != NULL ? opt_url : "", G_URI_FLAGS_NONE, &error)) == NULL)
    {
      g_printerr ("webhook-load: %s\n", error->message);
      return 2;
    }
  if (opt_public_url == NULL || opt_account_sid == NULL || opt_auth_token == NULL)
    {
      g_printerr ("webhook-load: --public-url, --account-sid and --auth-token are needed\n");
      return 2;
    }
  load_init (&load, url);
  run (&load);
  if (load.limit > 0)
    load.measure_until = g_get_monotonic_time ();
  if (opt_list != NULL && !write_list (&load, &error))
    {
      g_printerr ("webhook-load: %s\n", error->message);
      status = 1;
    }
  else
    {
      report (&load);
      status = load.refused + load.dropped + load.in_flight > 0 ? 1 : 0;
    }
  load_clear (&load);
  return status;
}
