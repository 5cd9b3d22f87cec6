/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-cache-private.h"
#include "sync/moked-outbox.h"

/* What people do with a cache: each of these is one transaction on a store thread. */

typedef struct
{
  MokedCache *cache;
  MokedEdit  *edit;
  char       *mutation_id;
  gint64      base;
} Change;

static void
free_change (gpointer data)
{
  Change *change = data;

  g_object_unref (change->cache);
  g_clear_pointer (&change->edit, moked_edit_free);
  g_free (change->mutation_id);
  g_free (change);
}

static Change *
new_change (MokedCache *self,
            MokedEdit  *edit,
            const char *mutation_id)
{
  const MokedCacheState *state = moked_cache_get_state (self);
  Change *change = g_new0 (Change, 1);

  change->cache = g_object_ref (self);
  change->edit = edit;
  change->mutation_id = g_strdup (mutation_id);
  change->base = state != NULL ? state->cursor : 0;
  return change;
}

static DexFuture *
append_edit (MokedSession *session,
             gpointer      user_data)
{
  Change *change = user_data;
  GError *error = NULL;
  char *id = moked_outbox_append (session, change->edit, change->base, &error);

  return id != NULL ? dex_future_new_take_string (id) : dex_future_new_for_error (error);
}

/**
 * moked_cache_commit:
 * @self: a cache
 * @edit: (transfer full): one action of a person
 *
 * Returns: (transfer full): the mutation's id; rejects with %MOKED_ERROR_INVALID (a sentence for people)
 *   when a record's rules are broken, and then nothing was written
 */
DexFuture *
moked_cache_commit (MokedCache *self,
                    MokedEdit  *edit)
{
  return moked_cache_write_local (self, append_edit, new_change (self, edit, NULL), free_change);
}

static DexFuture *
list_waiting (MokedSession *session,
              gpointer      user_data)
{
  GError *error = NULL;
  GPtrArray *list = moked_outbox_list (session, &error);

  return list != NULL ? dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, list) : dex_future_new_for_error (error);
}

/**
 * moked_cache_list_waiting:
 *
 * Returns: (transfer full): a future of a #GPtrArray of [class@Mutation], oldest first
 */
DexFuture *
moked_cache_list_waiting (MokedCache *self)
{
  return moked_cache_read (self, list_waiting, NULL, NULL);
}

static DexFuture *
cancel_mutation (MokedSession *session,
                 gpointer      user_data)
{
  Change *change = user_data;
  GError *error = NULL;

  return moked_outbox_cancel (session, moked_cache_get_schema (change->cache), change->mutation_id, &error)
             ? dex_future_new_true ()
             : dex_future_new_for_error (error);
}

/**
 * moked_cache_cancel:
 * @mutation_id: what was done
 *
 * Takes an action back that was not sent yet, or drops one that was rejected.
 *
 * Returns: (transfer full): rejects with %MOKED_ERROR_CONFLICT when it is on its way already
 */
DexFuture *
moked_cache_cancel (MokedCache *self,
                    const char *mutation_id)
{
  return moked_cache_write_local (self, cancel_mutation, new_change (self, NULL, mutation_id), free_change);
}

static DexFuture *
retry_mutation (MokedSession *session,
                gpointer      user_data)
{
  Change *change = user_data;
  GError *error = NULL;

  return moked_outbox_retry (session, moked_cache_get_schema (change->cache), change->mutation_id, &error)
             ? dex_future_new_true ()
             : dex_future_new_for_error (error);
}

/**
 * moked_cache_retry:
 * @mutation_id: a rejected action
 *
 * Returns: (transfer full): resolves when it waits to be sent again
 */
DexFuture *
moked_cache_retry (MokedCache *self,
                   const char *mutation_id)
{
  return moked_cache_write_local (self, retry_mutation, new_change (self, NULL, mutation_id), free_change);
}
