/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/moked-arrivals.h"

#define GATHER_MSEC 200
#define MAX_SINGLE  3

/**
 * MokedArrivals:
 *
 * Notifies of records that came in while the window was open: at once, or with the pull after some time offline.
 *
 * New is what has a row after those that were there when the window opened, or when the office was loaded anew: a row
 * of the cache gets its number when it comes. Each is told once. What comes together is told together: of one record
 * the latest, and of many records only how many.
 */
struct _MokedArrivals
{
  GObject                   parent_instance;
  const MokedArrivalSource *source;
  MokedUiContext           *context;
  MokedSyncClient          *sync;
  GHashTable               *told;     /* ids */
  gint64                    last_row; /* -1 until it is known what was there already */
  guint                     timer;
  gboolean                  loading;
};

typedef struct
{
  char *id;
  char *entity;
  char *target; /* id of what to open */
  char *title;
  char *body;
} Arrival;

typedef struct
{
  const MokedArrivalSource *source;
  gint64                    last_row;
} Lookup;

G_DEFINE_FINAL_TYPE (MokedArrivals, moked_arrivals, G_TYPE_OBJECT)

static void
arrival_free (gpointer data)
{
  Arrival *arrival = data;

  g_free (arrival->id);
  g_free (arrival->entity);
  g_free (arrival->target);
  g_free (arrival->title);
  g_free (arrival->body);
  g_free (arrival);
}

/* On a reader's thread */

static DexFuture *
read_last_row (MokedSession *session,
               gpointer      user_data)
{
  const MokedArrivalSource *source = user_data;
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, &error, source->max_row_sql, "");

  gint64 last = 0;

  if (cursor != NULL && moked_cursor_next (cursor, &error))
    last = moked_cursor_get_int (cursor, 0);
  if (error != NULL)
    return dex_future_new_for_error (error);
  return dex_future_new_for_int64 (last);
}

static DexFuture *
list_arrivals (MokedSession *session,
               gpointer      user_data)
{
  Lookup *lookup = user_data;
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, &error, lookup->source->list_sql, "i", lookup->last_row);
  g_autoptr (GPtrArray) arrivals = g_ptr_array_new_with_free_func (arrival_free);

  while (cursor != NULL && moked_cursor_next (cursor, &error))
    {
      Arrival *arrival = g_new (Arrival, 1);

      arrival->id = moked_cursor_dup_text (cursor, 0);
      arrival->entity = moked_cursor_dup_text (cursor, 1);
      arrival->target = moked_cursor_dup_text (cursor, 2);
      arrival->title = lookup->source->dup_title (cursor);
      arrival->body = lookup->source->dup_body (cursor);
      g_ptr_array_add (arrivals, arrival);
    }
  if (error != NULL)
    return dex_future_new_for_error (error);
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, g_steal_pointer (&arrivals));
}

/* Telling */

/* The latest of each record that a notification would open. */
static GHashTable *
gather_new (MokedArrivals *self,
            GPtrArray     *arrivals)
{
  GHashTable *latest = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < arrivals->len; i++)
    {
      Arrival *arrival = g_ptr_array_index (arrivals, i);

      if (g_hash_table_add (self->told, g_strdup (arrival->id)))
        g_hash_table_replace (latest, arrival->target, arrival);
    }
  return latest;
}

static void
tell (MokedArrivals *self,
      GPtrArray     *arrivals)
{
  g_autoptr (GHashTable) latest = gather_new (self, arrivals);
  g_autofree char *summary = NULL;
  GHashTableIter iter;
  Arrival *arrival;

  if (g_hash_table_size (latest) > MAX_SINGLE)
    {
      summary = self->source->dup_summary (g_hash_table_size (latest));
      moked_ui_context_notify (self->context, summary, NULL, self->source->page, "");
      return;
    }
  g_hash_table_iter_init (&iter, latest);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &arrival))
    moked_ui_context_notify (self->context, arrival->title, arrival->body, arrival->entity, arrival->target);
}

