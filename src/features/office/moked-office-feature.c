/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/office/moked-office-feature.h"

#include "features/moked-feature.h"
#include "features/office/moked-office.h"
#include "features/office/moked-user.h"

extern const MokedFeature moked_office_feature;

static const MokedEntityInfo *const entities[] = { &moked_office_info, &moked_user_info, NULL };

static const MokedSchemaPart schema = {
  .name = "office",
  .entities = entities,
};

static const MokedRoute routes[] = {
  { "GET", "/api/office", moked_office_get },
  { "PATCH", "/api/users/{id}", moked_users_change },
  { "DELETE", "/api/users/{id}", moked_users_remove },
  { 0 },
};

const MokedFeature moked_office_feature = {
  .schema = &schema,
  .routes = routes,
};
