/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/moked-postgres-listener.h"

#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "store/postgres/moked-postgres-connection.h"

/* What the other programs on the database did is told by the database itself (`LISTEN`), on one connection for the
 * whole program. Nothing depends on it: after a lost connection whoever follows the store is told that it may have
 * missed something, and looks. */

#define AGAIN_MSEC 1000

/* A connection whose other end is silently gone is found out by asking. */
#define ASK_MSEC 30000

struct _MokedPostgresListener
{
  MokedStore              *store; /* borrowed: the store closes its listener before it goes */
  MokedPostgresConnection *connection;
  GMainContext            *context;
  GThread                 *thread;
  char                    *name; /* of this program, whose own words are passed over */
  int                      stop[2];
};

/* On its way to the main context. */
typedef struct
{
  MokedStore *store;
  char       *payload; /* (nullable): without one something may have been missed */
} News;

static void
free_news (gpointer data)
{
  News *news = data;

  g_object_unref (news->store);
  g_free (news->payload);
  g_free (news);
}

static void
tell_changed (MokedStore *store,
              const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, " ", 2);
  g_auto (GStrv) names = g_strsplit (parts[0] != NULL && parts[1] != NULL ? parts[1] : "", ",", -1);
  g_autoptr (GPtrArray) entities = g_ptr_array_new ();

  for (guint i = 0; names[i] != NULL; i++)
    g_ptr_array_add (entities, (gpointer) g_intern_string (names[i]));
  if (parts[0] != NULL)
    moked_store_emit_changed (store, *parts[0] != '\0' ? parts[0] : NULL, entities);
}

static gboolean
tell_news (gpointer data)
{
  News *news = data;

  if (news->payload == NULL)
    moked_store_emit_missed (news->store);
  else if (g_str_has_prefix (news->payload, "changed "))
    tell_changed (news->store, news->payload + strlen ("changed "));
  else if (g_str_has_prefix (news->payload, "told "))
    moked_store_emit_told (news->store, news->payload + strlen ("told "));
  return G_SOURCE_REMOVE;
}

static void
pass_on (MokedPostgresListener *self,
         const char            *payload)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  News *news = g_new (News, 1);

  *news = (News) { g_object_ref (self->store), g_strdup (payload) };
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, tell_news, news, free_news);
  g_source_attach (source, self->context);
}

static gboolean
is_stopped (MokedPostgresListener *self,
            int                    socket,
            int                    msec,
            gboolean              *out_idle)
{
  struct pollfd fds[] = { { self->stop[0], POLLIN, 0 }, { socket, POLLIN, 0 } };
  int n = poll (fds, socket >= 0 ? 2 : 1, msec);

  *out_idle = n == 0;
  return fds[0].revents != 0;
}

static void
read_news (MokedPostgresListener *self,
           PGconn                *db)
{
  PGnotify *notify;

  while ((notify = PQnotifies (db)) != NULL)
    {
      const char *space = strchr (notify->extra, ' ');
      gsize length = space != NULL ? (gsize) (space - notify->extra) : 0;

      if (length > 0 && (strlen (self->name) != length || strncmp (notify->extra, self->name, length) != 0))
        pass_on (self, space + 1);
      PQfreemem (notify);
    }
}

/* Returns whether it was told to stop; otherwise the connection is lost. */
static gboolean
listen_until_lost (MokedPostgresListener *self)
{
  PGconn *db = moked_postgres_connection_get_db (self->connection);
  gboolean idle;

  for (;;)
    {
      read_news (self, db);
      if (is_stopped (self, PQsocket (db), ASK_MSEC, &idle))
        return TRUE;
      if (idle ? !moked_postgres_connection_run (self->connection, "SELECT 1", NULL) : !PQconsumeInput (db))
        return FALSE;
    }
}

static gpointer
listener_thread (gpointer data)
{
  MokedPostgresListener *self = data;
  gboolean idle, again = FALSE;

  for (;;)
    {
      if (moked_postgres_connection_open (self->connection, NULL) &&
          moked_postgres_connection_run (self->connection, "LISTEN moked", NULL))
        {
          if (again)
            pass_on (self, NULL);
          again = TRUE;
          if (listen_until_lost (self))
            return NULL;
          moked_postgres_connection_give_up (self->connection);
        }
      if (is_stopped (self, -1, AGAIN_MSEC, &idle))
        return NULL;
    }
}

/**
 * moked_postgres_listener_new:
 * @store: on which it is told what others did
 * @context: where it is told
 *
 * Returns: (transfer full): a listener; end it with moked_postgres_listener_close()
 */
MokedPostgresListener *
moked_postgres_listener_new (MokedStore   *store,
                             const char   *url,
                             GMainContext *context)
{
  MokedPostgresListener *self = g_new0 (MokedPostgresListener, 1);

  self->store = store;
  self->connection = moked_postgres_connection_new (url);
  self->context = g_main_context_ref (context);
  self->name = g_strdup_printf ("%08x%08x", g_random_int (), g_random_int ());
  if (!g_unix_open_pipe (self->stop, O_CLOEXEC, NULL))
    g_error ("No pipe");
  self->thread = g_thread_new ("store-listener", listener_thread, self);
  return self;
}

/**
 * moked_postgres_listener_close:
 * @self: (transfer full): a listener
 *
 * Blocks until its thread has ended.
 */
void
moked_postgres_listener_close (MokedPostgresListener *self)
{
  close (self->stop[1]);
  g_thread_join (self->thread);
  close (self->stop[0]);
  moked_postgres_connection_free (self->connection);
  g_main_context_unref (self->context);
  g_free (self->name);
  g_free (self);
}

/**
 * moked_postgres_listener_append_changed:
 * @payload: what the others are to hear by `NOTIFY moked`
 * @business: (nullable): whose records were written
 * @entities: (element-type utf8): which kinds
 */
void
moked_postgres_listener_append_changed (MokedPostgresListener *self,
                                        GString               *payload,
                                        const char            *business,
                                        GPtrArray             *entities)
{
  g_string_append_printf (payload, "%s changed %s ", self->name, business != NULL ? business : "");
  for (guint i = 0; i < entities->len; i++)
    g_string_append_printf (payload, "%s%s", i > 0 ? "," : "", (const char *) g_ptr_array_index (entities, i));
}

void
moked_postgres_listener_append_told (MokedPostgresListener *self,
                                     GString               *payload,
                                     const char            *text)
{
  g_string_append_printf (payload, "%s told %s", self->name, text);
}
