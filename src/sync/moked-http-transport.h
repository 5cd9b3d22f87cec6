/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/moked-sync-transport.h"

G_BEGIN_DECLS

#define MOKED_TYPE_HTTP_TRANSPORT (moked_http_transport_get_type ())
G_DECLARE_FINAL_TYPE (MokedHttpTransport, moked_http_transport, MOKED, HTTP_TRANSPORT, GObject)

MokedHttpTransport *moked_http_transport_new         (const char         *address,
                                                      const char         *token);
MokedHttpTransport *moked_http_transport_new_beside  (MokedHttpTransport *other);
const char         *moked_http_transport_get_address (MokedHttpTransport *self);
DexFuture          *moked_http_transport_exchange    (MokedHttpTransport *self,
                                                      const char         *method,
                                                      const char         *path,
                                                      const char         *header,
                                                      const char         *value,
                                                      const char         *content_type,
                                                      GBytes             *body) G_GNUC_WARN_UNUSED_RESULT;
DexFuture          *moked_http_transport_request     (MokedHttpTransport *self,
                                                      const char         *method,
                                                      const char         *path,
                                                      GBytes             *body) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
