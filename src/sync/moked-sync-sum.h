/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-schema.h"

G_BEGIN_DECLS

gboolean moked_sync_sum_table (MokedSession          *session,
                               const MokedEntityInfo *info,
                               guint64               *out_sum,
                               GError               **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
