/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backup/moked-backup-check.h"
#include "base/moked-clock.h"

G_BEGIN_DECLS

/**
 * MokedBackupAdopt:
 * @store: the copy, as the service is going to find it
 *
 * In a fiber. What the present installation has and the copy is to have, too.
 */
typedef gboolean (*MokedBackupAdopt) (MokedStore *store,
                                      gpointer    user_data,
                                      GError    **error);

gboolean moked_backup_restore (const char         *backup,
                               const char         *database,
                               const MokedSchema  *schema,
                               MokedClock         *clock,
                               MokedBackupAdopt    adopt,
                               gpointer            user_data,
                               MokedBackupContent *out_content,
                               char              **out_kept,
                               GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
