/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-sync-transport.h"

G_DEFINE_INTERFACE (MokedSyncTransport, moked_sync_transport, G_TYPE_OBJECT)

static void
moked_sync_transport_default_init (MokedSyncTransportInterface *iface)
{
}

/**
 * moked_sync_transport_get:
 * @path: path and query, beginning with `/api/sync/`
 *
 * Returns: (transfer full): a future of the answer's body, a #GBytes; rejects with %MOKED_ERROR_UNAVAILABLE
 *   when the service was not reached, and else with the error that the service named
 */
DexFuture *
moked_sync_transport_get (MokedSyncTransport *self,
                          const char         *path)
{
  return MOKED_SYNC_TRANSPORT_GET_IFACE (self)->get (self, path);
}

/**
 * moked_sync_transport_post:
 * @path: path and query
 * @body: JSON
 *
 * Returns: (transfer full): as [method@SyncTransport.get]
 */
DexFuture *
moked_sync_transport_post (MokedSyncTransport *self,
                           const char         *path,
                           GBytes             *body)
{
  return MOKED_SYNC_TRANSPORT_GET_IFACE (self)->post (self, path, body);
}

/**
 * moked_sync_transport_listen:
 * @received: called in the main context with `{"type": "open"}` when the channel is open, and for every text
 *   that the service sends
 * @user_data: for @received; must live until the future is settled
 *
 * Opens the live channel.
 *
 * Returns: (transfer full): resolves when the channel was closed, rejects when it could not be opened;
 *   letting it go closes the channel
 */
DexFuture *
moked_sync_transport_listen (MokedSyncTransport *self,
                             void              (*received) (const char *text,
                                               gpointer user_data),
                             gpointer            user_data)
{
  return MOKED_SYNC_TRANSPORT_GET_IFACE (self)->listen (self, received, user_data);
}
