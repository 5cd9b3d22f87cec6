/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-events-private.h"

#include <libsoup/soup.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <yyjson.h>

/* A desktop only listens; the little that it may send is control frames. */
#define MAX_INCOMING 4096
#define PING_SECONDS 30
#define PONG_SECONDS 20

/* What a desktop may leave unread before it is dropped. It will come back and pull. */
#define SEND_BUFFER (128 * 1024)
#define MAX_BACKLOG (512 * 1024)

/* Hints of a burst are told once. */
#define HINT_DELAY_USEC 2000

typedef struct
{
  MokedEvents             *events;
  char                    *business;
  char                    *user_id;
  SoupWebsocketConnection *websocket;
  GSocket                 *socket;
  gsize                    backlog;
} Client;

/* How far a business's log is, and what its desktops were told of it. */
typedef struct
{
  gint64 seq;
  gint64 told;
} Hint;

struct _MokedEvents
{
  GObject     parent_instance;
  GHashTable *clients; /* business → GPtrArray of Client */
  GHashTable *hints;   /* business → Hint */
  GSource    *hint_source;
  guint       n_clients;
};

G_DEFINE_FINAL_TYPE (MokedEvents, moked_events, G_TYPE_OBJECT)

static guint published_signal;

static void
free_client (gpointer data)
{
  Client *client = data;

  g_signal_handlers_disconnect_by_data (client->websocket, client);
  g_object_unref (client->websocket);
  g_object_unref (client->socket);
  g_free (client->business);
  g_free (client->user_id);
  g_free (client);
}

static gboolean send_hints (gpointer data);

static gboolean
dispatch_hints (GSource    *source,
                GSourceFunc callback,
                gpointer    data)
{
  return callback (data);
}

static GSourceFuncs hint_source_funcs = {
  .dispatch = dispatch_hints,
};

static void
moked_events_init (MokedEvents *self)
{
  self->clients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->hints = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->hint_source = g_source_new (&hint_source_funcs, sizeof (GSource));
  g_source_set_callback (self->hint_source, send_hints, self, NULL);
  g_source_set_ready_time (self->hint_source, -1);
  g_source_attach (self->hint_source, g_main_context_get_thread_default ());
}

static void
moked_events_finalize (GObject *object)
{
  MokedEvents *self = MOKED_EVENTS (object);

  g_source_destroy (self->hint_source);
  g_source_unref (self->hint_source);
  g_hash_table_unref (self->hints);
  g_hash_table_unref (self->clients);
  G_OBJECT_CLASS (moked_events_parent_class)->finalize (object);
}

static void
moked_events_class_init (MokedEventsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_events_finalize;

  /**
   * MokedEvents::published:
   * @self: the events
   * @business: whose desktops are told
   * @users: (nullable): the users among them
   * @text: the event, as the desktops get it
   */
  published_signal = g_signal_new ("published", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRV, G_TYPE_STRING);
}

MokedEvents *
moked_events_new (void)
{
  return g_object_new (MOKED_TYPE_EVENTS, NULL);
}

static void
remove_client (Client *client)
{
  MokedEvents *self = client->events;
  GPtrArray *same = g_hash_table_lookup (self->clients, client->business);
  g_autofree char *business = g_strdup (client->business);

  self->n_clients--;
  g_ptr_array_remove_fast (same, client);
  if (same->len == 0)
    g_hash_table_remove (self->clients, business);
}

static void
on_closed (SoupWebsocketConnection *websocket,
           gpointer                 data)
{
  remove_client (data);
}

static char *
dup_hint (const Hint *hint)
{
  return g_strdup_printf ("{\"type\":\"hint\",\"seq\":%" G_GINT64_FORMAT "}", hint->seq);
}

/* What came between a desktop's last pull and its connection would otherwise wait for the next change. */
static void
greet (MokedEvents *self,
       Client      *client)
{
  const Hint *hint = g_hash_table_lookup (self->hints, client->business);
  g_autofree char *text = hint != NULL ? dup_hint (hint) : NULL;

  if (text != NULL)
    soup_websocket_connection_send_text (client->websocket, text);
}

/* Takes a connection over whose handshake is done. */
void
moked_events_add (MokedEvents *self,
                  const char  *business,
                  const char  *user_id,
                  GIOStream   *stream)
{
  g_autoptr (GUri) uri = g_uri_parse ("ws://localhost/api/sync/live", G_URI_FLAGS_NONE, NULL);
  Client *client = g_new0 (Client, 1);
  GPtrArray *same = g_hash_table_lookup (self->clients, business);

  client->events = self;
  client->business = g_strdup (business);
  client->user_id = g_strdup (user_id);
  client->socket = g_object_ref (g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)));
  g_socket_set_option (client->socket, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER, NULL);
  client->websocket = soup_websocket_connection_new (stream, uri, SOUP_WEBSOCKET_CONNECTION_SERVER, NULL, NULL, NULL);
  soup_websocket_connection_set_max_incoming_payload_size (client->websocket, MAX_INCOMING);
  soup_websocket_connection_set_keepalive_interval (client->websocket, PING_SECONDS);
  soup_websocket_connection_set_keepalive_pong_timeout (client->websocket, PONG_SECONDS);
  g_signal_connect (client->websocket, "closed", G_CALLBACK (on_closed), client);
  if (same == NULL)
    {
      same = g_ptr_array_new_with_free_func (free_client);
      g_hash_table_insert (self->clients, g_strdup (business), same);
    }
  g_ptr_array_add (same, client);
  self->n_clients++;
  greet (self, client);
}

/* Whether the desktop still takes what it is sent. libsoup queues without a limit, so what was sent while
 * the kernel's buffer stayed full is counted here. */