static DexFuture *
on_listed (DexFuture *future,
           gpointer   user_data)
{
  MokedArrivals *self = user_data;
  const GValue *value = dex_future_get_value (future, NULL);

  /* The window may have gone, and the cache with it. */
  if (value != NULL && self->context != NULL)
    tell (self, g_value_get_boxed (value));
  return NULL;
}

static gboolean
look (gpointer user_data)
{
  MokedArrivals *self = user_data;
  MokedCache *cache = moked_ui_context_get_cache (self->context);
  Lookup *lookup = g_new (Lookup, 1);

  self->timer = 0;
  *lookup = (Lookup) { self->source, self->last_row };
  dex_future_disown (dex_future_finally (moked_cache_read (cache, list_arrivals, lookup, g_free), on_listed,
                                         g_object_ref (self), g_object_unref));
  return G_SOURCE_REMOVE;
}

/* What was there already */

static DexFuture *
on_last_row (DexFuture *future,
             gpointer   user_data)
{
  MokedArrivals *self = user_data;
  const GValue *value = dex_future_get_value (future, NULL);

  if (value != NULL)
    self->last_row = g_value_get_int64 (value);
  return NULL;
}

static void
begin_here (MokedArrivals *self)
{
  MokedCache *cache = moked_ui_context_get_cache (self->context);

  self->last_row = -1;
  g_clear_handle_id (&self->timer, g_source_remove);
  dex_future_disown (dex_future_finally (moked_cache_read (cache, read_last_row, (gpointer) self->source, NULL),
                                         on_last_row, g_object_ref (self), g_object_unref));
}

static void
on_changed (MokedArrivals      *self,
            const char *const *entities)
{
  if (self->last_row >= 0 && !self->loading && self->timer == 0 && g_strv_contains (entities, self->source->entity))
    self->timer = g_timeout_add (GATHER_MSEC, look, self);
}

/* The first load of an office, or a second one, brings history. */
static void
on_state (MokedArrivals *self)
{
  gboolean was_loading = self->loading;

  self->loading = moked_sync_client_get_state (self->sync) == MOKED_SYNC_LOADING;
  if (was_loading && !self->loading)
    begin_here (self);
}

static void
on_service_changed (MokedArrivals *self)
{
  if (self->sync != NULL)
    g_signal_handlers_disconnect_by_func (self->sync, on_state, self);
  if (!g_set_object (&self->sync, moked_ui_context_get_sync (self->context)) || self->sync == NULL)
    return;
  g_signal_connect_object (self->sync, "notify::state", G_CALLBACK (on_state), self, G_CONNECT_SWAPPED);
  on_state (self);
}

/* The object */

static void
moked_arrivals_dispose (GObject *object)
{
  MokedArrivals *self = MOKED_ARRIVALS (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->sync);
  g_clear_object (&self->context);
  g_clear_pointer (&self->told, g_hash_table_unref);
  G_OBJECT_CLASS (moked_arrivals_parent_class)->dispose (object);
}

static void
moked_arrivals_class_init (MokedArrivalsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = moked_arrivals_dispose;
}

static void
moked_arrivals_init (MokedArrivals *self)
{
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->last_row = -1;
}

/**
 * moked_arrivals_new:
 * @context: whose cache is looked at; open
 * @source: what is looked for; static
 *
 * Returns: (transfer full): notifies of what comes from now on, for as long as it lives
 */
MokedArrivals *
moked_arrivals_new (MokedUiContext           *context,
                    const MokedArrivalSource *source)
{
  MokedArrivals *self = g_object_new (MOKED_TYPE_ARRIVALS, NULL);

  self->context = g_object_ref (context);
  self->source = source;
  g_signal_connect_object (moked_ui_context_get_cache (context), "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (context, "service-changed", G_CALLBACK (on_service_changed), self, G_CONNECT_SWAPPED);
  on_service_changed (self);
  begin_here (self);
  return self;
}
