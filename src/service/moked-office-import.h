/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service/moked-service.h"

G_BEGIN_DECLS

/**
 * MokedImportOutcome:
 * @made_at: (nullable): when the export was made
 * @content: what it has
 * @files: how many attachments
 * @kept: (nullable): where the former database is now
 */
typedef struct
{
  char              *made_at;
  MokedBackupContent content;
  guint              files;
  char              *kept;
} MokedImportOutcome;

void     moked_import_outcome_clear (MokedImportOutcome *self);
gboolean moked_office_import        (MokedService       *service,
                                     const char         *path,
                                     gboolean            replace,
                                     MokedImportOutcome *out_outcome,
                                     GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MokedImportOutcome, moked_import_outcome_clear)

G_END_DECLS
