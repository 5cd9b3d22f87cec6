/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/moked-cache.h"
#include "sync/moked-sync-transport.h"

G_BEGIN_DECLS

/**
 * MokedSyncState:
 * @MOKED_SYNC_OFFLINE: the service does not answer; everything still works
 * @MOKED_SYNC_CONNECTING: the first answer is awaited
 * @MOKED_SYNC_LOADING: the first load of the office is under way
 * @MOKED_SYNC_IDLE: everything that the service knows is here, nothing waits to be sent
 * @MOKED_SYNC_BUSY: changes are travelling
 * @MOKED_SYNC_UNPAIRED: the service no longer knows this device
 * @MOKED_SYNC_UNWRITABLE: what comes cannot be written here; the disk is full, perhaps
 * @MOKED_SYNC_DAMAGED: the service's own data is damaged; everything here still works
 */
typedef enum
{
  MOKED_SYNC_OFFLINE,
  MOKED_SYNC_CONNECTING,
  MOKED_SYNC_LOADING,
  MOKED_SYNC_IDLE,
  MOKED_SYNC_BUSY,
  MOKED_SYNC_UNPAIRED,
  MOKED_SYNC_UNWRITABLE,
  MOKED_SYNC_DAMAGED,
} MokedSyncState;

#define MOKED_TYPE_SYNC_CLIENT (moked_sync_client_get_type ())
G_DECLARE_FINAL_TYPE (MokedSyncClient, moked_sync_client, MOKED, SYNC_CLIENT, GObject)

MokedSyncClient *moked_sync_client_new           (MokedCache         *cache,
                                                  MokedSyncTransport *transport,
                                                  MokedClock         *clock);
void             moked_sync_client_start         (MokedSyncClient    *self);
void             moked_sync_client_stop          (MokedSyncClient    *self);
void             moked_sync_client_wake          (MokedSyncClient    *self);
DexFuture       *moked_sync_client_await_stopped (MokedSyncClient    *self) G_GNUC_WARN_UNUSED_RESULT;
DexFuture       *moked_sync_client_sync_now      (MokedSyncClient    *self) G_GNUC_WARN_UNUSED_RESULT;
DexFuture       *moked_sync_client_compare_now (MokedSyncClient *self) G_GNUC_WARN_UNUSED_RESULT;
MokedSyncState   moked_sync_client_get_state     (MokedSyncClient    *self);

G_END_DECLS
