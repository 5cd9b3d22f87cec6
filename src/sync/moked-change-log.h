/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"
#include "store/moked-schema.h"
#include "store/moked-session.h"
#include "sync/moked-sync-scope.h"

G_BEGIN_DECLS

/**
 * MokedActor:
 * @user_id: (nullable): who; %NULL for the system itself
 * @origin: from where: `webhook`, `device`, `api`, `job`, `demo`, `undo`
 * @mutation_id: (nullable): the mutation that asked for it
 * @scope: (nullable): what they see: nothing else is written for them; %NULL for everything
 */
typedef struct
{
  const char *user_id;
  const char *origin;
  const char *mutation_id;
  MokedSyncScope *scope;
} MokedActor;

extern const MokedSchemaPart moked_change_log_schema;

gboolean moked_change_log_ensure   (MokedSession          *session,
                                    GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_change_log_save     (MokedSession          *session,
                                    gpointer               entity,
                                    const MokedActor      *actor,
                                    GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_change_log_delete   (MokedSession          *session,
                                    gpointer               entity,
                                    const MokedActor      *actor,
                                    GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gint64   moked_change_log_get_head (MokedSession          *session,
                                    char                 **out_epoch,
                                    GError               **error);

G_END_DECLS
