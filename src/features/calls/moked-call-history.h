/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-session.h"

G_BEGIN_DECLS

GPtrArray *moked_call_history_list (MokedSession  *session,
                                    const char    *customer_id,
                                    gint64         before,
                                    guint          limit,
                                    GError       **error);

G_END_DECLS
