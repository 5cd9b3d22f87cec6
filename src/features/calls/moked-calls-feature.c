/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/calls/moked-calls.h"

#include "features/calls/moked-call.h"
#include "features/moked-feature.h"

extern const MokedFeature moked_calls_feature;

static const MokedEntityInfo *const entities[] = { &moked_call_info, NULL };

static const MokedMigration migrations[] = {
  { 1,
    "CREATE INDEX call_by_time ON call (business_id, started_at) WHERE deleted_at IS NULL"
    "\n;\n"
    "CREATE INDEX call_by_customer ON call (business_id, customer_id, started_at) WHERE deleted_at IS NULL"
    "\n;\n"
    "CREATE INDEX call_by_provider_id ON call (provider_id)",
    NULL },
  { 0 },
};

const MokedSchemaPart moked_calls_schema = { "calls", entities, migrations, NULL };

const MokedFeature moked_calls_feature = {
  .schema = &moked_calls_schema,
  .webhooks = moked_calls_webhooks,
  .demo = moked_calls_demo,
};
