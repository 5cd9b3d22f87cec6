/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Reply:
 * @status: the HTTP status, 0 while unknown
 * @complete: whether the whole answer has arrived
 * @keep_alive: whether the connection may carry another request
 *
 * What the bytes that have arrived so far say about the answer.
 */
typedef struct
{
  int status;
  gboolean complete;
  gboolean keep_alive;
} Reply;

void reply_read (Reply      *self,
                 const char *bytes,
                 gsize       length,
                 gboolean    closed);

G_END_DECLS
