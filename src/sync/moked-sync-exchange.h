/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-worker.h"
#include "sync/moked-cache-private.h"
#include "sync/moked-sync-client.h"
#include "sync/moked-sync-transport.h"

G_BEGIN_DECLS

typedef struct _MokedSyncExchange MokedSyncExchange;

/**
 * MokedSyncExchange:
 * @cache: the desktop's copy
 * @transport: the way to its service
 * @stop: (nullable): when it is settled the exchange ends with %MOKED_ERROR_CANCELLED
 * @reached: whether the last exchange went through; if not, the service is asked for something first, because
 *   what is once numbered for sending cannot simply be removed any more
 * @parser: (nullable): where long answers are read while it runs
 * @tell: told that it loads or sends
 * @user_data: for @tell
 *
 * One exchange with a service, in a fiber.
 */
struct _MokedSyncExchange
{
  MokedCache         *cache;
  MokedSyncTransport *transport;
  DexFuture          *stop;
  gboolean            reached;
  MokedWorker        *parser;
  void              (*tell) (MokedSyncState state,
                             gpointer       user_data);
  gpointer            user_data;
};

/* What a step of an exchange writes; @state is a copy that becomes the cache's when all is durable. */
typedef gboolean (*MokedSyncStep) (MokedCacheState   *state,
                                   MokedSession      *session,
                                   const MokedSchema *schema,
                                   yyjson_val        *json,
                                   GError           **error);

gboolean    moked_sync_exchange_run    (MokedSyncExchange *self,
                                        GError           **error);

gboolean    moked_sync_exchange_compare (MokedSyncExchange *self,
                                         char             **out_entity,
                                         GError           **error);

/* Between the files of the exchange. */
yyjson_doc *moked_sync_exchange_get    (MokedSyncExchange *self,
                                        const char        *path,
                                        GError           **error);
yyjson_doc *moked_sync_exchange_await  (MokedSyncExchange *self,
                                        DexFuture         *answer,
                                        GError           **error);
void        moked_sync_exchange_free_doc (MokedSyncExchange *self,
                                          yyjson_doc        *doc);
char       *moked_sync_exchange_dup_scope (const char     *key);
gboolean    moked_sync_exchange_commit (MokedSyncExchange *self,
                                        MokedPriority      priority,
                                        MokedCacheState   *state,
                                        MokedSyncStep      step,
                                        yyjson_doc        *doc,
                                        GError           **error);
gboolean    moked_sync_load_again      (MokedSyncExchange *self,
                                        const char        *entity,
                                        GError           **error);
gboolean    moked_sync_load            (MokedSyncExchange *self,
                                        GError           **error);

G_END_DECLS
