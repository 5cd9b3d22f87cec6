/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many desktops without windows, and one that edits: when do the others see it?
 *
 *   sync-watchers --service URL --token TOKEN --folder DIR --desktops N --light N --edits N --pause MSEC
 *
 * Each has a connection of its own, as the app has. Those of --desktops have a cache, too, and see an edit when a
 * reader finds it there; those of --light only pull, and see it in the answer. When all are in step with the service,
 * the first one changes a customer, and when every other has seen that, after a pause, again. Prints a line for each
 * edit: {"edit":N,"seen":[MILLISECONDS, …],"light":[MILLISECONDS, …]}, from before the edit. */
#include <string.h>
#include <yyjson.h>

#include "base/moked-clock.h"
#include "features/customers/moked-customer.h"
#include "features/moked-feature.h"
#include "store/moked-entity-store.h"
#include "sync/moked-cache.h"
#include "sync/moked-http-transport.h"
#include "sync/moked-sync-client.h"

typedef struct _Watchers Watchers;

typedef struct
{
  Watchers        *all;
  MokedCache      *cache;
  MokedSyncClient *sync;
  gboolean         reading;
  gboolean         again;
  gint64           seen_at; /* of the present edit; 0: not yet */
} Desktop;

/* A desktop without a cache. */
typedef struct
{
  Watchers           *all;
  MokedHttpTransport *transport;
  DexFuture          *live;
  char               *epoch;
  gint64              cursor;
  gint64              head; /* as far as hints told */
  gboolean            pulling;
  gint64              seen_at;
} Light;

struct _Watchers
{
  Desktop       *desktops;
  Light         *lights;
  MokedCustomer *customer;
  char          *expected;
  DexPromise    *reached; /* by all: idle at first, and then the edit seen */
  guint          left;
};

static char *opt_service, *opt_token, *opt_folder;
static int opt_desktops = 11, opt_light = 90, opt_edits = 50, opt_pause = 200;

static const GOptionEntry entries[] = {
  { "service", 0, 0, G_OPTION_ARG_STRING, &opt_service, "Address of the service", "URL" },
  { "token", 0, 0, G_OPTION_ARG_STRING, &opt_token, "Token of this device", "TOKEN" },
  { "folder", 0, 0, G_OPTION_ARG_FILENAME, &opt_folder, "Where the caches are made", "DIR" },
  { "desktops", 0, 0, G_OPTION_ARG_INT, &opt_desktops, "How many, with the one that edits", "N" },
  { "light", 0, 0, G_OPTION_ARG_INT, &opt_light, "How many besides that only pull", "N" },
  { "edits", 0, 0, G_OPTION_ARG_INT, &opt_edits, "How many edits", "N" },
  { "pause", 0, 0, G_OPTION_ARG_INT, &opt_pause, "Between two", "MSEC" },
  { NULL }
};

static void
count_down (Watchers *self)
{
  if (--self->left == 0)
    dex_promise_resolve_boolean (self->reached, TRUE);
}

/* --- seeing --- */

static DexFuture *
read_notes (MokedSession *session,
            gpointer      id)
{
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, NULL, "SELECT notes FROM customer WHERE business_id = $1 AND id = $2", "t", id);

  if (cursor == NULL || !moked_cursor_next (cursor, NULL))
    return dex_future_new_take_string (NULL);
  return dex_future_new_take_string (moked_cursor_dup_text (cursor, 0));
}

static DexFuture *
look_fiber (gpointer user_data)
{
  Desktop *self = user_data;

  self->reading = TRUE;
  do
    {
      g_autofree char *notes = NULL;

      self->again = FALSE;
      notes = dex_await_string (moked_cache_read (self->cache, read_notes,
                                                  g_strdup (moked_entity_get_id (self->all->customer)), g_free),
                                NULL);
      if (self->seen_at == 0 && g_strcmp0 (notes, self->all->expected) == 0)
        {
          self->seen_at = g_get_monotonic_time ();
          count_down (self->all);
        }
    }
  while (self->again);
  self->reading = FALSE;
  return dex_future_new_true ();
}

static void
on_changed (MokedCache        *cache,
            const char *const *names,
            Desktop           *self)
{
  if (self->all->expected == NULL || !g_strv_contains (names, "customer"))
    return;
  if (self->reading)
    self->again = TRUE;
  else
    dex_future_disown (dex_scheduler_spawn (NULL, 0, look_fiber, self, NULL));
}

