/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-connection.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/moked-reply-private.h"

/* One client, one request at a time. What the client sends beyond the current request stays in the kernel's
 * buffer until the answer is written, so a client can never make the program hold more than one request. */

#define FIRST_READ (2 * 1024)
#define BODY_STEP (64 * 1024)

/* A refused client is read on for this long, so that it finds the answer before the reset. */
#define MAX_DRAIN (1024 * 1024)
#define MAX_ANNOUNCED_DRAIN (10 * 1024 * 1024 + 1024)

typedef enum
{
  STATE_HEAD,
  STATE_BODY,
  STATE_HANDLING,
  STATE_WRITING,
  STATE_LINGER,
  STATE_CLOSED,
} State;

struct _MokedConnection
{
  MokedWatch            watch;
  int                   ref_count;
  MokedConnectionOwner *owner;
  GList                 link;
  int                   fd;
  State                 state;
  gint64                deadline;
  gboolean              pumping;
  gboolean              readable;
  gboolean              keep_alive;
  gboolean              no_body;
  char                 *in;
  gsize                 in_length;
  gsize                 in_size;
  gsize                 scanned;
  gsize                 drain;
  MokedRequest         *request;
  char                 *body;
  gsize                 body_length;
  gsize                 body_size;
  char                 *out;
  gsize                 out_length;
  gsize                 out_sent;
  GBytes               *out_body;
  gsize                 out_body_sent;
  char                  address[46];
};

static void pump (MokedConnection *self);

static void
set_deadline (MokedConnection *self,
              gint64           usec)
{
  self->deadline = g_get_monotonic_time () + usec;
}

static gint64
time_for (MokedConnection *self,
          gsize            bytes)
{
  return (gint64) bytes * G_USEC_PER_SEC / self->owner->limits->min_rate;
}

static void
on_ready (MokedWatch *watch,
          guint32     events)
{
  MokedConnection *self = (MokedConnection *) watch;

  if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
    self->readable = TRUE;
  pump (self);
}

/**
 * moked_connection_new:
 * @fd: (transfer full): a connected, non-blocking socket
 *
 * Returns: (transfer full) (nullable): %NULL when the system has no room for it
 */
MokedConnection *
moked_connection_new (MokedConnectionOwner *owner,
                      int                   fd,
                      const char           *address)
{
  MokedConnection *self = g_new0 (MokedConnection, 1);

  self->watch.ready = on_ready;
  self->ref_count = 1;
  self->owner = owner;
  self->link.data = self;
  self->fd = fd;
  g_strlcpy (self->address, address, sizeof self->address);
  set_deadline (self, owner->limits->first);
  /* Edge-triggered: registered once, whatever the state becomes. */
  if (moked_poller_add (owner->poller, fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, &self->watch))
    return self;
  close (fd);
  g_free (self);
  return NULL;
}

MokedConnection *
moked_connection_ref (MokedConnection *self)
{
  self->ref_count++;
  return self;
}

void
moked_connection_unref (MokedConnection *self)
{
  if (--self->ref_count > 0)
    return;
  g_assert (self->state == STATE_CLOSED);
  g_free (self);
}

/* The connection may be gone when this returns. */
static void
end (MokedConnection *self,
     gboolean         close_socket)
{
  int fd = self->fd;

  if (self->state == STATE_CLOSED)
    return;
  self->state = STATE_CLOSED;
  g_clear_pointer (&self->in, g_free);
  g_clear_pointer (&self->body, g_free);
  g_clear_pointer (&self->out, g_free);
  g_clear_pointer (&self->out_body, g_bytes_unref);
  g_clear_pointer (&self->request, moked_request_unref);
  self->owner->closed (self->owner, self);
  moked_poller_remove (self->owner->poller, fd, &self->watch, (GDestroyNotify) moked_connection_unref);
  if (close_socket)
    close (fd);
}

void
moked_connection_close (MokedConnection *self)
{
  end (self, TRUE);
}

