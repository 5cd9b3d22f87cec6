/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "files/moked-file-store.h"

G_BEGIN_DECLS

#define MOKED_FILE_BLOCK (1024 * 1024)

const char *moked_file_store_get_path (MokedFileStore *self);
char    *moked_file_store_dup_folder (MokedFileStore *self,
                                      const char     *area,
                                      const char     *name);
int      moked_file_store_lock       (MokedFileStore *self,
                                      const char     *area,
                                      int             operation,
                                      GError        **error);
gboolean moked_file_store_keep       (MokedFileStore *self,
                                      const char     *area,
                                      const char     *sha256,
                                      int             fd,
                                      const char     *path,
                                      GError        **error) G_GNUC_WARN_UNUSED_RESULT;
void     moked_file_store_pass       (MokedFileStore *self,
                                      const char     *step);
gboolean moked_file_store_write_all  (int             fd,
                                      const void     *data,
                                      gsize           length,
                                      GError        **error);
gboolean moked_file_store_fail       (const char     *path,
                                      GError        **error);
GChecksum *moked_file_store_take_sum (MokedFileStore *self,
                                      const char     *path,
                                      gint64          offset);
void     moked_file_store_note_sum   (MokedFileStore *self,
                                      const char     *path,
                                      gint64          offset,
                                      GChecksum      *sum);
gboolean moked_file_store_sum_fd     (int             fd,
                                      GChecksum      *sum,
                                      GError        **error);

G_END_DECLS
