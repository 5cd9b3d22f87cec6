/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/office/moked-user-scope.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "features/moked-feature.h"
#include "store/moked-entity-store.h"

/**
 * moked_user_is_narrow:
 *
 * Returns: whether there may be customers that the user does not see
 */
gboolean
moked_user_is_narrow (MokedUser *self)
{
  return self->sees == MOKED_USER_SEES_OWN && self->role > MOKED_USER_MANAGER;
}

static MokedSyncScope *
new_scope (MokedUser *user)
{
  MokedSyncScope *self =
      moked_sync_scope_new (moked_features_get_schema (), moked_entity_get_id (user), moked_user_is_narrow (user));

  moked_sync_scope_set_manages (self, user->role == MOKED_USER_OWNER);
  return self;
}

/**
 * moked_user_scope_load:
 * @session: a session of the business
 * @user_id: (nullable): who asks
 * @error: %MOKED_ERROR_UNAUTHENTICATED for who does not work here any more, or the store's
 *
 * Returns: (transfer full) (nullable): what the user sees as it is now
 */
MokedSyncScope *
moked_user_scope_load (MokedSession *session,
                       const char   *user_id,
                       GError      **error)
{
  g_autoptr (MokedEntity) entity = NULL;

  if (user_id != NULL && !moked_entity_store_load_if_any (session, &moked_user_info, user_id, &entity, error))
    return NULL;
  if (entity == NULL || moked_entity_is_deleted (entity))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED, _("This user does not work here any more"));
      return NULL;
    }
  return new_scope (MOKED_USER (entity));
}

/**
 * moked_user_scope_narrow:
 * @info: the kind of record that @query lists
 * @query: a query that no model uses yet
 *
 * Leaves in a list what its reader sees.
 */
void
moked_user_scope_narrow (MokedSyncScope        *scope,
                         const MokedEntityInfo *info,
                         MokedQuery            *query)
{
  g_autofree char *condition = moked_sync_scope_dup_condition (scope, info, "e", "?");

  if (condition != NULL)
    moked_query_add_filter (query, condition, "t", moked_sync_scope_get_user_id (scope));
}

/**
 * moked_user_list_sight:
 * @session: a session of the business
 * @entity: (nullable): a record; %NULL for what concerns everybody
 * @out_seers: (out) (transfer full): the users who see it
 * @out_others: (out) (transfer full): the others
 */
gboolean
moked_user_list_sight (MokedSession *session,
                       gpointer      entity,
                       GStrv        *out_seers,
                       GStrv        *out_others,
                       GError      **error)
{
  g_autoptr (GPtrArray) users = moked_entity_store_list (session, &moked_user_info, error,
                                                         "WHERE business_id = $1 AND deleted_at IS NULL", "");
  g_autoptr (GStrvBuilder) seers = g_strv_builder_new (), others = g_strv_builder_new ();

  if (users == NULL)
    return FALSE;
  for (guint i = 0; i < users->len; i++)
    {
      MokedUser *user = g_ptr_array_index (users, i);
      g_autoptr (MokedSyncScope) scope = new_scope (user);
      gboolean sees = TRUE;

      if (entity != NULL && !moked_sync_scope_sees (scope, session, entity, &sees, error))
        return FALSE;
      g_strv_builder_add (sees ? seers : others, moked_entity_get_id (user));
    }
  *out_seers = g_strv_builder_end (seers);
  *out_others = g_strv_builder_end (others);
  return TRUE;
}
