/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/moked-cache-state.h"
#include "sync/moked-cache.h"

G_BEGIN_DECLS

/* For the sync client. */
const MokedSchema     *moked_cache_get_schema (MokedCache      *self);
const MokedCacheState *moked_cache_get_state  (MokedCache      *self);
gboolean               moked_cache_may_wait   (MokedCache      *self);
void                   moked_cache_set_state  (MokedCache      *self,
                                               MokedCacheState *state);
gboolean               moked_cache_begin_exchange (MokedCache *self,
                                                   GError    **error) G_GNUC_WARN_UNUSED_RESULT;
void                   moked_cache_end_exchange   (MokedCache *self);
void                   moked_cache_hold_index     (MokedCache *self);
void                   moked_cache_release_index  (MokedCache *self);

G_END_DECLS
