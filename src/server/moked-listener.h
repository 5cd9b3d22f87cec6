/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-connection.h"

G_BEGIN_DECLS

typedef struct _MokedListener MokedListener;
typedef struct _MokedListenerLimits MokedListenerLimits;

/**
 * MokedListenerLimits:
 * @connections: of all clients together
 * @per_address: of one client; a whole /64 of IPv6 is one client
 * @trusted: (array zero-terminated=1): addresses of proxies of ours, which @per_address spares
 */
struct _MokedListenerLimits
{
  guint              connections;
  guint              per_address;
  const char *const *trusted;
};

MokedListener *moked_listener_new               (MokedConnectionOwner      *owner,
                                                 const MokedListenerLimits *limits);
void           moked_listener_free              (MokedListener             *self);
gboolean       moked_listener_listen            (MokedListener             *self,
                                                 GInetSocketAddress        *address,
                                                 GError                   **error);
char          *moked_listener_dup_url           (MokedListener             *self);
gboolean       moked_listener_trusts            (MokedListener             *self,
                                                 const char                *address);
void           moked_listener_remove            (MokedListener             *self,
                                                 MokedConnection           *connection);
guint          moked_listener_get_n_connections (MokedListener             *self);
void           moked_listener_stop              (MokedListener             *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedListener, moked_listener_free)

G_END_DECLS
