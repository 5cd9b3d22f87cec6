/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-schema.h"

G_BEGIN_DECLS

gboolean moked_tombstone_purge     (const MokedSchema *schema,
                                    MokedSession      *session,
                                    gint64             before,
                                    gboolean          *out_more,
                                    GError           **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_tombstone_check     (MokedSession      *session,
                                    gint64             since,
                                    GError           **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
