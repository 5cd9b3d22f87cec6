/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <yyjson.h>

#include "service/moked-service.h"

G_BEGIN_DECLS

/**
 * MokedRestoreOrder:
 * @path: a database that was checked
 * @folder: (nullable): what is to be removed afterwards
 * @files: (nullable) (element-type MokedExportFile): attachments that come with it
 */
typedef struct
{
  char      *path;
  char      *folder;
  GPtrArray *files;
} MokedRestoreOrder;

void               moked_office_work_begin_service (MokedService        *service,
                                                    DexPromise          *told);
gboolean           moked_office_work_start_export  (GError             **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean           moked_office_work_take_bytes    (gint64               offset,
                                                    GBytes              *bytes,
                                                    gint64              *out_size,
                                                    GError             **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean           moked_office_work_start_import  (const char          *business,
                                                    GError             **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean           moked_office_work_start_restore (const char          *name,
                                                    GError             **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes            *moked_office_work_read_export   (gint64               offset,
                                                    GError             **error);
void               moked_office_work_cancel        (void);
void               moked_office_work_add_status    (yyjson_mut_doc      *doc,
                                                    yyjson_mut_val      *object);

MokedRestoreOrder *moked_office_work_get_order     (void);
void               moked_office_work_end_order     (const GError        *error);

G_END_DECLS
