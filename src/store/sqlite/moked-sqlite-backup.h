/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/sqlite/moked-sqlite-connection.h"

G_BEGIN_DECLS

typedef struct _MokedSqliteBackup MokedSqliteBackup;

MokedSqliteBackup *moked_sqlite_backup_begin  (MokedSqliteConnection *from,
                                               const char            *path,
                                               GError               **error);
gboolean           moked_sqlite_backup_step   (MokedSqliteBackup     *self,
                                               int                    n_pages,
                                               gboolean              *out_more);
gboolean           moked_sqlite_backup_finish (MokedSqliteBackup     *self,
                                               GError               **error);
gboolean           moked_sqlite_backup_make   (MokedSqliteConnection *from,
                                               const char            *path,
                                               GError               **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
