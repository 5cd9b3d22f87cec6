/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-clock.h"

G_BEGIN_DECLS

typedef struct _MokedWake MokedWake;

MokedWake *moked_wake_new   (void);
void       moked_wake_free  (MokedWake  *self);
void       moked_wake_reset (MokedWake  *self);
void       moked_wake_up    (MokedWake  *self);
void       moked_wake_wait  (MokedWake  *self,
                             MokedClock *clock,
                             gint64      usec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedWake, moked_wake_free)

G_END_DECLS
