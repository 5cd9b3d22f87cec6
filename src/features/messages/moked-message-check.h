/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-session.h"
#include "sync/moked-hold.h"

#include <yyjson.h>

G_BEGIN_DECLS

/* WhatsApp takes no free text any more. */
#define MOKED_MESSAGE_HOLD_WINDOW "window"
/* Who it is for was deleted. */
#define MOKED_MESSAGE_HOLD_PERSON "person"
/* The number is not that person's any more. */
#define MOKED_MESSAGE_HOLD_ADDRESS "address"

gboolean moked_message_check_send  (MokedSession *session,
                                    yyjson_val   *args,
                                    gint64        made_at,
                                    MokedHold    *hold,
                                    GError      **error);
gboolean moked_message_check_retry (MokedSession *session,
                                    yyjson_val   *args,
                                    gint64        made_at,
                                    MokedHold    *hold,
                                    GError      **error);

G_END_DECLS
