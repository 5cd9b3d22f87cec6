/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/moked-change-log.h"

G_BEGIN_DECLS

gboolean moked_change_log_create_all (MokedSession     *session,
                                      GPtrArray        *entities,
                                      const MokedActor *actor,
                                      GError          **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
