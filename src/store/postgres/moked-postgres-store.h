/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-clock.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

#define MOKED_TYPE_POSTGRES_STORE (moked_postgres_store_get_type ())
G_DECLARE_FINAL_TYPE (MokedPostgresStore, moked_postgres_store, MOKED, POSTGRES_STORE, MokedStore)

MokedStore *moked_postgres_store_new (const char *url,
                                      const char *copies,
                                      guint       n_readers,
                                      MokedClock *clock);

G_END_DECLS
