/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/attachments/moked-attachments.h"
#include "features/moked-feature.h"

extern const MokedFeature moked_attachments_feature;

const MokedFeature moked_attachments_feature = {
  .schema = &moked_attachments_schema,
  .routes = moked_attachments_routes,
};
