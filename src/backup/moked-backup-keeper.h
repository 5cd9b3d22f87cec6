/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backup/moked-backup-check.h"
#include "backup/moked-backup-folder.h"
#include "base/moked-clock.h"

G_BEGIN_DECLS

typedef struct _MokedBackupKeeper MokedBackupKeeper;
typedef struct _MokedBackupSettings MokedBackupSettings;
typedef struct _MokedBackupStatus MokedBackupStatus;

/**
 * MokedBackupSettings:
 * @folder: where the copies are; made when it is not there
 * @database: the file that is copied, or what is put beside a database on a server
 * @keep: how many stay
 * @server: (nullable): the database on a server, for libpq
 */
struct _MokedBackupSettings
{
  char            *folder;
  char            *database;
  MokedBackupKeep  keep;
  char            *server;
};

/**
 * MokedBackupStatus:
 * @path: (nullable): the newest copy
 * @made_at: when it was made; 0 when there is none
 * @size: its bytes
 * @content: what it has, when it was made by this process
 * @made: copies made by this process
 * @failed: copies that failed in this process
 * @problem: (nullable): why the last one failed; %NULL when it did not
 * @running: whether one is being made
 */
struct _MokedBackupStatus
{
  char               *path;
  gint64              made_at;
  gint64              size;
  MokedBackupContent  content;
  guint64             made;
  guint64             failed;
  char               *problem;
  gboolean            running;
};

void                     moked_backup_settings_clear       (MokedBackupSettings       *self);
MokedBackupKeeper       *moked_backup_keeper_new           (MokedStore                *store,
                                                            MokedClock                *clock,
                                                            const MokedBackupSettings *settings);
void                     moked_backup_keeper_start         (MokedBackupKeeper         *self);
DexFuture               *moked_backup_keeper_stop          (MokedBackupKeeper         *self) G_GNUC_WARN_UNUSED_RESULT;
void                     moked_backup_keeper_free          (MokedBackupKeeper         *self);
DexFuture               *moked_backup_keeper_make          (MokedBackupKeeper         *self) G_GNUC_WARN_UNUSED_RESULT;
const MokedBackupStatus *moked_backup_keeper_get_status    (MokedBackupKeeper         *self);
void                     moked_backup_keeper_write_metrics (GString                   *text,
                                                            gpointer                   keeper);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MokedBackupSettings, moked_backup_settings_clear)

G_END_DECLS
