/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-schema.h"

G_BEGIN_DECLS

extern const MokedSchemaPart moked_late_index_schema;

gboolean moked_late_index_put_off  (MokedSession      *session,
                                    const MokedSchema *schema,
                                    GError           **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_late_index_make_one (MokedSession      *session,
                                    const char        *entity,
                                    gboolean          *out_made,
                                    GError           **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
