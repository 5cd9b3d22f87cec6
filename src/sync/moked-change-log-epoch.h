/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <yyjson.h>

#include "store/moked-session.h"

G_BEGIN_DECLS

/* PostgreSQL: who owns a table has no right to it that was taken away either. Grants are not in a copy. */
#define MOKED_CHANGE_LOG_REVOKE "REVOKE UPDATE, DELETE, TRUNCATE ON change, change_field FROM PUBLIC, CURRENT_USER"

extern const char moked_change_log_restored[];
extern const char moked_change_log_restored_postgres[];

gboolean moked_change_log_end_epoch     (MokedSession   *session,
                                         GError        **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_change_log_add_ends      (MokedSession   *session,
                                         yyjson_mut_doc *doc,
                                         yyjson_mut_val *ends,
                                         GError        **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_change_log_find_lost     (MokedSession   *session,
                                         const char     *epoch,
                                         gboolean       *out_restored,
                                         gint64         *out_seq,
                                         GError        **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
