/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-cache-private.h"

#include "store/moked-entity-store.h"
#include "sync/moked-conflict-store.h"
#include "sync/moked-outbox.h"

/* What people do with a cache: each of these is one transaction on a store thread. */

typedef struct
{
  MokedCache *cache;
  MokedEdit  *edit;
  char       *id; /* of a mutation, an action, a conflict or a record */
  gint64      base;
  guint       n_steps;
} Change;

static void
free_change (gpointer data)
{
  Change *change = data;

  g_object_unref (change->cache);
  g_clear_pointer (&change->edit, moked_edit_free);
  g_free (change->id);
  g_free (change);
}

static Change *
new_change (MokedCache *self,
            MokedEdit  *edit,
            const char *id)
{
  const MokedCacheState *state = moked_cache_get_state (self);
  Change *change = g_new0 (Change, 1);

  change->cache = g_object_ref (self);
  change->edit = edit;
  change->id = g_strdup (id);
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
  return moked_cache_journal_then (
      self, moked_cache_write_local (self, append_edit, new_change (self, edit, NULL), free_change));
}

static DexFuture *
list_waiting (MokedSession *session,
              gpointer      user_data)
{
  GError *error = NULL;
  GPtrArray *list = moked_outbox_list (session, moked_cache_get_schema (user_data), &error);

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
  return moked_cache_read (self, list_waiting, g_object_ref (self), g_object_unref);
}

/* As many mutations wait as before, and yet there is something to send. */
static DexFuture *
on_changed_its_state (DexFuture *future,
                      gpointer   cache)
{
  g_object_notify (cache, "waiting");
  return dex_ref (future);
}

static DexFuture *
change_state (MokedCache      *self,
              MokedSessionFunc func,
              const char      *mutation_id)
{
  DexFuture *written = moked_cache_write_local (self, func, new_change (self, NULL, mutation_id), free_change);

  return dex_future_then (moked_cache_journal_then (self, written), on_changed_its_state, g_object_ref (self),
                          g_object_unref);
}

static DexFuture *
cancel_mutation (MokedSession *session,
                 gpointer      user_data)
{
  Change *change = user_data;
  GError *error = NULL;

  return moked_outbox_cancel (session, moked_cache_get_schema (change->cache), change->id, &error)
             ? dex_future_new_true ()
             : dex_future_new_for_error (error);
}

/**
 * moked_cache_cancel:
 * @mutation_id: what was done
 *
 * Takes an action back that the service has not confirmed, or drops one that was rejected. It is not seen any more at
 * once; if it had arrived before the service learns of it, it is done all the same and seen again.
 *
 * Returns: (transfer full): rejects with %MOKED_ERROR_CONFLICT when it is no longer waiting
 */
DexFuture *
moked_cache_cancel (MokedCache *self,
                    const char *mutation_id)
{
  return change_state (self, cancel_mutation, mutation_id);
}

static DexFuture *
retry_mutation (MokedSession *session,
                gpointer      user_data)
{
  Change *change = user_data;
  GError *error = NULL;

  return moked_outbox_retry (session, moked_cache_get_schema (change->cache), change->id, &error)
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
  return change_state (self, retry_mutation, mutation_id);
}

static DexFuture *
confirm_mutation (MokedSession *session,
                  gpointer      user_data)
{
  Change *change = user_data;
  GError *error = NULL;

  return moked_outbox_confirm_held (session, moked_cache_get_schema (change->cache), change->id, &error)
             ? dex_future_new_true ()
             : dex_future_new_for_error (error);
}

/**
 * moked_cache_confirm:
 * @mutation_id: an action that is held
 *
 * The person was asked and wants it all the same: it waits to be sent under a new id. Where it is an edit of a record
 * that was deleted meanwhile, the record is brought back, with all that was changed of it here.
 *
 * Returns: (transfer full): rejects with %MOKED_ERROR_NOT_FOUND when it was answered before
 */
DexFuture *
moked_cache_confirm (MokedCache *self,
                     const char *mutation_id)
{
  return change_state (self, confirm_mutation, mutation_id);
}

static DexFuture *
drop_mutation (MokedSession *session,
               gpointer      user_data)
{
  Change *change = user_data;
  GError *error = NULL;

  return moked_outbox_drop_held (session, moked_cache_get_schema (change->cache), change->id, &error)
             ? dex_future_new_true ()
             : dex_future_new_for_error (error);
}

/**
 * moked_cache_drop:
 * @mutation_id: an action that is held
 *
 * The person was asked and does not want it any more.
 *
 * Returns: (transfer full): rejects with %MOKED_ERROR_NOT_FOUND when it was answered before
 */
DexFuture *
moked_cache_drop (MokedCache *self,
                  const char *mutation_id)
{
  return change_state (self, drop_mutation, mutation_id);
}

static DexFuture *
undo_action (MokedSession *session,
             gpointer      user_data)
{
  Change *change = user_data;
  GError *error = NULL;
  gint64 unsent;
  char *id;

  if (!moked_outbox_take_action_back (session, moked_cache_get_schema (change->cache), change->id, &unsent, &error))
    return dex_future_new_for_error (error);
  if (unsent == change->n_steps)
    return dex_future_new_take_string (g_strdup (""));
  moked_edit_undo (change->edit, change->id);
  id = moked_outbox_append (session, change->edit, change->base, &error);
  return id != NULL ? dex_future_new_take_string (id) : dex_future_new_for_error (error);
}

