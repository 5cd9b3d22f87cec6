/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-store.h"

G_BEGIN_DECLS

#define MOKED_TYPE_INDEXER (moked_indexer_get_type ())
G_DECLARE_FINAL_TYPE (MokedIndexer, moked_indexer, MOKED, INDEXER, GObject)

MokedIndexer *moked_indexer_new  (MokedStore        *store,
                                  const MokedSchema *schema);
DexFuture    *moked_indexer_run  (MokedIndexer      *self) G_GNUC_WARN_UNUSED_RESULT;
void          moked_indexer_hold (MokedIndexer      *self);
void          moked_indexer_release (MokedIndexer   *self);
void          moked_indexer_stop (MokedIndexer      *self);

G_END_DECLS