static gboolean
is_again (void)
{
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

/* Reads at most @size bytes. Returns 0 when nothing is there for now; a connection that ended is closed. */
static gsize
receive (MokedConnection *self,
         char            *buffer,
         gsize            size)
{
  gssize n;

  if (!self->readable)
    return 0;
  do
    n = recv (self->fd, buffer, size, 0);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    {
      /* A short read means that the socket is empty: no second call to learn it. */
      self->readable = (gsize) n == size;
      return n;
    }
  self->readable = FALSE;
  if (n == 0 || !is_again ())
    moked_connection_close (self);
  return 0;
}

static void
begin_linger (MokedConnection *self)
{
  shutdown (self->fd, SHUT_WR);
  self->state = STATE_LINGER;
  set_deadline (self, self->owner->limits->linger);
}

/* One request is over: what follows, if anything does, is the next. */
static void
begin_next (MokedConnection *self)
{
  g_clear_pointer (&self->request, moked_request_unref);
  g_clear_pointer (&self->out, g_free);
  g_clear_pointer (&self->out_body, g_bytes_unref);
  if (!self->keep_alive)
    {
      begin_linger (self);
      return;
    }
  self->state = STATE_HEAD;
  set_deadline (self, self->in_length > 0 ? self->owner->limits->head : self->owner->limits->idle);
}

static void
flush (MokedConnection *self)
{
  gsize body_length = self->out_body != NULL ? g_bytes_get_size (self->out_body) : 0;

  while (self->out_sent < self->out_length || self->out_body_sent < body_length)
    {
      gboolean head = self->out_sent < self->out_length;
      const char *from = head ? self->out + self->out_sent
                              : (const char *) g_bytes_get_data (self->out_body, NULL) + self->out_body_sent;
      gsize length = head ? self->out_length - self->out_sent : body_length - self->out_body_sent;
      gssize n = send (self->fd, from, length, MSG_NOSIGNAL | (head && body_length > 0 ? MSG_MORE : 0));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          if (!is_again ())
            moked_connection_close (self);
          return;
        }
      *(head ? &self->out_sent : &self->out_body_sent) += n;
    }
  begin_next (self);
}

static void
begin_answer (MokedConnection *self,
              MokedReply      *reply)
{
  gsize body_length;

  self->out = moked_reply_dup_head (reply, self->keep_alive, !self->no_body, &self->out_length);
  self->out_sent = 0;
  self->out_body = self->no_body ? NULL : g_steal_pointer (&reply->body);
  self->out_body_sent = 0;
  body_length = self->out_body != NULL ? g_bytes_get_size (self->out_body) : 0;
  self->state = STATE_WRITING;
  set_deadline (self, self->owner->limits->write + time_for (self, body_length));
  moked_reply_free (reply);
}

/* After a refusal nothing that the client sends can be understood: the answer is the last. */
static void
refuse (MokedConnection *self,
        MokedReply      *reply,
        gsize            drain)
{
  self->keep_alive = FALSE;
  self->drain = drain;
  g_clear_pointer (&self->in, g_free);
  self->in_length = self->in_size = 0;
  g_clear_pointer (&self->body, g_free);
  begin_answer (self, reply);
}

static void
refuse_status (MokedConnection *self,
               guint            status)
{
  refuse (self, self->owner->refuse (self->owner, self, status), MAX_DRAIN);
}

/**
 * moked_connection_answer:
 * @self: a connection whose request was handed out
 * @reply: (transfer full): its answer
 *
 * Does nothing when the connection has ended meanwhile.
 */
void
moked_connection_answer (MokedConnection *self,
                         MokedReply      *reply)
{
  if (self->state != STATE_HANDLING)
    {
      moked_reply_free (reply);
      return;
    }
  begin_answer (self, reply);
  pump (self);
}

/**
 * moked_connection_steal:
 *
 * Takes the socket out of the connection, which has then ended, for another protocol.
 *
 * Returns: (transfer full) (nullable): the stream; %NULL when the client already sent more, or left
 */
