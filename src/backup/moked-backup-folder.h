/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What copies' names end with: an SQLite file, pg_dump's custom format. */
#define MOKED_BACKUP_FILE ".db"
#define MOKED_BACKUP_DUMP ".dump"

typedef struct _MokedBackup MokedBackup;
typedef struct _MokedBackupKeep MokedBackupKeep;

/**
 * MokedBackup:
 * @made_at: in microseconds
 * @size: in bytes
 * @before_migration: it was made because a newer program changed the tables; it lies beside the database
 *
 * One copy.
 */
struct _MokedBackup
{
  char     *path;
  gint64    made_at;
  gint64    size;
  gboolean  before_migration;
};

/**
 * MokedBackupKeep:
 * @daily: how many days keep their last copy
 * @weekly: how many weeks
 * @monthly: how many months
 */
struct _MokedBackupKeep
{
  guint daily;
  guint weekly;
  guint monthly;
};

void       moked_backup_free            (MokedBackup           *self);
gboolean   moked_backup_folder_prepare  (const char            *folder,
                                         GError               **error) G_GNUC_WARN_UNUSED_RESULT;
char      *moked_backup_folder_dup_path (const char            *folder,
                                         gint64                 now,
                                         const char            *suffix);
GPtrArray *moked_backup_folder_list     (const char            *folder,
                                         const char            *database);
guint      moked_backup_folder_rotate   (const char            *folder,
                                         const char            *database,
                                         const MokedBackupKeep *keep);

G_END_DECLS
