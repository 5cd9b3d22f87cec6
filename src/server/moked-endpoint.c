/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-endpoint.h"

#define MAX_JSON_BODY (1024 * 1024)
#define MAX_WEBHOOK_BODY (1024 * 1024)

/* The statuses that are counted by themselves; the last slot takes the rest. */
static const guint16 statuses[MOKED_ENDPOINT_N_STATUSES] = {
  200, 101, 201, 202, 204, 206, 304, 400, 401, 403, 404, 405, 408, 409,
  410, 411, 413, 416, 422, 429, 431, 500, 501, 503, 504, 507, 0,
};

static MokedEndpoint *
endpoint_new (const char *method,
              const char *pattern)
{
  MokedEndpoint *self = g_new0 (MokedEndpoint, 1);

  self->method = method;
  self->pattern = pattern;
  self->segments = g_strsplit (pattern + 1, "/", -1);
  return self;
}

MokedEndpoint *
moked_endpoint_new_for_route (const MokedRoute *route)
{
  MokedEndpoint *self = endpoint_new (route->method, route->pattern);

  self->route = route;
  self->max_body = route->max_body > 0 ? route->max_body : MAX_JSON_BODY;
  return self;
}

MokedEndpoint *
moked_endpoint_new_for_webhook (const MokedWebhook *webhook)
{
  MokedEndpoint *self = endpoint_new ("POST", webhook->path);

  self->webhook = webhook;
  self->max_body = MAX_WEBHOOK_BODY;
  return self;
}

void
moked_endpoint_free (MokedEndpoint *self)
{
  g_strfreev (self->segments);
  g_free (self);
}

/**
 * moked_endpoint_count:
 * @status: the HTTP status of one answer
 */
void
moked_endpoint_count (MokedEndpoint *self,
                      guint          status)
{
  guint slot = 0;

  while (statuses[slot] != status && statuses[slot] != 0)
    slot++;
  self->counts[slot]++;
}

/**
 * moked_endpoint_get_status:
 *
 * Returns: the status that is counted in @slot, 0 for the rest
 */
guint
moked_endpoint_get_status (guint slot)
{
  return statuses[slot];
}
