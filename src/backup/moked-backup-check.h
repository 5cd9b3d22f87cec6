/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "store/moked-store.h"

G_BEGIN_DECLS

typedef struct _MokedBackupContent MokedBackupContent;

/**
 * MokedBackupContent:
 * @offices: how many businesses it has
 * @changes: all changes of all of them, by the heads of their logs
 *
 * What a database says of itself, to compare a copy with what was copied.
 */
struct _MokedBackupContent
{
  gint64 offices;
  gint64 changes;
};

DexFuture *moked_backup_content_read (MokedStore          *store,
                                      MokedBackupContent  *out_content) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_backup_check        (const char          *path,
                                      MokedBackupContent  *out_content,
                                      GCancellable        *cancellable,
                                      GError             **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean   moked_backup_check_dump   (const char          *path,
                                      const char          *server,
                                      MokedBackupContent  *out_content,
                                      GError             **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_backup_restore_dump (const char          *path,
                                      const char          *server,
                                      MokedBackupContent  *out_content,
                                      char               **out_kept,
                                      GError             **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
