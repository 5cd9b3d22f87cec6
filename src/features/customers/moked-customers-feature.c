/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/customers/moked-customers.h"
#include "features/moked-feature.h"

extern const MokedFeature moked_customers_feature;

const MokedFeature moked_customers_feature = {
  .schema = &moked_customers_schema,
  .routes = moked_customers_routes,
  .commands = moked_customers_commands,
  .demo = moked_customers_demo,
};
