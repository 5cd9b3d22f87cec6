/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/office/moked-user.h"
#include "sync/moked-sync-scope.h"

G_BEGIN_DECLS

gboolean        moked_user_is_narrow   (MokedUser    *self);
MokedSyncScope *moked_user_scope_load  (MokedSession *session,
                                        const char   *user_id,
                                        GError      **error);

G_END_DECLS
