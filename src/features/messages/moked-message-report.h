/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/messages/moked-message-service.h"

G_BEGIN_DECLS

gboolean moked_message_apply_report (MokedMessage      *message,
                                     MokedMessageState  state,
                                     const char        *error_text);
gboolean moked_message_apply_kept   (MokedSession      *session,
                                     MokedMessage      *message,
                                     GError           **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
