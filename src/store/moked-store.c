/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-store.h"

/**
 * MokedStore:
 *
 * A database behind futures. All work on it is a function that runs on one of the store's threads with
 * a [class@Session]; the caller's thread never blocks. Writes that wait at the same time share one
 * durable commit.
 */
G_DEFINE_ABSTRACT_TYPE (MokedStore, moked_store, G_TYPE_OBJECT)

static guint changed_signal, damaged_signal, told_signal, missed_signal;

static void
moked_store_class_init (MokedStoreClass *klass)
{
  /**
   * MokedStore::changed:
   * @self: the store
   * @business: (nullable): whose data
   * @entities: (element-type utf8): static names of the kinds of records that were written
   *
   * In the store's main context, after a durable commit; once for all the transactions that a commit took
   * together.
   */
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_PTR_ARRAY);

  /**
   * MokedStore::damaged:
   * @self: the store
   *
   * In the store's main context, once after each opening: what is stored turned out to be damaged. Whoever asked for
   * it has %MOKED_ERROR_CORRUPT.
   */
  damaged_signal = g_signal_new ("damaged", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);

  /**
   * MokedStore::told:
   * @self: the store
   * @text: what another program on the same database said with [method@Store.tell]
   *
   * In the store's main context.
   */
  told_signal = g_signal_new ("told", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                              G_TYPE_STRING);

  /**
   * MokedStore::missed:
   * @self: the store
   *
   * In the store's main context: for a while nothing was heard of what other programs on the same database did.
   */
  missed_signal = g_signal_new ("missed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
}

static void
moked_store_init (MokedStore *self)
{
}

/* For drivers. */
void
moked_store_emit_changed (MokedStore *self,
                          const char *business,
                          GPtrArray  *entities)
{
  g_signal_emit (self, changed_signal, 0, business, entities);
}

void
moked_store_emit_damaged (MokedStore *self)
{
  g_signal_emit (self, damaged_signal, 0);
}

void
moked_store_emit_told (MokedStore *self,
                       const char *text)
{
  g_signal_emit (self, told_signal, 0, text);
}

void
moked_store_emit_missed (MokedStore *self)
{
  g_signal_emit (self, missed_signal, 0);
}

/**
 * moked_store_is_shared:
 *
 * Returns: whether other programs may have the same database open
 */
gboolean
moked_store_is_shared (MokedStore *self)
{
  return MOKED_STORE_GET_CLASS (self)->tell != NULL;
}

/**
 * moked_store_tell:
 * @self: an open store
 * @text: at most some thousand bytes
 *
 * Has [signal@Store::told] emitted in the other programs on the same database, if there are any. It may be lost.
 */
void
moked_store_tell (MokedStore *self,
                  const char *text)
{
  if (moked_store_is_shared (self))
    MOKED_STORE_GET_CLASS (self)->tell (self, text);
}

/**
 * moked_store_open:
 * @self: a store
 * @schema: what it must hold; static
 *
 * Opens the database and brings its schema up to date, after a backup copy when there is something to
 * lose.
 *
 * Returns: (transfer full): a future of a boolean; rejects with %MOKED_ERROR_STORAGE, %MOKED_ERROR_CORRUPT, or
 *   %MOKED_ERROR_IN_USE when it is open elsewhere
 */
DexFuture *
moked_store_open (MokedStore        *self,
                  const MokedSchema *schema)
{
  return MOKED_STORE_GET_CLASS (self)->open (self, schema);
}

/**
 * moked_store_write:
 * @self: an open store
 * @priority: whether somebody waits
 * @business: (nullable): whose data; see [class@Session]
 * @func: the transaction's work
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data in the main context, after the result is known
 *
 * Returns: (transfer full): what @func returned, once it is durable
 */
DexFuture *
moked_store_write (MokedStore      *self,
                   MokedPriority    priority,
                   const char      *business,
                   MokedSessionFunc func,
                   gpointer         user_data,
                   GDestroyNotify   destroy)
{
  return MOKED_STORE_GET_CLASS (self)->write (self, priority, business, func, user_data, destroy);
}

/**
 * moked_store_read:
 * @self: an open store
 * @business: (nullable): whose data
 * @func: reads one consistent state
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data in the main context
 *
 * Returns: (transfer full): what @func returned
 */
DexFuture *
moked_store_read (MokedStore      *self,
                  const char      *business,
                  MokedSessionFunc func,
                  gpointer         user_data,
                  GDestroyNotify   destroy)
{
  return MOKED_STORE_GET_CLASS (self)->read (self, business, func, user_data, destroy);
}

/**
 * moked_store_backup:
 * @self: an open store
 * @path: a file that does not exist yet
 *
 * Returns: (transfer full): resolves when a consistent copy is at @path, which is the caller's to bring to the disk
 */
DexFuture *
moked_store_backup (MokedStore *self,
                    const char *path)
{
  return MOKED_STORE_GET_CLASS (self)->backup (self, path);
}

/**
 * moked_store_close:
 *
 * Returns: (transfer full): resolves when everything that was asked for is done and the files are closed
 */
DexFuture *
moked_store_close (MokedStore *self)
{
  return MOKED_STORE_GET_CLASS (self)->close (self);
}