/* --- seeing without a cache --- */

static gint64
get_int (yyjson_doc *doc,
         const char *name)
{
  return yyjson_get_sint (yyjson_obj_get (yyjson_doc_get_root (doc), name));
}

static void
take_pull (Light  *self,
           GBytes *answer)
{
  gsize length;
  const char *text = g_bytes_get_data (answer, &length);
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", self->all->expected != NULL ? self->all->expected : "");
  yyjson_doc *doc = yyjson_read (text, length, 0);

  self->cursor = get_int (doc, "until");
  yyjson_doc_free (doc);
  if (self->seen_at == 0 && self->all->expected != NULL && g_strstr_len (text, (gssize) length, quoted) != NULL)
    {
      self->seen_at = g_get_monotonic_time ();
      count_down (self->all);
    }
}

static DexFuture *
pull_fiber (gpointer user_data)
{
  Light *self = user_data;

  self->pulling = TRUE;
  while (self->cursor < self->head)
    {
      g_autofree char *path =
          g_strdup_printf ("/api/sync/pull?epoch=%s&since=%" G_GINT64_FORMAT, self->epoch, self->cursor);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) answer =
          dex_await_boxed (moked_sync_transport_get (MOKED_SYNC_TRANSPORT (self->transport), path), &error);

      if (answer == NULL)
        g_error ("The service does not answer: %s", error->message);
      take_pull (self, answer);
    }
  self->pulling = FALSE;
  return dex_future_new_true ();
}

static void
on_text (const char *text,
         gpointer    user_data)
{
  Light *self = user_data;
  yyjson_doc *doc = yyjson_read (text, strlen (text), 0);
  gboolean hint = yyjson_equals_str (yyjson_obj_get (yyjson_doc_get_root (doc), "type"), "hint");

  if (hint)
    self->head = MAX (self->head, get_int (doc, "seq"));
  yyjson_doc_free (doc);
  if (hint && !self->pulling && self->cursor < self->head)
    dex_future_disown (dex_scheduler_spawn (NULL, 0, pull_fiber, self, NULL));
}

static void
open_light (Watchers *all,
            Light    *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) state = NULL;
  yyjson_doc *doc;

  self->all = all;
  self->transport = moked_http_transport_new (opt_service, opt_token);
  state = dex_await_boxed (moked_sync_transport_get (MOKED_SYNC_TRANSPORT (self->transport), "/api/sync/state"),
                           &error);
  if (state == NULL)
    g_error ("The service does not answer: %s", error->message);
  doc = yyjson_read (g_bytes_get_data (state, NULL), g_bytes_get_size (state), 0);
  self->epoch = g_strdup (yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "epoch")));
  self->cursor = self->head = get_int (doc, "head");
  yyjson_doc_free (doc);
  self->live = moked_sync_transport_listen (MOKED_SYNC_TRANSPORT (self->transport), on_text, self);
}

static void
close_light (Light *self)
{
  dex_clear (&self->live);
  g_clear_object (&self->transport);
  g_free (self->epoch);
}

/* --- editing --- */

static DexFuture *
find_customer (MokedSession *session,
               gpointer      user_data)
{
  Watchers *self = user_data;
  GError *error = NULL;

  self->customer = moked_entity_store_find (session, &moked_customer_info, &error,
                                            "e.business_id = $1 AND e.deleted_at IS NULL", "");
  if (self->customer == NULL)
    g_error ("There is no customer to edit");
  return dex_future_new_true ();
}

