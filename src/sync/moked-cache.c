/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-cache-private.h"

#include "base/moked-error.h"
#include "store/moked-late-index.h"
#include "store/sqlite/moked-sqlite-store.h"
#include "sync/moked-conflict-store.h"
#include "sync/moked-outbox.h"

#define N_READERS 2

/**
 * MokedCache:
 *
 * A desktop's copy of its office: the only thing that its pages read and write. What people do goes in
 * by [method@Cache.commit], one local transaction for each action, and waits in the outbox for the
 * service; [class@SyncClient] carries it there and brings what others did. What waits is in a journal beside it,
 * too, so that it is kept when the copy's file is damaged and everything else is brought again.
 */
enum
{
  PROP_0,
  PROP_BUSINESS,
  PROP_WAITING,
  PROP_ASKING,
  N_PROPS,
};

G_DEFINE_FINAL_TYPE (MokedCache, moked_cache, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint changed_signal, rebuilt_signal, rights_changed_signal;

static void
moked_cache_get_property (GObject    *object,
                          guint       property,
                          GValue     *value,
                          GParamSpec *pspec)
{
  MokedCache *self = MOKED_CACHE (object);

  switch (property)
    {
    case PROP_BUSINESS:
      g_value_set_string (value, moked_cache_get_business (self));
      break;
    case PROP_WAITING:
      g_value_set_uint (value, self->waiting);
      break;
    case PROP_ASKING:
      g_value_set_uint (value, self->asking);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
moked_cache_finalize (GObject *object)
{
  MokedCache *self = MOKED_CACHE (object);

  g_clear_object (&self->indexer);
  g_clear_object (&self->store);
  g_clear_pointer (&self->state, moked_cache_state_free);
  g_clear_pointer (&self->journal, moked_outbox_journal_free);
  g_free (self->path);
  dex_clear (&self->journaling);
  dex_clear (&self->rescue);
  dex_clear (&self->exchange);
  G_OBJECT_CLASS (moked_cache_parent_class)->finalize (object);
}

static void
moked_cache_class_init (MokedCacheClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = moked_cache_get_property;
  object_class->finalize = moked_cache_finalize;

  /**
   * MokedCache:business:
   *
   * The id of the office; %NULL until this desktop was paired with a service.
   */
  properties[PROP_BUSINESS] = g_param_spec_string ("business", NULL, NULL, NULL,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * MokedCache:waiting:
   *
   * How many actions the service has not confirmed, with those that were rejected or are held.
   */
  properties[PROP_WAITING] = g_param_spec_uint ("waiting", NULL, NULL, 0, G_MAXUINT, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * MokedCache:asking:
   *
   * How many of them wait for a person.
   */
  properties[PROP_ASKING] = g_param_spec_uint ("asking", NULL, NULL, 0, G_MAXUINT, 0,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * MokedCache::changed:
   * @self: the cache
   * @entities: (array zero-terminated=1): the kinds of records that were written
   *
   * In the main context, after a commit: of this desktop, of a pull or of the search index.
   */
  changed_signal = g_signal_new ("changed", MOKED_TYPE_CACHE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 G_TYPE_STRV);

  /**
   * MokedCache::rebuilt:
   * @self: the cache
   *
   * The file was damaged and put aside while it was open. The copy is empty but for what waits; the next exchange with
   * the service brings the rest. Of one that was damaged before, [method@Cache.was_rebuilt] tells.
   */
  rebuilt_signal = g_signal_new ("rebuilt", MOKED_TYPE_CACHE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * MokedCache::rights-changed:
   *
   * The user sees another part of the office from now on, and the copy has followed.
   */
  rights_changed_signal =
      g_signal_new ("rights-changed", MOKED_TYPE_CACHE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
moked_cache_init (MokedCache *self)
{
}

typedef struct
{
  MokedCache *cache;
  guint       number;
  gint64      waiting; /* -1: could not be counted */
  gint64      asking;
} Count;

static void
clear_count (gpointer data)
{
  g_object_unref (((Count *) data)->cache);
}

static void
unref_count (gpointer count)
{
  g_atomic_rc_box_release_full (count, clear_count);
}

static DexFuture *
count_waiting (MokedSession *session,
               gpointer      user_data)
{
  Count *count = user_data;
  GError *error = NULL;

  count->waiting = moked_outbox_count (session, &count->asking, &error);
  return count->waiting >= 0 ? dex_future_new_true () : dex_future_new_for_error (error);
}

static void
set_count (MokedCache *self,
           guint      *member,
           gint64      count,
           guint       property)
{
  if (*member == (guint) count)
    return;
  *member = (guint) count;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static DexFuture *
waiting_counted (DexFuture *future,
                 gpointer   user_data)
{
  Count *count = user_data;
  MokedCache *self = count->cache;

  self->counting--;
  /* There are two readers: an older count that comes last is no news. */
  if (count->number == self->asked && dex_future_get_value (future, NULL) != NULL)
    {
      set_count (self, &self->asking, count->asking, PROP_ASKING);
      set_count (self, &self->waiting, count->waiting, PROP_WAITING);
    }
  return dex_future_new_true ();
}

static DexFuture *
refresh_waiting (MokedCache *self)
{
  Count *count = g_atomic_rc_box_new0 (Count);

  count->cache = g_object_ref (self);
  count->number = ++self->asked;
  self->counting++;
  return dex_future_finally (moked_store_read (self->store, moked_cache_get_business (self), count_waiting,
                                               g_atomic_rc_box_acquire (count), unref_count),
                             waiting_counted, count, unref_count);
}

static void
on_store_changed (MokedStore *store,
                  const char *business,
                  GPtrArray  *entities,
                  gpointer    user_data)
{
  MokedCache *self = user_data;
  g_autofree const char **names = g_new0 (const char *, entities->len + 1);

  for (guint i = 0; i < entities->len; i++)
    names[i] = g_ptr_array_index (entities, i);
  if (g_strv_contains (names, "outbox"))
    {
      dex_future_disown (refresh_waiting (self));
      dex_future_disown (moked_cache_follow_outbox (self));
    }
  g_signal_emit (self, changed_signal, 0, names);
}

/**
 * moked_cache_new:
 * @path: the cache's file; `@path.unsent` beside it holds what waits once more
 * @schema: the features' records; static
 *
 * Returns: (transfer full): a cache to open with [method@Cache.open]
 */
MokedCache *
moked_cache_new (const char        *path,
                 const MokedSchema *schema)
{
  g_autoptr (MokedClock) clock = moked_clock_new_system ();

  return moked_cache_new_with_clock (path, schema, clock);
}

/**
 * moked_cache_new_with_clock:
 * @clock: this desktop's, which need not be right
 *
 * Returns: (transfer full): as [ctor@Cache.new]
 */
MokedCache *
moked_cache_new_with_clock (const char        *path,
                            const MokedSchema *schema,
                            MokedClock        *clock)
{
  MokedCache *self = g_object_new (MOKED_TYPE_CACHE, NULL);
  g_autofree char *journal = g_strconcat (path, ".unsent", NULL);
  guint n = 0;

  for (; schema->parts[n] != NULL; n++)
    {
      g_assert (n < MOKED_CACHE_PARTS - 4);
      self->parts[n] = schema->parts[n];
    }
  self->parts[n++] = &moked_outbox_schema;
  self->parts[n++] = &moked_cache_state_schema;
  self->parts[n++] = &moked_conflict_schema;
  self->parts[n++] = &moked_late_index_schema;
  self->schema.parts = self->parts;
  self->store = moked_sqlite_store_new (path, N_READERS, clock);
  self->path = g_strdup (path);
  self->journal = moked_outbox_journal_new (journal);
  return self;
}

/* A program with other records than the one that filled the cache lists everything again. */
static void
check_schema (MokedCache *self)
{
  g_autofree char *schema = moked_schema_dup_fingerprint (&self->schema);

  if (g_strcmp0 (self->state->schema, schema) == 0)
    return;
  g_set_str (&self->state->schema, schema);
  moked_cache_state_forget_epoch (self->state);
  g_clear_pointer (&self->state->load_epoch, g_free);
}

static void
begin (MokedCache *self)
{
  dex_future_disown (moked_indexer_run (self->indexer)); /* what the last run of the program left over */
  if (self->state == NULL)
    return;
  check_schema (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSINESS]);
  dex_future_disown (refresh_waiting (self));
  dex_future_disown (moked_cache_follow_outbox (self));
}

static DexFuture *
open_fiber (gpointer user_data)
{
  MokedCache *self = user_data;
  GError *error = NULL;

  self->journal_worker = moked_worker_new ("outbox-journal", 1);
  if (!moked_cache_open_store (self, &error))
    {
      g_clear_pointer (&self->journal_worker, moked_worker_close);
      return dex_future_new_for_error (error);
    }
  g_signal_connect_object (self->store, "changed", G_CALLBACK (on_store_changed), self, 0);
  g_signal_connect_object (self->store, "damaged", G_CALLBACK (moked_cache_rescue), self, G_CONNECT_SWAPPED);
  self->indexer = moked_indexer_new (self->store, &self->schema);
  begin (self);
  return dex_future_new_true ();
}

/**
 * moked_cache_open:
 *
 * A file that is damaged is put aside, and a new one begun with what waits; [method@Cache.was_rebuilt] tells.
 *
 * Returns: (transfer full): a future of a boolean; when it rejects there is nothing to close
 */
DexFuture *
moked_cache_open (MokedCache *self)
{
  return dex_scheduler_spawn (NULL, 0, open_fiber, g_object_ref (self), g_object_unref);
}

/**
 * moked_cache_was_rebuilt:
 *
 * Returns: whether its file was damaged and is another one since it was opened
 */
gboolean
moked_cache_was_rebuilt (MokedCache *self)
{
  return self->n_rescues > 0;
}

/* The file is another one, and has only what waits. */
void
moked_cache_begin_anew (MokedCache *self)
{
  begin (self);
  moked_cache_tell_all_changed (self);
  g_signal_emit (self, rebuilt_signal, 0);
}

static DexFuture *
close_fiber (gpointer user_data)
{
  MokedCache *self = user_data;
  GError *error = NULL;

  self->closed = TRUE;
  if (self->rescue != NULL)
    dex_await (dex_ref (self->rescue), NULL);
  if (self->indexer != NULL)
    moked_indexer_stop (self->indexer);
  if (self->journaling != NULL)
    dex_await (dex_ref (self->journaling), NULL);
  dex_await (moked_store_close (self->store), &error);
  g_clear_pointer (&self->journal_worker, moked_worker_close);
  return error == NULL ? dex_future_new_true () : dex_future_new_for_error (error);
}

/**
 * moked_cache_close:
 *
 * Returns: (transfer full): resolves when the file is closed; must come before the last reference goes
 */
DexFuture *
moked_cache_close (MokedCache *self)
{
  return dex_scheduler_spawn (NULL, 0, close_fiber, g_object_ref (self), g_object_unref);
}

MokedStore *
moked_cache_get_store (MokedCache *self)
{
  return self->store;
}

const MokedSchema *
moked_cache_get_schema (MokedCache *self)
{
  return &self->schema;
}

/**
 * moked_cache_get_business:
 *
 * Returns: (nullable): the office's id; %NULL until paired
 */
const char *
moked_cache_get_business (MokedCache *self)
{
  return self->state != NULL ? self->state->business : NULL;
}

const char *
moked_cache_get_user_id (MokedCache *self)
{
  return self->state != NULL ? self->state->user_id : NULL;
}

guint
moked_cache_get_waiting (MokedCache *self)
{
  return self->waiting;
}

guint
moked_cache_get_asking (MokedCache *self)
{
  return self->asking;
}

/* Whether something may have to be sent. */
gboolean
moked_cache_may_wait (MokedCache *self)
{
  return self->waiting > 0 || self->counting > 0;
}

const MokedCacheState *
moked_cache_get_state (MokedCache *self)
{
  return self->state;
}

/* What a transaction wrote is now true; to be called after it committed. */
void
moked_cache_set_state (MokedCache      *self,
                       MokedCacheState *state)
{
  gboolean paired = self->state == NULL;

  g_clear_pointer (&self->state, moked_cache_state_free);
  self->state = state;
  if (!paired)
    return;
  dex_future_disown (moked_cache_follow_outbox (self)); /* whose copy it is */
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSINESS]);
}

/**
 * moked_cache_begin_exchange: (skip)
 *
 * Waits until nobody else exchanges changes with a service: what an answer means depends on what was asked
 * before. Awaits.
 *
 * Returns: %TRUE; then moked_cache_end_exchange() must follow
 */
gboolean
moked_cache_begin_exchange (MokedCache *self,
                            GError    **error)
{
  while (self->exchange != NULL)
    if (!dex_await (dex_ref (DEX_FUTURE (self->exchange)), error))
      return FALSE;
  self->exchange = dex_promise_new ();
  return TRUE;
}

void
moked_cache_end_exchange (MokedCache *self)
{
  DexPromise *ended = g_steal_pointer (&self->exchange);

  dex_promise_resolve_boolean (ended, TRUE);
  dex_unref (ended);
}

/* See moked_indexer_hold(). */
void
moked_cache_hold_index (MokedCache *self)
{
  moked_indexer_hold (self->indexer);
}

void
moked_cache_release_index (MokedCache *self)
{
  moked_indexer_release (self->indexer);
}

static DexFuture *
refuse_unpaired (gpointer       user_data,
                 GDestroyNotify destroy)
{
  if (destroy != NULL)
    destroy (user_data);
  return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED,
                                "This desktop does not belong to an office yet");
}

/**
 * moked_cache_read:
 * @func: reads one consistent state, on a store thread; the session has the office as its business
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data in the main context
 *
 * Returns: (transfer full): what @func returned
 */
DexFuture *
moked_cache_read (MokedCache      *self,
                  MokedSessionFunc func,
                  gpointer         user_data,
                  GDestroyNotify   destroy)
{
  if (self->state == NULL)
    return refuse_unpaired (user_data, destroy);
  return moked_store_read (self->store, self->state->business, func, user_data, destroy);
}

/**
 * moked_cache_write_local:
 *
 * As [method@Cache.read] for what belongs to this desktop alone, such as drafts; it never travels.
 */
DexFuture *
moked_cache_write_local (MokedCache      *self,
                         MokedSessionFunc func,
                         gpointer         user_data,
                         GDestroyNotify   destroy)
{
  if (self->state == NULL)
    return refuse_unpaired (user_data, destroy);
  return moked_store_write (self->store, MOKED_PRIORITY_URGENT, self->state->business, func, user_data, destroy);
}

/* For the exchange, when everything is listed with other rights than before. */
void
moked_cache_tell_rights (MokedCache *self)
{
  g_signal_emit (self, rights_changed_signal, 0);
}
