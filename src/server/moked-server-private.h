/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-rate-limit.h"
#include "server/moked-router-private.h"
#include "server/moked-server.h"

G_BEGIN_DECLS

struct _MokedServer
{
  MokedConnectionOwner owner;
  MokedTimeLimits      time_limits;
  MokedListenerLimits  listener_limits;
  char               **trusted;
  char                *public_url;
  char                *url;
  MokedStore          *store;
  MokedContext        *context;
  MokedPoller         *poller;
  MokedListener       *listener;
  MokedRouter         *router;
  MokedAuth           *auth;
  MokedEvents         *events;
  MokedInbox          *inbox;
  MokedMetrics        *metrics;
  MokedRateLimit      *log_limit;
  MokedEndpoint       *elsewhere;
  guint                handling;
  gboolean             stopping;
  DexPromise          *drained;
};

MokedReply *moked_server_admit  (MokedConnectionOwner *owner,
                                 MokedRequest         *request);
void        moked_server_handle (MokedConnectionOwner *owner,
                                 MokedConnection      *connection,
                                 MokedRequest         *request);
MokedReply *moked_server_refuse (MokedConnectionOwner *owner,
                                 MokedConnection      *connection,
                                 guint                 status);
MokedReply *moked_server_live   (MokedServer          *self,
                                 MokedConnection      *connection,
                                 MokedRequest         *request,
                                 GError              **error);

extern const MokedRoute moked_server_routes[];

G_END_DECLS
