/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-schema.h"
#include "transfer/moked-export-writer.h"

G_BEGIN_DECLS

gboolean moked_export_csv_add        (MokedExportWriter     *writer,
                                      MokedSession          *session,
                                      const MokedEntityInfo *info,
                                      gint64                *out_rows,
                                      GError               **error) G_GNUC_WARN_UNUSED_RESULT;
void     moked_export_csv_append     (GString               *line,
                                      const char            *text);

G_END_DECLS
