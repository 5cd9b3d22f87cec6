/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-inbox.h"

G_BEGIN_DECLS

typedef struct _MokedInboxWorker MokedInboxWorker;

MokedInboxWorker *moked_inbox_worker_new   (MokedStore         *store,
                                            MokedClock         *clock,
                                            MokedContext       *context,
                                            MokedInboxStats    *stats);
void              moked_inbox_worker_free  (MokedInboxWorker   *self);
void              moked_inbox_worker_add   (MokedInboxWorker   *self,
                                            const MokedWebhook *webhooks);
void              moked_inbox_worker_start (MokedInboxWorker   *self);
void              moked_inbox_worker_yield (MokedInboxWorker   *self);
void              moked_inbox_worker_wake  (MokedInboxWorker   *self);
DexFuture        *moked_inbox_worker_stop  (MokedInboxWorker   *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
