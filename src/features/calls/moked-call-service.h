/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/calls/moked-call.h"
#include "providers/moked-telephony.h"
#include "store/moked-session.h"
#include "sync/moked-change-log.h"

G_BEGIN_DECLS

gboolean moked_call_apply_event   (MokedCall            *call,
                                   const MokedCallEvent *event,
                                   gint64                received_at);
gboolean moked_call_service_apply (MokedSession         *session,
                                   const MokedCallEvent *event,
                                   gint64                received_at,
                                   const MokedActor     *actor,
                                   GError              **error) G_GNUC_WARN_UNUSED_RESULT;
char    *moked_call_dup_greeting  (const char           *office_name,
                                   const char           *custom,
                                   gint64                now);

G_END_DECLS
