/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service/moked-service.h"
#include "transfer/moked-export-reader.h"
#include "transfer/moked-export-writer.h"

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
char    *moked_office_import_unpack (MokedService       *service,
                                     const char         *path,
                                     GCancellable       *cancellable,
                                     MokedExportContent *out_content,
                                     GError            **error);
void     moked_office_import_remove_folder (const char  *folder);
gboolean moked_office_import        (MokedService       *service,
                                     const char         *path,
                                     gboolean            replace,
                                     MokedImportOutcome *out_outcome,
                                     GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MokedImportOutcome, moked_import_outcome_clear)

G_END_DECLS
