/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-indexer.h"

#define STEP_ROWS 1000

/**
 * MokedIndexer:
 *
 * Keeps the search indexes of a store up to date behind the writes: in steps of a few rows, with
 * background priority, after every commit that touched a record.
 */
struct _MokedIndexer
{
  GObject            parent_instance;
  MokedStore        *store;
  const MokedSchema *schema;
  gulong             changed_handler;
  DexFuture         *running;
  gboolean           active; /* the fiber will still look at @again */
  gboolean           again;
  guint              held;
};

G_DEFINE_FINAL_TYPE (MokedIndexer, moked_indexer, G_TYPE_OBJECT)

static DexFuture *
index_step (MokedSession *session,
            gpointer      user_data)
{
  GError *error = NULL;
  gboolean more;

  if (!moked_schema_index_step (user_data, session, STEP_ROWS, &more, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_for_boolean (more);
}

static DexFuture *
index_fiber (gpointer user_data)
{
  MokedIndexer *self = user_data;

  do
    {
      g_autoptr (GError) error = NULL;

      self->again = FALSE;
      while (self->store != NULL && self->held == 0 &&
             dex_await_boolean (moked_store_write (self->store, MOKED_PRIORITY_BACKGROUND, NULL, index_step,
                                                   (gpointer) self->schema, NULL),
                                &error))
        ;
      if (error != NULL)
        {
          g_message ("Search index: %s", error->message);
          break;
        }
    }
  while (self->again && self->store != NULL && self->held == 0);
  self->active = FALSE;
  return dex_future_new_true ();
}

/**
 * moked_indexer_run:
 * @self: an indexer
 *
 * Returns: (transfer full): resolves when everything written until now can be found
 */
DexFuture *
moked_indexer_run (MokedIndexer *self)
{
  self->again = TRUE;
  if (!self->active)
    {
      self->active = TRUE;
      dex_clear (&self->running);
      self->running = dex_scheduler_spawn (NULL, 0, index_fiber, g_object_ref (self), g_object_unref);
    }
  return dex_ref (self->running);
}

/**
 * moked_indexer_hold:
 * @self: an indexer
 *
 * Nothing is indexed until [method@Indexer.release]: in the middle of very many writes it would make them twice as
 * long, and afterwards it takes less time itself.
 */
void
moked_indexer_hold (MokedIndexer *self)
{
  self->held++;
}

void
moked_indexer_release (MokedIndexer *self)
{
  g_return_if_fail (self->held > 0);

  if (--self->held == 0 && self->store != NULL)
    dex_future_disown (moked_indexer_run (self));
}

static void
on_changed (MokedStore *store,
            const char *business,
            GPtrArray  *entities,
            gpointer    user_data)
{
  /* The indexer's own commits have no business. */
  if (business != NULL)
    dex_future_disown (moked_indexer_run (user_data));
}

/**
 * moked_indexer_stop:
 *
 * Ends it after the step under way; to be called before the store is closed.
 */
void
moked_indexer_stop (MokedIndexer *self)
{
  if (self->store != NULL)
    g_clear_signal_handler (&self->changed_handler, self->store);
  g_clear_object (&self->store);
}

static void
moked_indexer_dispose (GObject *object)
{
  moked_indexer_stop (MOKED_INDEXER (object));
  dex_clear (&MOKED_INDEXER (object)->running);
  G_OBJECT_CLASS (moked_indexer_parent_class)->dispose (object);
}

static void
moked_indexer_class_init (MokedIndexerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = moked_indexer_dispose;
}

static void
moked_indexer_init (MokedIndexer *self)
{
}

/**
 * moked_indexer_new:
 * @store: an open store
 * @schema: whose indexes to keep; static
 *
 * Returns: (transfer full): an indexer that follows the store's commits
 */
MokedIndexer *
moked_indexer_new (MokedStore        *store,
                   const MokedSchema *schema)
{
  MokedIndexer *self = g_object_new (MOKED_TYPE_INDEXER, NULL);

  self->store = g_object_ref (store);
  self->schema = schema;
  self->changed_handler = g_signal_connect (store, "changed", G_CALLBACK (on_changed), self);
  return self;
}
