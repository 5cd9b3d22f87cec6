/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-clock.h"
#include "server/moked-webhook.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

typedef struct _MokedInbox MokedInbox;
typedef struct _MokedInboxStats MokedInboxStats;

extern const MokedSchemaPart moked_inbox_schema;

#define MOKED_INBOX_N_BUCKETS 9
extern const double moked_inbox_buckets[MOKED_INBOX_N_BUCKETS];

/**
 * MokedInboxStats:
 * @waiting: rows that are not applied yet
 * @latency: how many rows were durable within each of moked_inbox_buckets (seconds)
 */
struct _MokedInboxStats
{
  guint64 received;
  guint64 repeated;
  guint64 refused;
  guint64 applied;
  guint64 failed;
  guint64 waiting;
  guint64 latency[MOKED_INBOX_N_BUCKETS];
  double  latency_sum;
};

/**
 * MokedInboxDone:
 * @error: (nullable): why the row could not be stored
 */
typedef void (*MokedInboxDone) (const GError *error,
                                gpointer      data);

MokedInbox      *moked_inbox_new       (MokedStore         *store,
                                        MokedClock         *clock,
                                        MokedContext       *context);
void             moked_inbox_free      (MokedInbox         *self);
void             moked_inbox_add       (MokedInbox         *self,
                                        const MokedWebhook *webhooks);
void             moked_inbox_put       (MokedInbox         *self,
                                        const MokedWebhook *webhook,
                                        MokedRequest       *request,
                                        char               *dedup_key,
                                        MokedInboxDone      done,
                                        gpointer            data);
void             moked_inbox_start     (MokedInbox         *self);
DexFuture       *moked_inbox_stop      (MokedInbox         *self) G_GNUC_WARN_UNUSED_RESULT;
MokedInboxStats *moked_inbox_get_stats (MokedInbox         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedInbox, moked_inbox_free)

G_END_DECLS
