/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-reply.h"
#include "server/moked-request.h"

G_BEGIN_DECLS

typedef struct _MokedContext MokedContext;
typedef struct _MokedRoute MokedRoute;

/**
 * MokedRouteFlags:
 * @MOKED_ROUTE_TOKEN: needs a device's token; the request then has a business and a user
 * @MOKED_ROUTE_PUBLIC: anybody may ask
 */
typedef enum
{
  MOKED_ROUTE_TOKEN = 0,
  MOKED_ROUTE_PUBLIC = 1 << 0,
} MokedRouteFlags;

/**
 * MokedHandler:
 *
 * Answers one request, inside a fiber: it may await. A %NULL with a %MOKED_ERROR becomes
 * problem+json with the status of moked_error_get_http_status().
 *
 * Returns: (transfer full) (nullable): the answer
 */
typedef MokedReply *(*MokedHandler) (MokedRequest  *request,
                                     MokedContext  *context,
                                     GError       **error);

/**
 * MokedRoute:
 * @method: `GET`, `POST`…
 * @pattern: such as `/api/customers/{id}`; a part in braces is one segment, read by
 *   moked_request_get_param()
 * @max_body: bytes of body that are accepted; 0 for the usual limit of 1 MiB
 *
 * A static table of these, ended by a zero entry, is a feature's REST interface.
 */
struct _MokedRoute
{
  const char      *method;
  const char      *pattern;
  MokedHandler     handler;
  MokedRouteFlags  flags;
  gsize            max_body;
};

G_END_DECLS
