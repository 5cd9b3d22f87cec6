/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-clock.h"
#include "store/moked-store-job.h"
#include "store/postgres/moked-postgres-connection.h"
#include "store/postgres/moked-postgres-listener.h"

G_BEGIN_DECLS

typedef struct _MokedPostgresWriter MokedPostgresWriter;

MokedPostgresWriter *moked_postgres_writer_new   (MokedStore              *store,
                                                  MokedPostgresConnection *connection,
                                                  MokedPostgresListener   *listener,
                                                  MokedClock              *clock,
                                                  GMainContext            *context);
void                 moked_postgres_writer_push  (MokedPostgresWriter     *self,
                                                  MokedPriority            priority,
                                                  MokedStoreJob           *job);
void                 moked_postgres_writer_close (MokedPostgresWriter     *self);

G_END_DECLS
