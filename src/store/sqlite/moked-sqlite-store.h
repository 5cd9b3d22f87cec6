/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-clock.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

#define MOKED_TYPE_SQLITE_STORE (moked_sqlite_store_get_type ())
G_DECLARE_FINAL_TYPE (MokedSqliteStore, moked_sqlite_store, MOKED, SQLITE_STORE, MokedStore)

MokedStore *moked_sqlite_store_new (const char *path,
                                    guint       n_readers,
                                    MokedClock *clock);

G_END_DECLS