/**
 * moked_cache_undo_action:
 * @action: what all its mutations have in common, or the one mutation that it was
 * @n_steps: of how many mutations it was; 0 when that is not known
 * @label: what the person does, in the UI's language, for the list of what waits
 *
 * Turns an action back. What the service never heard of is simply taken back; for the rest the service is asked, which
 * does it as a whole or refuses it with what later work depends on it.
 *
 * Returns: (transfer full): the id of the mutation that asks the service, empty when nothing was sent yet. It is an
 *   action of its own, to be turned back in its turn.
 */
DexFuture *
moked_cache_undo_action (MokedCache *self,
                         const char *action,
                         guint       n_steps,
                         const char *label)
{
  Change *change = new_change (self, moked_edit_new (label), action);

  change->n_steps = n_steps;
  return dex_future_then (moked_cache_write_local (self, undo_action, change, free_change), on_changed_its_state,
                          g_object_ref (self), g_object_unref);
}

static DexFuture *
list_conflicts (MokedSession *session,
                gpointer      user_data)
{
  Change *change = user_data;
  GError *error = NULL;
  GPtrArray *list = moked_conflict_store_list (session, moked_cache_get_schema (change->cache), change->id, &error);

  return list != NULL ? dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, list) : dex_future_new_for_error (error);
}

/**
 * moked_cache_list_conflicts:
 * @entity_id: (nullable): of this record only
 *
 * What this desktop overwrote of others without having seen it. [signal@Cache::changed] names `conflict` when the
 * list is another one.
 *
 * Returns: (transfer full): a future of a #GPtrArray of [class@Conflict], newest first
 */
DexFuture *
moked_cache_list_conflicts (MokedCache *self,
                            const char *entity_id)
{
  return moked_cache_read (self, list_conflicts, new_change (self, NULL, entity_id), free_change);
}

/* Puts the overwritten value on a copy of the record; returns (transfer full) (nullable). */
static MokedEntity *
bring_back (MokedSession  *session,
            MokedConflict *conflict,
            GError       **error)
{
  g_autoptr (MokedEntity) stored = moked_entity_store_load (session, moked_conflict_get_info (conflict),
                                                            moked_conflict_get_entity_id (conflict), error);
  MokedEntity *restored;

  if (stored == NULL)
    return NULL;
  restored = moked_entity_copy (stored);
  moked_entity_set_field_text (restored, moked_conflict_get_field (conflict), moked_conflict_get_theirs (conflict));
  return restored;
}

static DexFuture *
restore_conflict (MokedSession *session,
                  gpointer      user_data)
{
  Change *change = user_data;
  GError *error = NULL;
  g_autoptr (MokedConflict) conflict =
      moked_conflict_store_load (session, moked_cache_get_schema (change->cache), change->id, &error);
  g_autoptr (MokedEntity) restored = conflict != NULL ? bring_back (session, conflict, &error) : NULL;
  g_autofree char *mutation = NULL;

  if (restored == NULL)
    return dex_future_new_for_error (error);
  moked_edit_save (change->edit, restored);
  mutation = moked_outbox_append (session, change->edit, change->base, &error);
  if (mutation == NULL || !moked_conflict_store_drop (session, change->id, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_take_string (g_steal_pointer (&mutation));
}

/**
 * moked_cache_restore_conflict:
 * @conflict_id: a [class@Conflict]'s id
 * @label: what the person does, in the UI's language, for the list of what waits
 *
 * Brings the overwritten value back: a new edit, which waits and can be cancelled as any other. The conflict is
 * settled by it.
 *
 * Returns: (transfer full): the mutation's id; rejects with %MOKED_ERROR_NOT_FOUND when it was settled already
 */
DexFuture *
moked_cache_restore_conflict (MokedCache *self,
                              const char *conflict_id,
                              const char *label)
{
  return moked_cache_write_local (self, restore_conflict, new_change (self, moked_edit_new (label), conflict_id),
                                  free_change);
}

static DexFuture *
dismiss_conflict (MokedSession *session,
                  gpointer      user_data)
{
  Change *change = user_data;
  GError *error = NULL;

  return moked_conflict_store_drop (session, change->id, &error) ? dex_future_new_true ()
                                                                 : dex_future_new_for_error (error);
}

/**
 * moked_cache_dismiss_conflict:
 * @conflict_id: a [class@Conflict]'s id
 *
 * Puts it aside: what stands is right. The other value stays in the record's history.
 *
 * Returns: (transfer full): resolves when it is not listed any more
 */
DexFuture *
moked_cache_dismiss_conflict (MokedCache *self,
                              const char *conflict_id)
{
  return moked_cache_write_local (self, dismiss_conflict, new_change (self, NULL, conflict_id), free_change);
}

/**
 * moked_cache_dup_mutation_join:
 * @condition: SQL of the few records `e` that are looked for, such as those that the service does not know
 *
 * For lists that show beside a record what waits to be done to it. What was refused has no line in `outbox_record`
 * any more, so the mutations themselves are looked through.
 *
 * Returns: (transfer full): a join to a query of @condition's table that brings the mutation `o` of each record,
 *   with its `id`, its `state` as [enum@MutationState] names it, and the `detail` of a refusal
 */
char *
moked_cache_dup_mutation_join (const char *condition)
{
  return g_strdup_printf ("LEFT JOIN outbox o ON %s AND o.business_id = e.business_id AND instr (o.ops, e.id) > 0",
                          condition);
}
