/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-webhook.h"

G_BEGIN_DECLS

#define MOKED_ENDPOINT_N_STATUSES 27

typedef struct _MokedEndpoint MokedEndpoint;

/**
 * MokedEndpoint:
 * @method: never `HEAD`: that is a `GET` without the body
 * @route: (nullable): set for a route
 * @webhook: (nullable): set for a webhook
 * @counts: answers by status, as moked_endpoint_count() sorts them
 *
 * One method of one path, and how often it was asked.
 */
struct _MokedEndpoint
{
  const char         *method;
  const char         *pattern;
  char              **segments;
  const MokedRoute   *route;
  const MokedWebhook *webhook;
  gsize               max_body;
  guint64             counts[MOKED_ENDPOINT_N_STATUSES];
};

MokedEndpoint *moked_endpoint_new_for_route   (const MokedRoute    *route);
MokedEndpoint *moked_endpoint_new_for_webhook (const MokedWebhook  *webhook);
void           moked_endpoint_free            (MokedEndpoint       *self);
void           moked_endpoint_count           (MokedEndpoint       *self,
                                               guint                status);
guint          moked_endpoint_get_status      (guint                slot);

G_END_DECLS
