/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-session.h"

G_BEGIN_DECLS

GPtrArray *moked_inbox_list_failed  (MokedSession *session,
                                     GError      **error) G_GNUC_WARN_UNUSED_RESULT;
gint64     moked_inbox_retry_failed (MokedSession *session,
                                     gint64        row,
                                     GError      **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
