/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <yyjson.h>

G_BEGIN_DECLS

/* What the manifest says of itself. */
#define MOKED_EXPORT_FORMAT "moked-office"
#define MOKED_EXPORT_VERSION 1
#define MOKED_EXPORT_MANIFEST "manifest.json"
#define MOKED_EXPORT_DATABASE "office.db"
#define MOKED_EXPORT_ATTACHMENTS "attachments/"

typedef struct _MokedExportWriter MokedExportWriter;

MokedExportWriter *moked_export_writer_new      (const char         *path,
                                                 GCancellable       *cancellable,
                                                 GError            **error);
void               moked_export_writer_free     (MokedExportWriter  *self);
gboolean           moked_export_writer_begin    (MokedExportWriter  *self,
                                                 const char         *name,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean           moked_export_writer_write    (MokedExportWriter  *self,
                                                 const char         *data,
                                                 gsize               length,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean           moked_export_writer_end      (MokedExportWriter  *self,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean           moked_export_writer_add_file (MokedExportWriter  *self,
                                                 const char         *name,
                                                 const char         *path,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean           moked_export_writer_finish   (MokedExportWriter  *self,
                                                 yyjson_mut_doc     *manifest,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedExportWriter, moked_export_writer_free)

G_END_DECLS
