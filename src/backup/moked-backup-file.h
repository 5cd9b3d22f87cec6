/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a file is called before it is whole. */
#define MOKED_BACKUP_PART ".part"

gboolean moked_backup_file_copy    (const char  *from,
                                    const char  *to,
                                    GError     **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_backup_file_publish (const char  *part,
                                    const char  *path,
                                    GError     **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_backup_file_sync    (const char  *path,
                                    GError     **error) G_GNUC_WARN_UNUSED_RESULT;
void     moked_backup_file_remove  (const char  *path);
void     moked_backup_set_error    (GError     **error,
                                    const char  *path,
                                    int          code);

G_END_DECLS
