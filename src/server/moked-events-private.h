/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-events.h"

G_BEGIN_DECLS

MokedEvents *moked_events_new   (void);
void         moked_events_add   (MokedEvents *self,
                                 const char  *business,
                                 const char  *user_id,
                                 GIOStream   *stream);
void         moked_events_close (MokedEvents *self);

G_END_DECLS
