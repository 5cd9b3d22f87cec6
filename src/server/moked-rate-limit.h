/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-clock.h"

G_BEGIN_DECLS

typedef struct _MokedRateLimit MokedRateLimit;

MokedRateLimit *moked_rate_limit_new   (MokedClock     *clock,
                                        guint           burst,
                                        gint64          refill_usec);
void            moked_rate_limit_free  (MokedRateLimit *self);
gint64          moked_rate_limit_check (MokedRateLimit *self,
                                        const char     *key);
void            moked_rate_limit_take  (MokedRateLimit *self,
                                        const char     *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedRateLimit, moked_rate_limit_free)

G_END_DECLS
