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
  MokedSyncScope *self;

  if (user_id != NULL && !moked_entity_store_load_if_any (session, &moked_user_info, user_id, &entity, error))
    return NULL;
  if (entity == NULL || moked_entity_is_deleted (entity))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED, _("This user does not work here any more"));
      return NULL;
    }
  self = moked_sync_scope_new (moked_features_get_schema (), user_id, moked_user_is_narrow (MOKED_USER (entity)));
  moked_sync_scope_set_manages (self, MOKED_USER (entity)->role == MOKED_USER_OWNER);
  return self;
}
