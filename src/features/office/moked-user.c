/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/office/moked-user.h"

#include <glib/gi18n-lib.h>

#include "store/moked-entity-store.h"

const MokedEnumValue moked_user_roles[] = {
  { MOKED_USER_OWNER, "owner", N_("Owner") },
  { MOKED_USER_MANAGER, "manager", N_("Manager") },
  { MOKED_USER_AGENT, "agent", N_("Agent") },
  { MOKED_USER_VIEWER, "viewer", N_("Viewer") },
  { 0 },
};

const MokedEnumValue moked_user_sights[] = {
  { MOKED_USER_SEES_ALL, "all", N_("The whole office") },
  { MOKED_USER_SEES_OWN, "own", N_("Their own customers, and those without an owner") },
  { 0 },
};

/* Who may do what is decided by the service alone: a device cannot make its user an owner. */
static const MokedField fields[] = {
  MOKED_TEXT (MokedUser, name, N_("Name"), 200, MOKED_FIELD_REQUIRED),
  MOKED_TEXT (MokedUser, email, N_("Email"), 254, MOKED_FIELD_NONE),
  MOKED_ENUM (MokedUser, role, N_("Role"), moked_user_roles, MOKED_FIELD_SERVICE),
  MOKED_ENUM (MokedUser, sees, N_("Sees"), moked_user_sights, MOKED_FIELD_SERVICE),
};

const MokedEntityInfo moked_user_info = {
  "user", moked_user_get_type, fields, G_N_ELEMENTS (fields), NULL, NULL, TRUE, "\"user\"",
};

MOKED_DEFINE_ENTITY (MokedUser, moked_user, &moked_user_info)

/**
 * moked_user_list:
 *
 * For moked_cache_read().
 *
 * Returns: (transfer full): resolves to a #GPtrArray of [class@User], everybody who works or worked in the office
 */
DexFuture *
moked_user_list (MokedSession *session,
                 gpointer      user_data)
{
  GError *error = NULL;
  GPtrArray *users = moked_entity_store_list (session, &moked_user_info, &error, "WHERE e.business_id = $1", "");

  return users != NULL ? dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, users) : dex_future_new_for_error (error);
}
