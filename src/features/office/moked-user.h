/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "model/moked-entity.h"
#include "store/moked-session.h"

G_BEGIN_DECLS

/**
 * MokedUserRole:
 * @MOKED_USER_OWNER: may do everything, also what concerns the office itself
 * @MOKED_USER_MANAGER: sees and changes everybody's work
 * @MOKED_USER_AGENT: works with customers
 * @MOKED_USER_VIEWER: only looks
 */
typedef enum
{
  MOKED_USER_OWNER,
  MOKED_USER_MANAGER,
  MOKED_USER_AGENT,
  MOKED_USER_VIEWER,
} MokedUserRole;

/**
 * MokedUserSight:
 * @MOKED_USER_SEES_ALL: everything of the office
 * @MOKED_USER_SEES_OWN: their own customers and those that are nobody's, and what belongs to these; owners and managers
 *   see everything nevertheless
 */
typedef enum
{
  MOKED_USER_SEES_ALL,
  MOKED_USER_SEES_OWN,
} MokedUserSight;

#define MOKED_TYPE_USER (moked_user_get_type ())
G_DECLARE_FINAL_TYPE (MokedUser, moked_user, MOKED, USER, MokedEntity)

/**
 * MokedUser:
 *
 * Somebody who works in the office.
 */
struct _MokedUser
{
  MokedEntity parent_instance;
  char       *name;
  char       *email;
  int         role;
  int         sees;
};

DexFuture *moked_user_list (MokedSession *session,
                            gpointer      user_data);

extern const MokedEntityInfo moked_user_info;
extern const MokedEnumValue moked_user_roles[];
extern const MokedEnumValue moked_user_sights[];

G_END_DECLS
