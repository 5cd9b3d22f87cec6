/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-router.h"
#include "service/moked-service.h"

G_BEGIN_DECLS

/* The vendors' settings, for Preferences. */
extern const MokedRoute moked_settings_routes[];

void moked_settings_routes_set_service (MokedService *service);

G_END_DECLS
