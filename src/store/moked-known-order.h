/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-query.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

typedef struct _MokedKnownOrder MokedKnownOrder;

MokedKnownOrder *moked_known_order_new     (MokedStore      *store,
                                            const char      *business);
void             moked_known_order_free    (MokedKnownOrder *self);
void             moked_known_order_keep    (MokedKnownOrder *self,
                                            MokedQuery      *query,
                                            GArray          *row_ids);
void             moked_known_order_changed (MokedKnownOrder *self);
void             moked_known_order_renew   (MokedKnownOrder *self);
GArray          *moked_known_order_get     (MokedKnownOrder *self,
                                            MokedQuery      *query);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedKnownOrder, moked_known_order_free)

G_END_DECLS
