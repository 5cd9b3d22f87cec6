/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-endpoint.h"
#include "server/moked-router.h"

G_BEGIN_DECLS

typedef struct _MokedRouter MokedRouter;

MokedRouter *moked_router_new           (void);
void         moked_router_free          (MokedRouter        *self);
void         moked_router_add_routes    (MokedRouter        *self,
                                         const MokedRoute   *routes);
void         moked_router_add_webhooks  (MokedRouter        *self,
                                         const MokedWebhook *webhooks);
guint        moked_router_find          (MokedRouter        *self,
                                         MokedRequest       *request,
                                         char              **out_allow);
GPtrArray   *moked_router_get_endpoints (MokedRouter        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedRouter, moked_router_free)

G_END_DECLS
