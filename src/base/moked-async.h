/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "base/moked-worker.h"

G_BEGIN_DECLS

DexFuture *moked_async_with_timeout     (DexFuture    *future,
                                         guint         msec) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *moked_async_read_line        (GDataInputStream *stream) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *moked_soup_send_and_read     (SoupSession  *session,
                                         SoupMessage  *message) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *moked_soup_websocket_connect (SoupSession  *session,
                                         SoupMessage  *message,
                                         const char   *origin,
                                         const char  **protocols) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
