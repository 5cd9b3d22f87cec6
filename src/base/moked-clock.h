/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

#define MOKED_TYPE_CLOCK (moked_clock_get_type ())
G_DECLARE_FINAL_TYPE (MokedClock, moked_clock, MOKED, CLOCK, GObject)

MokedClock *moked_clock_new_system    (void);
MokedClock *moked_clock_new_fake      (gint64      start_us);
gboolean    moked_clock_is_fake       (MokedClock *self);
gint64      moked_clock_get_real      (MokedClock *self);
gint64      moked_clock_get_monotonic (MokedClock *self);
void        moked_clock_advance       (MokedClock *self,
                                       gint64      usec);
DexFuture  *moked_clock_wait          (MokedClock *self,
                                       gint64      usec) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
