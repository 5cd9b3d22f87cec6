/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-schema.h"
#include "store/moked-store.h"
#include "sync/moked-command.h"
#include "sync/moked-sync-scope.h"

G_BEGIN_DECLS

typedef struct _MokedSyncServer MokedSyncServer;
typedef struct _MokedSyncPush MokedSyncPush;

/**
 * MokedSyncReader:
 * @user_id: (nullable): whose device asks
 * @scope: (nullable): the key of the rights that the device's copy was made with; %NULL for those of who sees all
 */
typedef struct
{
  const char *user_id;
  const char *scope;
} MokedSyncReader;

extern const MokedSchemaPart moked_sync_server_schema;

MokedSyncServer *moked_sync_server_new      (const MokedSchema         *schema,
                                             const MokedCommand *const *commands,
                                             MokedSyncScopeFunc         scope_func);
void             moked_sync_server_free     (MokedSyncServer           *self);
char            *moked_sync_server_state    (MokedSyncServer           *self,
                                             MokedSession              *session,
                                             const char                *user_id,
                                             const char                *epoch,
                                             gint64                     cursor,
                                             GError                   **error);
DexFuture       *moked_sync_server_push     (MokedSyncServer           *self,
                                             MokedStore                *store,
                                             const char                *business,
                                             const char                *user_id,
                                             yyjson_val                *request,
                                             gpointer                   owner,
                                             GDestroyNotify             release) G_GNUC_WARN_UNUSED_RESULT;
char            *moked_sync_server_pull     (MokedSyncServer           *self,
                                             MokedSession              *session,
                                             const MokedSyncReader     *reader,
                                             const char                *epoch,
                                             gint64                     since,
                                             GError                   **error);
char            *moked_sync_server_front    (MokedSyncServer           *self,
                                             MokedSession              *session,
                                             const MokedSyncReader     *reader,
                                             GError                   **error);
char            *moked_sync_server_snapshot (MokedSyncServer           *self,
                                             MokedSession              *session,
                                             const MokedSyncReader     *reader,
                                             const char                *entity,
                                             const char                *before_id,
                                             GError                   **error);
char            *moked_sync_server_sums     (MokedSyncServer           *self,
                                             MokedSession              *session,
                                             const MokedSyncReader     *reader,
                                             const char                *epoch,
                                             gint64                     at,
                                             GError                   **error);
char            *moked_sync_server_answer   (MokedSyncServer           *self,
                                             MokedSession              *session,
                                             const char                *user_id,
                                             const char                *path,
                                             GError                   **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedSyncServer, moked_sync_server_free)

G_END_DECLS
