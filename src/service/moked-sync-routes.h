/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-metrics.h"
#include "server/moked-router.h"

G_BEGIN_DECLS

/* The desktops' side of HTTP; docs/sync.md is the protocol. */
extern const MokedRoute moked_sync_routes[];

void moked_sync_routes_write_metrics (GString  *text,
                                      gpointer  data);

G_END_DECLS
