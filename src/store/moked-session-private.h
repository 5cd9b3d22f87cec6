/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-session.h"

G_BEGIN_DECLS

/* For drivers. */
typedef struct
{
  GSourceFunc    func;
  gpointer       data;
  GDestroyNotify destroy;
} MokedCommitHook;

void       moked_session_begin        (MokedSession *self,
                                       const char   *business,
                                       gint64        now);
GArray    *moked_session_take_hooks   (MokedSession *self);
GPtrArray *moked_session_take_changed (MokedSession *self);

G_END_DECLS
