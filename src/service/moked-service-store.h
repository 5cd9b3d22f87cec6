/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-clock.h"
#include "service/moked-service-config.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

MokedStore *moked_service_store_new (MokedServiceConfig *config,
                                     MokedClock         *clock,
                                     GError            **error);
MokedStore *moked_service_store_new_postgres (MokedServiceConfig *config,
                                              const char         *url,
                                              MokedClock         *clock,
                                              GError            **error);

char       *moked_service_store_dup_server (MokedServiceConfig *config);

G_END_DECLS
