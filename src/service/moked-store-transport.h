/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-store.h"
#include "sync/moked-sync-transport.h"

G_BEGIN_DECLS

#define MOKED_TYPE_STORE_TRANSPORT (moked_store_transport_get_type ())
G_DECLARE_FINAL_TYPE (MokedStoreTransport, moked_store_transport, MOKED, STORE_TRANSPORT, GObject)

MokedSyncTransport *moked_store_transport_new (MokedStore *store,
                                               const char *business,
                                               const char *user_id);

G_END_DECLS
