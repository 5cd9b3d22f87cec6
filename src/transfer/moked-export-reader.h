/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MokedExportContent:
 * @made_at: (nullable): when the export was made, RFC 3339
 * @files: (element-type MokedExportFile): the attachments, unpacked
 * @sha256: of all of it: the same export has the same
 */
typedef struct
{
  char      *made_at;
  GPtrArray *files;
  char      *sha256;
} MokedExportContent;

void     moked_export_content_clear (MokedExportContent *self);
gboolean moked_export_unpack        (const char         *path,
                                     const char         *folder,
                                     GCancellable       *cancellable,
                                     MokedExportContent *out_content,
                                     GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MokedExportContent, moked_export_content_clear)

G_END_DECLS
