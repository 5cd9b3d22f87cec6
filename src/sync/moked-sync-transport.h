/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "base/moked-clock.h"

G_BEGIN_DECLS

#define MOKED_TYPE_SYNC_TRANSPORT (moked_sync_transport_get_type ())
G_DECLARE_INTERFACE (MokedSyncTransport, moked_sync_transport, MOKED, SYNC_TRANSPORT, GObject)

/**
 * MokedSyncTransport:
 *
 * The way to the service. `post` and `get` resolve to the answer's body as #GBytes and reject with
 * %MOKED_ERROR_UNAVAILABLE when the service could not be reached. `listen` keeps a live channel
 * open, calls the function for every text received and resolves when the channel ends.
 */
struct _MokedSyncTransportInterface
{
  GTypeInterface parent_iface;

  DexFuture *(*get)    (MokedSyncTransport *self,
                        const char         *path);
  DexFuture *(*post)   (MokedSyncTransport *self,
                        const char         *path,
                        GBytes             *body);
  DexFuture *(*listen) (MokedSyncTransport *self,
                        void              (*received) (const char *text,
                                                       gpointer    user_data),
                        gpointer            user_data);
};

DexFuture *moked_sync_transport_get    (MokedSyncTransport *self,
                                        const char         *path) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *moked_sync_transport_post   (MokedSyncTransport *self,
                                        const char         *path,
                                        GBytes             *body) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *moked_sync_transport_listen (MokedSyncTransport *self,
                                        void              (*received) (const char *text,
                                                                       gpointer    user_data),
                                        gpointer            user_data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
