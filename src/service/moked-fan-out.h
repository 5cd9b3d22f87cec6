/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-events.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

void moked_fan_out_follow (MokedStore  *store,
                           MokedEvents *events);

G_END_DECLS
