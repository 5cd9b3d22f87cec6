/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-device.h"
#include "server/moked-http-head.h"
#include "server/moked-request.h"

G_BEGIN_DECLS

#define MOKED_REQUEST_MAX_PARAMS 4

typedef struct _MokedEndpoint MokedEndpoint;

struct _MokedRequest
{
  int            ref_count;
  char          *data;
  gsize          head_length;
  GBytes        *body;
  MokedForm     *form;
  yyjson_doc    *json;
  GHashTable    *query;
  MokedDevice   *device;
  MokedEndpoint *endpoint;
  const char    *param_names[MOKED_REQUEST_MAX_PARAMS];
  char          *params[MOKED_REQUEST_MAX_PARAMS];
  gint64         started_at;
  char           address[46];
  MokedHttpHead  head;
};

MokedRequest *moked_request_new        (char         *data,
                                        gsize         head_length,
                                        const char   *address,
                                        guint        *status);
void          moked_request_take_body  (MokedRequest *self,
                                        char         *data);
void          moked_request_set_param  (MokedRequest *self,
                                        const char   *name,
                                        char         *value);

G_END_DECLS