static gboolean
keeps_up (Client *client,
          gsize   length)
{
  int unsent = 0;

  ioctl (g_socket_get_fd (client->socket), SIOCOUTQ, &unsent);
  client->backlog = unsent < SEND_BUFFER / 2 ? 0 : client->backlog + length;
  return client->backlog <= MAX_BACKLOG;
}

static gboolean
is_told (Client            *client,
         const char *const *users)
{
  return users == NULL || (client->user_id != NULL && g_strv_contains (users, client->user_id));
}

static void
send_to_business (MokedEvents       *self,
                  const char        *business,
                  const char *const *users,
                  const char        *text)
{
  GPtrArray *same = g_hash_table_lookup (self->clients, business);
  gsize length = strlen (text);

  for (guint i = same != NULL ? same->len : 0; i > 0; i--)
    {
      Client *client = g_ptr_array_index (same, i - 1);

      if (soup_websocket_connection_get_state (client->websocket) != SOUP_WEBSOCKET_STATE_OPEN ||
          !is_told (client, users))
        continue;
      if (keeps_up (client, length))
        soup_websocket_connection_send_text (client->websocket, text);
      else
        g_socket_shutdown (client->socket, TRUE, TRUE, NULL);
    }
}

static gboolean
send_hints (gpointer data)
{
  MokedEvents *self = data;
  GHashTableIter iter;
  gpointer business, value;

  g_source_set_ready_time (self->hint_source, -1);
  g_hash_table_iter_init (&iter, self->hints);
  while (g_hash_table_iter_next (&iter, &business, &value))
    {
      Hint *hint = value;
      g_autofree char *text = NULL;

      if (hint->seq == hint->told)
        continue;
      hint->told = hint->seq;
      text = dup_hint (hint);
      send_to_business (self, business, NULL, text);
    }
  return G_SOURCE_CONTINUE;
}

/**
 * moked_events_publish_hint:
 * @business: whose data changed
 * @seq: the newest change
 *
 * Tells the desktops of @business that there is something to pull. Only on the main thread: from a
 * store thread go through moked_session_after_commit().
 */
void
moked_events_publish_hint (MokedEvents *self,
                           const char  *business,
                           gint64       seq)
{
  Hint *hint;

  g_return_if_fail (MOKED_IS_EVENTS (self) && business != NULL);

  hint = g_hash_table_lookup (self->hints, business);
  if (hint == NULL)
    {
      hint = g_new0 (Hint, 1);
      g_hash_table_insert (self->hints, g_strdup (business), hint);
    }
  hint->seq = MAX (hint->seq, seq);
  if (hint->seq > hint->told && g_source_get_ready_time (self->hint_source) < 0)
    g_source_set_ready_time (self->hint_source, g_get_monotonic_time () + HINT_DELAY_USEC);
}

/**
 * moked_events_publish:
 * @business: whose desktops are told
 * @users: (nullable) (array zero-terminated=1): the users whose desktops are told; %NULL for all
 * @name: such as `call.incoming`
 * @data_json: (nullable): a JSON value
 *
 * Tells the connected desktops of @business. Only on the main thread, as for hints.
 */
void
moked_events_publish (MokedEvents       *self,
                      const char        *business,
                      const char *const *users,
                      const char        *name,
                      const char        *data_json)
{
  yyjson_mut_doc *doc;
  yyjson_mut_val *root;
  char *text;

  g_return_if_fail (MOKED_IS_EVENTS (self) && business != NULL && name != NULL);

  doc = yyjson_mut_doc_new (NULL);
  root = yyjson_mut_obj (doc);
  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_str (doc, root, "type", "event");
  yyjson_mut_obj_add_str (doc, root, "name", name);
  yyjson_mut_obj_add_val (doc, root, "data", yyjson_mut_raw (doc, data_json != NULL ? data_json : "null"));
  text = yyjson_mut_write (doc, YYJSON_WRITE_NOFLAG, NULL);
  send_to_business (self, business, users, text);
  g_signal_emit (self, published_signal, 0, business, users, text);
  free (text);
  yyjson_mut_doc_free (doc);
}

/**
 * moked_events_relay:
 * @users: as of [method@Events.publish]
 * @text: an event as [signal@Events::published] has it, from another program on the same database
 *
 * Tells the desktops that are connected here.
 */
void
moked_events_relay (MokedEvents       *self,
                    const char        *business,
                    const char *const *users,
                    const char        *text)
{
  g_return_if_fail (MOKED_IS_EVENTS (self) && business != NULL && text != NULL);

  send_to_business (self, business, users, text);
}

/**
 * moked_events_list_businesses:
 *
 * Returns: (transfer full): whose desktops are connected here
 */
GStrv
moked_events_list_businesses (MokedEvents *self)
{
  g_autoptr (GStrvBuilder) businesses = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer business;

  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, &business, NULL))
    g_strv_builder_add (businesses, business);
  return g_strv_builder_end (businesses);
}

guint
moked_events_get_n_clients (MokedEvents *self)
{
  g_return_val_if_fail (MOKED_IS_EVENTS (self), 0);

  return self->n_clients;
}

/* The service ends: every desktop is told to come back later. */
void
moked_events_close (MokedEvents *self)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer same;

  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, NULL, &same))
    for (guint i = 0; i < ((GPtrArray *) same)->len; i++)
      g_ptr_array_add (all, g_object_ref (((Client *) g_ptr_array_index ((GPtrArray *) same, i))->websocket));
  for (guint i = 0; i < all->len; i++)
    soup_websocket_connection_close (all->pdata[i], SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
}
