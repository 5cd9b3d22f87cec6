/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A desktop without a window that tells how far its copy of the office is.
 *
 *   sync-desktop --service http://ADDRESS:PORT --token TOKEN --cache FILE
 *
 * Prints {"usable":MICROSECONDS} when a reader of its cache finds the first page of people and that of conversations,
 * with their names; and {"complete":MICROSECONDS,"blocked":…,"blocked_cpu":…} when it is in step with the service: the
 * monotonic time, and the longest time in milliseconds that the main loop was away from its sources, by the clock and
 * by the thread's processor time. Ends with its standard input. */
#include <glib-unix.h>
#include <time.h>
#include <unistd.h>

#include "base/moked-clock.h"
#include "features/moked-feature.h"
#include "store/moked-cursor.h"
#include "store/moked-session.h"
#include "sync/moked-cache.h"
#include "sync/moked-http-transport.h"
#include "sync/moked-sync-client.h"

#define PAGE 50

typedef struct
{
  GMainLoop       *loop;
  MokedCache      *cache;
  DexFuture       *opened; /* what is asked to end at once opens before */
  MokedSyncClient *sync;
  gboolean         looking;
  gboolean         usable;
  gboolean         complete;
} Desktop;

static char *opt_service, *opt_token, *opt_cache;

static const GOptionEntry entries[] = {
  { "service", 0, 0, G_OPTION_ARG_STRING, &opt_service, "Address of the service", "URL" },
  { "token", 0, 0, G_OPTION_ARG_STRING, &opt_token, "Token of this device", "TOKEN" },
  { "cache", 0, 0, G_OPTION_ARG_FILENAME, &opt_cache, "File of the cache", "FILE" },
  { NULL }
};

/* --- how long the main loop is away --- */

static gint64 left_at, left_cpu, longest, longest_cpu;

static gint64
thread_usec (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static int
metered_poll (GPollFD *fds,
              guint    n_fds,
              int      timeout)
{
  int result;

  if (left_at != 0)
    {
      longest = MAX (longest, g_get_monotonic_time () - left_at);
      longest_cpu = MAX (longest_cpu, thread_usec () - left_cpu);
    }
  result = g_poll (fds, n_fds, timeout);
  left_at = g_get_monotonic_time ();
  left_cpu = thread_usec ();
  return result;
}

/* --- what a person could see --- */

static guint
count_rows (MokedSession *session,
            const char   *sql)
{
  g_autoptr (MokedCursor) cursor = moked_session_query (session, NULL, sql, "i", (gint64) PAGE);
  guint n = 0;

  while (cursor != NULL && moked_cursor_next (cursor, NULL))
    n += !moked_cursor_is_null (cursor, 0);
  return n;
}

static DexFuture *
look_in_session (MokedSession *session,
                 gpointer      user_data)
{
  guint people = count_rows (session, "SELECT name FROM customer WHERE business_id = $1 AND deleted_at IS NULL "
                                      "ORDER BY sort_name LIMIT $2");
  guint talks = count_rows (session, "SELECT c.name FROM conversation e JOIN customer c ON c.business_id = $1 "
                                     "AND c.id = e.customer_id WHERE e.business_id = $1 AND e.deleted_at IS NULL "
                                     "ORDER BY e.last_message_at DESC LIMIT $2");

  return dex_future_new_for_boolean (people == PAGE && talks == PAGE);
}

static DexFuture *
look_fiber (gpointer user_data)
{
  Desktop *self = user_data;

  self->looking = TRUE;
  if (dex_await_boolean (moked_cache_read (self->cache, look_in_session, NULL, NULL), NULL) && !self->usable)
    {
      self->usable = TRUE;
      g_print ("{\"usable\":%" G_GINT64_FORMAT "}\n", g_get_monotonic_time ());
    }
  self->looking = FALSE;
  return dex_future_new_true ();
}

static void
on_changed (MokedCache        *cache,
            const char *const *names,
            Desktop           *self)
{
  if (!self->usable && !self->looking)
    dex_future_disown (dex_scheduler_spawn (NULL, 0, look_fiber, self, NULL));
}

static void
on_state (MokedSyncClient *sync,
          GParamSpec      *pspec,
          Desktop         *self)
{
  if (self->complete || moked_sync_client_get_state (sync) != MOKED_SYNC_IDLE)
    return;
  self->complete = TRUE;
  g_print ("{\"complete\":%" G_GINT64_FORMAT ",\"blocked\":%.3f,\"blocked_cpu\":%.3f}\n", g_get_monotonic_time (),
           (double) longest / 1000, (double) longest_cpu / 1000);
}

/* --- the program --- */

static gboolean
on_input (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  Desktop *self = user_data;
  char block[64];

  if (read (fd, block, sizeof block) > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static DexFuture *
open_fiber (gpointer user_data)
{
  Desktop *self = user_data;
  g_autoptr (MokedClock) clock = moked_clock_new_system ();
  g_autoptr (MokedHttpTransport) transport = moked_http_transport_new (opt_service, opt_token);
  g_autoptr (GError) error = NULL;

  if (!dex_await (moked_cache_open (self->cache), &error))
    g_error ("The cache cannot be opened: %s", error->message);
  self->sync = moked_sync_client_new (self->cache, MOKED_SYNC_TRANSPORT (transport), clock);
  g_signal_connect (self->cache, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect (self->sync, "notify::state", G_CALLBACK (on_state), self);
  moked_sync_client_start (self->sync);
  return dex_future_new_true ();
}

static DexFuture *
close_fiber (gpointer user_data)
{
  Desktop *self = user_data;

  dex_await (g_steal_pointer (&self->opened), NULL);
  moked_sync_client_stop (self->sync);
  dex_await (moked_sync_client_await_stopped (self->sync), NULL);
  dex_await (moked_cache_close (self->cache), NULL);
  g_main_loop_quit (self->loop);
  return dex_future_new_true ();
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("load an office and stay in step with it");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  Desktop self = { .loop = loop };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || opt_service == NULL || opt_token == NULL
      || opt_cache == NULL)
    {
      g_printerr ("sync-desktop: %s\n", error != NULL ? error->message : "--service, --token and --cache are needed");
      return 2;
    }
  dex_init ();
  self.cache = moked_cache_new (opt_cache, moked_features_get_schema ());
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input, &self);
  g_main_context_set_poll_func (NULL, metered_poll);
  self.opened = dex_scheduler_spawn (NULL, 0, open_fiber, &self, NULL);
  g_main_loop_run (loop);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, close_fiber, &self, NULL));
  g_main_loop_run (loop);
  g_object_unref (self.sync);
  g_object_unref (self.cache);
  return 0;
}
