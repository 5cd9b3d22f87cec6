/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-reply.h"

G_BEGIN_DECLS

struct _MokedReply
{
  guint       status;
  const char *content_type;
  GBytes     *body;
  GString    *headers;
};

char *moked_reply_dup_head (MokedReply *self,
                            gboolean    keep_alive,
                            gboolean    with_body,
                            gsize      *out_length);

G_END_DECLS
