/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-store.h"

G_BEGIN_DECLS

GPtrArray *moked_demo_drop_indexes (MokedStore  *store,
                                    GError     **error);
gboolean   moked_demo_make_indexes (MokedStore  *store,
                                    GPtrArray   *statements,
                                    GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
