/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backup/moked-backup-check.h"
#include "base/moked-clock.h"

G_BEGIN_DECLS

gboolean moked_backup_restore (const char         *backup,
                               const char         *database,
                               const MokedSchema  *schema,
                               MokedClock         *clock,
                               MokedBackupContent *out_content,
                               char              **out_kept,
                               GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