GIOStream *
moked_connection_steal (MokedConnection *self)
{
  g_autoptr (GSocket) socket = NULL;

  if (self->state != STATE_HANDLING || self->in_length > 0)
    return NULL;
  end (self, FALSE);
  socket = g_socket_new_from_fd (self->fd, NULL);
  if (socket == NULL)
    {
      close (self->fd);
      return NULL;
    }
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

static void
begin_handling (MokedConnection *self)
{
  g_autoptr (MokedRequest) request = moked_request_ref (self->request);

  if (self->body != NULL)
    moked_request_take_body (request, g_steal_pointer (&self->body));
  self->state = STATE_HANDLING;
  set_deadline (self, self->owner->limits->handler);
  self->owner->handle (self->owner, self, request);
}

static void
read_body (MokedConnection *self)
{
  gsize whole = self->request->head.content_length;
  gsize n;

  if (self->body_length == self->body_size && self->body_size < whole)
    {
      self->body_size = MIN (whole, MAX (BODY_STEP, 2 * self->body_size));
      self->body = g_realloc (self->body, self->body_size + 1);
    }
  if (self->body_length < whole)
    {
      n = receive (self, self->body + self->body_length, self->body_size - self->body_length);
      if (n == 0)
        return;
      self->body_length += n;
    }
  if (self->body_length < whole)
    return;
  self->body[whole] = '\0';
  begin_handling (self);
}

static void
begin_body (MokedConnection *self,
            const char      *start,
            gsize            available)
{
  static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
  gsize whole = self->request->head.content_length;

  self->body_length = MIN (available, whole);
  self->body_size = MIN (whole, MAX (self->body_length, BODY_STEP));
  self->body = g_malloc (self->body_size + 1);
  memcpy (self->body, start, self->body_length);
  self->state = STATE_BODY;
  set_deadline (self, self->owner->limits->body + time_for (self, whole));
  if (available == 0 && self->request->head.expects_continue &&
      send (self->fd, go_on, sizeof go_on - 1, MSG_NOSIGNAL) < 0)
    moked_connection_close (self);
}

/* The head's buffer goes to the request; what lies behind the request begins a new one. */
static void
begin_request (MokedConnection *self,
               gsize            head_length)
{
  char *data = g_steal_pointer (&self->in);
  gsize available = self->in_length - head_length;
  gsize body_length;
  MokedReply *refusal;
  guint status;

  self->in_length = self->in_size = self->scanned = 0;
  self->request = moked_request_new (data, head_length, self->address, &status);
  if (status != 0)
    {
      self->no_body = FALSE;
      refuse_status (self, status);
      return;
    }
  body_length = MAX (self->request->head.content_length, 0);
  self->no_body = strcmp (self->request->head.method, "HEAD") == 0;
  self->keep_alive = self->request->head.keep_alive;
  refusal = self->owner->admit (self->owner, self->request);
  if (refusal != NULL && body_length > 0)
    {
      refuse (self, refusal, body_length <= MAX_ANNOUNCED_DRAIN ? body_length : MAX_DRAIN);
      return;
    }
  if (available > body_length)
    {
      self->in_length = self->in_size = available - body_length;
      self->in = g_memdup2 (data + head_length + body_length, self->in_length);
    }
  if (refusal != NULL)
    begin_answer (self, refusal);
  else if (body_length > 0)
    begin_body (self, data + head_length, available);
  else
    begin_handling (self);
}

static void
read_head (MokedConnection *self)
{
  guint status = 0;
  gsize head_length = 0;
  gsize n;

  if (self->in_length > 0)
    head_length = moked_http_head_find_end (self->in, self->in_length, &self->scanned, &status);
  if (status != 0)
    {
      self->no_body = FALSE;
      refuse_status (self, status);
      return;
    }
  if (head_length > 0)
    {
      begin_request (self, head_length);
      return;
    }
  if (self->in_size - self->in_length < FIRST_READ / 2)
    {
      self->in_size = MAX (FIRST_READ, 2 * self->in_size);
      self->in = g_realloc (self->in, self->in_size);
    }
  n = receive (self, self->in + self->in_length, self->in_size - self->in_length);
  if (n > 0 && self->in_length == 0)
    set_deadline (self, self->owner->limits->head);
  self->in_length += n;
}

static void
drain (MokedConnection *self)
{
  char buffer[16 * 1024];
  gsize n = receive (self, buffer, sizeof buffer);

  if (n > self->drain)
    moked_connection_close (self);
  else
    self->drain -= n;
}

/* One step of the present state. Returns %FALSE when nothing more can be done for now. */
static gboolean
step (MokedConnection *self)
{
  State before = self->state;

  switch (self->state)
    {
    case STATE_HEAD:
      read_head (self);
      return self->state != before || self->scanned < self->in_length || self->readable;
    case STATE_BODY:
      read_body (self);
      return self->state != before || self->readable;
    case STATE_WRITING:
      flush (self);
      return self->state != before;
    case STATE_LINGER:
      drain (self);
      return self->state == before && self->readable;
    default:
      return FALSE;
    }
}

static void
pump (MokedConnection *self)
{
  if (self->pumping)
    return;
  moked_connection_ref (self);
  self->pumping = TRUE;
  while (step (self))
    ;
  self->pumping = FALSE;
  moked_connection_unref (self);
}

/**
 * moked_connection_check_deadline:
 * @now: monotonic time
 *
 * A client that let a request hang is told so; one that had asked nothing is just dropped.
 */
void
moked_connection_check_deadline (MokedConnection *self,
                                 gint64           now)
{
  if (now < self->deadline)
    return;
  if ((self->state == STATE_HEAD && self->in_length > 0) || self->state == STATE_BODY)
    {
      refuse_status (self, 408);
      pump (self);
    }
  else if (self->state == STATE_HANDLING)
    {
      self->keep_alive = FALSE;
      moked_connection_answer (self, moked_reply_new (503));
    }
  else
    moked_connection_close (self);
}

/**
 * moked_connection_is_waiting:
 *
 * Returns: whether it can be dropped for another without harm: no whole request has come
 */
gboolean
moked_connection_is_waiting (MokedConnection *self)
{
  return self->state == STATE_HEAD || self->state == STATE_BODY || self->state == STATE_LINGER;
}

const char *
moked_connection_get_address (MokedConnection *self)
{
  return self->address;
}

/* The connection's own place in its owner's queue: closing costs no search. */
GList *
moked_connection_get_link (MokedConnection *self)
{
  return &self->link;
}