static void
edit_once (Watchers *self,
           int       number)
{
  MokedEdit *edit = moked_edit_new ("bench");
  g_autoptr (MokedCustomer) after = moked_entity_copy (self->customer);
  g_autoptr (GString) line = g_string_new (NULL);
  gint64 begun;

  dex_clear (&self->reached);
  self->reached = dex_promise_new ();
  self->left = (guint) (opt_desktops - 1 + opt_light);
  g_free (self->expected);
  self->expected = g_strdup_printf ("edit %d", number);
  g_set_str (&after->notes, self->expected);
  for (int i = 0; i < opt_desktops; i++)
    self->desktops[i].seen_at = i == 0;
  for (int i = 0; i < opt_light; i++)
    self->lights[i].seen_at = 0;
  moked_edit_save (edit, after);
  begun = g_get_monotonic_time ();
  g_free (dex_await_string (moked_cache_commit (self->desktops[0].cache, edit), NULL));
  dex_await (dex_ref (DEX_FUTURE (self->reached)), NULL);
  for (int i = 1; i < opt_desktops; i++)
    g_string_append_printf (line, "%s%.3f", i > 1 ? "," : "", (double) (self->desktops[i].seen_at - begun) / 1000);
  g_string_append (line, "],\"light\":[");
  for (int i = 0; i < opt_light; i++)
    g_string_append_printf (line, "%s%.3f", i > 0 ? "," : "", (double) (self->lights[i].seen_at - begun) / 1000);
  g_print ("{\"edit\":%d,\"seen\":[%s]}\n", number, line->str);
  g_set_object (&self->customer, after);
}

/* --- the program --- */

static void
on_state (MokedSyncClient *sync,
          GParamSpec      *pspec,
          Desktop         *self)
{
  if (self->seen_at == 0 && moked_sync_client_get_state (sync) == MOKED_SYNC_IDLE)
    {
      self->seen_at = 1;
      count_down (self->all);
    }
}

static void
open_desktop (Watchers *all,
              Desktop  *self,
              int       number)
{
  g_autofree char *path = g_strdup_printf ("%s/cache-%d.db", opt_folder, number);
  g_autoptr (MokedClock) clock = moked_clock_new_system ();
  g_autoptr (MokedHttpTransport) transport = moked_http_transport_new (opt_service, opt_token);
  g_autoptr (GError) error = NULL;

  self->all = all;
  self->cache = moked_cache_new (path, moked_features_get_schema ());
  if (!dex_await (moked_cache_open (self->cache), &error))
    g_error ("The cache cannot be opened: %s", error->message);
  self->sync = moked_sync_client_new (self->cache, MOKED_SYNC_TRANSPORT (transport), clock);
  g_signal_connect (self->cache, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect (self->sync, "notify::state", G_CALLBACK (on_state), self);
  moked_sync_client_start (self->sync);
}

static void
close_desktop (Desktop *self)
{
  moked_sync_client_stop (self->sync);
  dex_await (moked_sync_client_await_stopped (self->sync), NULL);
  dex_await (moked_cache_close (self->cache), NULL);
  g_clear_object (&self->sync);
  g_clear_object (&self->cache);
}

static DexFuture *
main_fiber (gpointer user_data)
{
  Watchers self = { .left = (guint) opt_desktops };

  self.desktops = g_new0 (Desktop, opt_desktops);
  self.lights = g_new0 (Light, opt_light);
  self.reached = dex_promise_new ();
  for (int i = 0; i < opt_desktops; i++)
    open_desktop (&self, &self.desktops[i], i);
  dex_await (dex_ref (DEX_FUTURE (self.reached)), NULL);
  for (int i = 0; i < opt_light; i++)
    open_light (&self, &self.lights[i]);
  dex_await (moked_cache_read (self.desktops[0].cache, find_customer, &self, NULL), NULL);
  dex_await (dex_timeout_new_seconds (3), NULL); /* search indexes and live channels settle */
  for (int i = 0; i < opt_edits; i++)
    {
      edit_once (&self, i);
      dex_await (dex_timeout_new_msec (opt_pause), NULL);
    }
  for (int i = 0; i < opt_desktops; i++)
    close_desktop (&self.desktops[i]);
  for (int i = 0; i < opt_light; i++)
    close_light (&self.lights[i]);
  g_free (self.lights);
  g_object_unref (self.customer);
  g_free (self.desktops);
  g_free (self.expected);
  dex_unref (self.reached);
  g_main_loop_quit (user_data);
  return dex_future_new_true ();
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("tell when many desktops see an edit of one");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || opt_service == NULL || opt_token == NULL ||
      opt_folder == NULL || opt_desktops < 2)
    {
      g_printerr ("sync-watchers: %s\n", error != NULL ? error->message : "--service, --token and --folder are needed");
      return 2;
    }
  dex_init ();
  dex_future_disown (dex_scheduler_spawn (NULL, 0, main_fiber, loop, NULL));
  g_main_loop_run (loop);
  return 0;
}
