/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-worker.h"
#include "store/moked-indexer.h"
#include "sync/moked-cache-state.h"
#include "sync/moked-cache.h"
#include "sync/moked-outbox-journal.h"

G_BEGIN_DECLS

#define MOKED_CACHE_PARTS 32

struct _MokedCache
{
  GObject              parent_instance;
  char                *path;
  MokedStore          *store;
  MokedIndexer        *indexer;
  const MokedSchemaPart *parts[MOKED_CACHE_PARTS];
  MokedSchema          schema;
  MokedCacheState     *state; /* NULL until paired */
  guint                waiting;
  guint                asking;
  guint                counting; /* counts of the outbox under way */
  guint                asked;    /* counts of the outbox until now */
  DexPromise          *exchange; /* pending while one is under way */

  MokedOutboxJournal  *journal;
  MokedWorker         *journal_worker;
  DexFuture           *journaling; /* pending while the journal follows */
  gboolean             journal_again;

  DexFuture           *rescue; /* pending while a damaged file is put aside */
  guint                n_rescues;
  gboolean             closed;
};

/* Between the files of the cache. */
DexFuture *moked_cache_follow_outbox    (MokedCache *self) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *moked_cache_journal_then     (MokedCache *self,
                                         DexFuture  *written) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_cache_open_store       (MokedCache *self,
                                         GError    **error) G_GNUC_WARN_UNUSED_RESULT;
void       moked_cache_rescue           (MokedCache *self);
void       moked_cache_begin_anew       (MokedCache *self);
void       moked_cache_tell_all_changed (MokedCache *self);

/* For the sync client. */
const MokedSchema     *moked_cache_get_schema (MokedCache      *self);
const MokedCacheState *moked_cache_get_state  (MokedCache      *self);
gboolean               moked_cache_is_damaged (MokedCache      *self);
gboolean               moked_cache_may_wait   (MokedCache      *self);
void                   moked_cache_set_state  (MokedCache      *self,
                                               MokedCacheState *state);
gboolean               moked_cache_begin_exchange (MokedCache *self,
                                                   GError    **error) G_GNUC_WARN_UNUSED_RESULT;
void                   moked_cache_end_exchange   (MokedCache *self);
void                   moked_cache_tell_rights    (MokedCache *self);
void                   moked_cache_hold_index     (MokedCache *self);
void                   moked_cache_release_index  (MokedCache *self);

G_END_DECLS
