/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/moked-demo.h"
#include "jobs/moked-job-queue.h"
#include "server/moked-router.h"
#include "server/moked-webhook.h"
#include "store/moked-schema.h"
#include "sync/moked-command.h"

G_BEGIN_DECLS

typedef struct _MokedFeature MokedFeature;

/**
 * MokedFeature:
 *
 * @demo: (nullable): fills a demo office with its records, in a fiber; features run in their order
 *
 * One business concept as static tables; %NULL where it has none. All arrays end with a zero entry.
 */
struct _MokedFeature
{
  const MokedSchemaPart *schema;
  const MokedRoute      *routes;
  const MokedWebhook    *webhooks;
  const MokedCommand    *commands;
  const MokedJobKind    *jobs;
  gboolean             (*demo) (MokedDemo *demo,
                                GError   **error);
};

const MokedFeature *const *moked_features_get          (void);
const MokedSchema         *moked_features_get_schema   (void);
const MokedCommand *const *moked_features_get_commands (void);

G_END_DECLS
