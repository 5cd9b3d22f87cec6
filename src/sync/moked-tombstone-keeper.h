/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-clock.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

#define MOKED_TOMBSTONE_DAYS 180

typedef struct _MokedTombstoneKeeper MokedTombstoneKeeper;

MokedTombstoneKeeper *moked_tombstone_keeper_new   (MokedStore           *store,
                                                    const MokedSchema    *schema,
                                                    MokedClock           *clock,
                                                    guint                 days);
DexFuture            *moked_tombstone_keeper_purge (MokedTombstoneKeeper *self) G_GNUC_WARN_UNUSED_RESULT;
void                  moked_tombstone_keeper_start (MokedTombstoneKeeper *self);
DexFuture            *moked_tombstone_keeper_stop  (MokedTombstoneKeeper *self) G_GNUC_WARN_UNUSED_RESULT;
void                  moked_tombstone_keeper_free  (MokedTombstoneKeeper *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedTombstoneKeeper, moked_tombstone_keeper_free)

G_END_DECLS
