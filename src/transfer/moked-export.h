/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-clock.h"
#include "transfer/moked-transfer.h"

G_BEGIN_DECLS

/**
 * MokedExportFile:
 * @area: the business whose attachment it is
 * @sha256: its content's hash
 * @path: where it is
 */
typedef struct
{
  char *area;
  char *sha256;
  char *path;
} MokedExportFile;

typedef struct
{
  gint64 rows;
  gint64 files;
  gint64 size;
} MokedExportCounts;

void     moked_export_file_free (MokedExportFile            *file);
gboolean moked_export_make      (MokedStore                 *store,
                                 const MokedSchema          *schema,
                                 MokedClock                 *clock,
                                 GPtrArray                  *files,
                                 const char                 *path,
                                 const MokedTransferOptions *options,
                                 MokedExportCounts          *out_counts,
                                 GError                    **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
