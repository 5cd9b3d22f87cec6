/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A desktop without a window: an empty cache that is synced with a service, as the app does it.
 *
 *   live-client --service http://ADDRESS:PORT --token TOKEN --cache FILE
 *
 * Prints {"ready":true} when the first load is complete, and then a line for every message that comes to
 * be in the cache: {"message":"SM…","at":MICROSECONDS}, its provider's id and the monotonic time at which
 * a reader found it, which is when a page could show it. Ends with its standard input. */
#include "base/moked-clock.h"
#include "features/moked-feature.h"
#include "store/moked-cursor.h"
#include "store/moked-session.h"
#include "sync/moked-cache.h"
#include "sync/moked-http-transport.h"
#include "sync/moked-sync-client.h"

#include <glib-unix.h>
#include <unistd.h>

typedef struct
{
  GMainLoop       *loop;
  MokedCache      *cache;
  DexFuture       *opened; /* what is asked to end at once opens before */
  MokedSyncClient *sync;
  gint64           last_row; /* the messages up to this row_id are known */
  gboolean         reading;
  gboolean         again;    /* something changed during the read */
  gboolean         ready;
  gboolean         closing;
} Client;

/* One look into the message table. */
typedef struct
{
  gint64     after;
  gint64     last;
  GPtrArray *ids;
} Look;

static char *opt_service, *opt_token, *opt_cache;

static const GOptionEntry entries[] = {
  { "service", 0, 0, G_OPTION_ARG_STRING, &opt_service, "Address of the service", "URL" },
  { "token", 0, 0, G_OPTION_ARG_STRING, &opt_token, "Token of this device", "TOKEN" },
  { "cache", 0, 0, G_OPTION_ARG_FILENAME, &opt_cache, "File of the cache", "FILE" },
  { NULL }
};

static DexFuture *
read_messages (MokedSession *session,
               gpointer      user_data)
{
  Look *look = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MokedCursor) cursor = NULL;

  cursor = moked_session_query (session, &error,
                                "SELECT row_id, provider_id FROM message"
                                " WHERE business_id = $1 AND row_id > $2 ORDER BY row_id",
                                "i", look->after);
  while (cursor != NULL && moked_cursor_next (cursor, &error))
    {
      look->last = moked_cursor_get_int (cursor, 0);
      g_ptr_array_add (look->ids, moked_cursor_dup_text (cursor, 1));
    }
  return error == NULL ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
}

/* Ready is who has loaded everything and knows which messages came with it. */
static void
report_ready (Client *client)
{
  if (client->ready || client->reading || client->sync == NULL ||
      moked_sync_client_get_state (client->sync) != MOKED_SYNC_IDLE)
    return;
  client->ready = TRUE;
  g_print ("{\"ready\":true}\n");
}

static void
report (Client *client,
        Look   *look)
{
  gint64 now = g_get_monotonic_time ();

  client->last_row = look->last;
  if (client->ready)
    for (guint i = 0; i < look->ids->len; i++)
      g_print ("{\"message\":\"%s\",\"at\":%" G_GINT64_FORMAT "}\n", (char *) look->ids->pdata[i], now);
}

static DexFuture *
look_fiber (gpointer user_data)
{
  Client *client = user_data;
  g_autoptr (GError) error = NULL;

  client->reading = TRUE;
  do
    {
      g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
      Look look = { client->last_row, client->last_row, ids };

      client->again = FALSE;
      if (!dex_await (moked_cache_read (client->cache, read_messages, &look, NULL), &error) && !client->closing)
        g_error ("The cache cannot be read: %s", error->message);
      if (error != NULL)
        break;
      report (client, &look);
    }
  while (client->again);
  client->reading = FALSE;
  report_ready (client);
  return dex_future_new_true ();
}

static void
look (Client *client)
{
  if (client->reading)
    client->again = TRUE;
  else
    dex_future_disown (dex_scheduler_spawn (NULL, 0, look_fiber, client, NULL));
}

static void
on_changed (MokedCache        *cache,
            const char *const *entities,
            Client            *client)
{
  if (g_strv_contains (entities, "message"))
    look (client);
}

static void
on_state (MokedSyncClient *sync,
          GParamSpec      *pspec,
          Client          *client)
{
  report_ready (client);
}

static gboolean
on_input (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  Client *client = user_data;
  char block[64];

  if (read (fd, block, sizeof block) > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (client->loop);
  return G_SOURCE_REMOVE;
}

static DexFuture *
open_fiber (gpointer user_data)
{
  Client *client = user_data;
  g_autoptr (MokedClock) clock = moked_clock_new_system ();
  g_autoptr (MokedHttpTransport) transport = moked_http_transport_new (opt_service, opt_token);
  g_autoptr (GError) error = NULL;

  if (!dex_await (moked_cache_open (client->cache), &error))
    g_error ("The cache cannot be opened: %s", error->message);
  client->sync = moked_sync_client_new (client->cache, MOKED_SYNC_TRANSPORT (transport), clock);
  g_signal_connect (client->cache, "changed", G_CALLBACK (on_changed), client);
  g_signal_connect (client->sync, "notify::state", G_CALLBACK (on_state), client);
  moked_sync_client_start (client->sync);
  return dex_future_new_true ();
}

static DexFuture *
close_fiber (gpointer user_data)
{
  Client *client = user_data;

  dex_await (g_steal_pointer (&client->opened), NULL);
  client->closing = TRUE;
  moked_sync_client_stop (client->sync);
  dex_await (moked_sync_client_await_stopped (client->sync), NULL);
  dex_await (moked_cache_close (client->cache), NULL);
  g_main_loop_quit (client->loop);
  return dex_future_new_true ();
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("sync a cache and tell what arrives");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  Client client = { .loop = loop };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || opt_service == NULL || opt_token == NULL
      || opt_cache == NULL)
    {
      g_printerr ("live-client: %s\n", error != NULL ? error->message : "--service, --token and --cache are needed");
      return 2;
    }
  dex_init ();
  client.cache = moked_cache_new (opt_cache, moked_features_get_schema ());
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input, &client);
  client.opened = dex_scheduler_spawn (NULL, 0, open_fiber, &client, NULL);
  g_main_loop_run (loop);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, close_fiber, &client, NULL));
  g_main_loop_run (loop);
  g_object_unref (client.sync);
  g_object_unref (client.cache);
  return 0;
}
