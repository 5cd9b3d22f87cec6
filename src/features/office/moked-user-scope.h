/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/office/moked-user.h"
#include "store/moked-query.h"
#include "sync/moked-sync-scope.h"

G_BEGIN_DECLS

gboolean        moked_user_is_narrow   (MokedUser    *self);
MokedSyncScope *moked_user_scope_load  (MokedSession *session,
                                        const char   *user_id,
                                        GError      **error);
gboolean        moked_user_list_sight  (MokedSession *session,
                                        gpointer      entity,
                                        GStrv        *out_seers,
                                        GStrv        *out_others,
                                        GError      **error) G_GNUC_WARN_UNUSED_RESULT;
void            moked_user_scope_narrow (MokedSyncScope        *scope,
                                         const MokedEntityInfo *info,
                                         MokedQuery            *query);

G_END_DECLS
