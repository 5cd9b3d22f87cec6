/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/messages/moked-messages.h"
#include "features/moked-feature.h"

extern const MokedFeature moked_messages_feature;

const MokedFeature moked_messages_feature = {
  .schema = &moked_messages_schema,
  .routes = moked_messages_routes,
  .webhooks = moked_messages_webhooks,
  .commands = moked_messages_commands,
  .jobs = moked_messages_jobs,
  .demo = moked_messages_demo,
};
