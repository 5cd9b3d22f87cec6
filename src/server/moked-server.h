/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "server/moked-auth.h"
#include "server/moked-events.h"
#include "server/moked-inbox.h"
#include "server/moked-listener.h"
#include "server/moked-metrics.h"
#include "server/moked-webhook.h"

G_BEGIN_DECLS

typedef struct _MokedServer MokedServer;
typedef struct _MokedServerOptions MokedServerOptions;

/**
 * MokedServerOptions:
 * @public_url: (nullable): the address that vendors call; %NULL for the one that the server listens at
 * @trusted_proxies: (nullable) (array zero-terminated=1): addresses whose X-Forwarded-For is believed;
 *   %NULL for loopback
 * @max_connections: 0 for 4096
 * @max_connections_per_address: 0 for 64; proxies are spared
 * @head_seconds: for the head of a request; 0 for 10
 * @body_seconds: for the body, beside a second for each 64 KiB; 0 for 10
 * @idle_seconds: between two requests; 0 for 75, more than a proxy's
 */
struct _MokedServerOptions
{
  char  *public_url;
  char **trusted_proxies;
  guint  max_connections;
  guint  max_connections_per_address;
  guint  head_seconds;
  guint  body_seconds;
  guint  idle_seconds;
};

MokedServer  *moked_server_new          (MokedStore               *store,
                                         MokedClock               *clock,
                                         const MokedServerOptions *options,
                                         MokedContext             *context);
void          moked_server_free         (MokedServer              *self);
void          moked_server_add_routes   (MokedServer              *self,
                                         const MokedRoute         *routes);
void          moked_server_add_webhooks (MokedServer              *self,
                                         const MokedWebhook       *webhooks);
gboolean      moked_server_listen       (MokedServer              *self,
                                         const char               *address,
                                         GError                  **error);
DexFuture    *moked_server_stop         (MokedServer              *self) G_GNUC_WARN_UNUSED_RESULT;
const char   *moked_server_get_url      (MokedServer              *self);
char         *moked_server_dup_public_url (MokedServer            *self,
                                         const char               *path);
void          moked_server_set_public_url (MokedServer            *self,
                                         const char               *url);
MokedAuth    *moked_server_get_auth     (MokedServer              *self);
MokedEvents  *moked_server_get_events   (MokedServer              *self);
MokedInbox   *moked_server_get_inbox    (MokedServer              *self);
MokedMetrics *moked_server_get_metrics  (MokedServer              *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedServer, moked_server_free)

G_END_DECLS
