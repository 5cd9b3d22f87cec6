/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "base/moked-clock.h"
#include "store/moked-store.h"
#include "sync/moked-conflict.h"
#include "sync/moked-edit.h"
#include "sync/moked-mutation.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CACHE (moked_cache_get_type ())
G_DECLARE_FINAL_TYPE (MokedCache, moked_cache, MOKED, CACHE, GObject)

MokedCache *moked_cache_new          (const char        *path,
                                      const MokedSchema *schema);
MokedCache *moked_cache_new_with_clock (const char      *path,
                                        const MokedSchema *schema,
                                        MokedClock      *clock);
DexFuture  *moked_cache_open         (MokedCache        *self) G_GNUC_WARN_UNUSED_RESULT;
DexFuture  *moked_cache_close        (MokedCache        *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean    moked_cache_was_rebuilt  (MokedCache        *self);
MokedStore *moked_cache_get_store    (MokedCache        *self);
const char *moked_cache_get_business (MokedCache        *self);
const char *moked_cache_get_user_id  (MokedCache        *self);
guint       moked_cache_get_waiting  (MokedCache        *self);
guint       moked_cache_get_asking   (MokedCache        *self);
DexFuture  *moked_cache_read         (MokedCache        *self,
                                      MokedSessionFunc   func,
                                      gpointer           user_data,
                                      GDestroyNotify     destroy) G_GNUC_WARN_UNUSED_RESULT;
DexFuture  *moked_cache_write_local  (MokedCache        *self,
                                      MokedSessionFunc   func,
                                      gpointer           user_data,
                                      GDestroyNotify     destroy) G_GNUC_WARN_UNUSED_RESULT;
DexFuture  *moked_cache_commit       (MokedCache        *self,
                                      MokedEdit         *edit) G_GNUC_WARN_UNUSED_RESULT;
DexFuture  *moked_cache_list_waiting (MokedCache        *self) G_GNUC_WARN_UNUSED_RESULT;
DexFuture  *moked_cache_cancel       (MokedCache        *self,
                                      const char        *mutation_id) G_GNUC_WARN_UNUSED_RESULT;
DexFuture  *moked_cache_retry        (MokedCache        *self,
                                      const char        *mutation_id) G_GNUC_WARN_UNUSED_RESULT;
DexFuture  *moked_cache_confirm      (MokedCache        *self,
                                      const char        *mutation_id) G_GNUC_WARN_UNUSED_RESULT;
DexFuture  *moked_cache_drop         (MokedCache        *self,
                                      const char        *mutation_id) G_GNUC_WARN_UNUSED_RESULT;
DexFuture  *moked_cache_undo_action  (MokedCache        *self,
                                      const char        *action,
                                      guint              n_steps,
                                      const char        *label) G_GNUC_WARN_UNUSED_RESULT;

DexFuture  *moked_cache_list_conflicts   (MokedCache    *self,
                                          const char    *entity_id) G_GNUC_WARN_UNUSED_RESULT;
DexFuture  *moked_cache_restore_conflict (MokedCache    *self,
                                          const char    *conflict_id,
                                          const char    *label) G_GNUC_WARN_UNUSED_RESULT;
DexFuture  *moked_cache_dismiss_conflict (MokedCache    *self,
                                          const char    *conflict_id) G_GNUC_WARN_UNUSED_RESULT;

char *moked_cache_dup_mutation_join (const char *condition);

G_END_DECLS
