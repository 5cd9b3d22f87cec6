/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-clock.h"
#include "store/sqlite/moked-sqlite-connection.h"
#include "store/moked-store-job.h"

G_BEGIN_DECLS

typedef struct _MokedSqliteWriter MokedSqliteWriter;
typedef void (*MokedSqliteWritten) (MokedStore            *store,
                                    MokedSqliteConnection *connection);

MokedSqliteWriter *moked_sqlite_writer_new    (MokedStore            *store,
                                               MokedSqliteConnection *connection,
                                               MokedClock            *clock,
                                               GMainContext          *context,
                                               MokedSqliteWritten     written);
void               moked_sqlite_writer_push   (MokedSqliteWriter     *self,
                                               MokedPriority          priority,
                                               MokedStoreJob        *job);
DexFuture         *moked_sqlite_writer_backup (MokedSqliteWriter     *self,
                                               const char            *path);
void               moked_sqlite_writer_close  (MokedSqliteWriter     *self);

G_END_DECLS
