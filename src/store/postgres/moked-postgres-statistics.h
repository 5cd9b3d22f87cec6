/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/postgres/moked-postgres-connection.h"

G_BEGIN_DECLS

typedef struct _MokedPostgresStatistics MokedPostgresStatistics;

MokedPostgresStatistics *moked_postgres_statistics_new    (void);
void                     moked_postgres_statistics_free   (MokedPostgresStatistics *self);
void                     moked_postgres_statistics_note   (MokedPostgresStatistics *self,
                                                           const char              *sql,
                                                           gint64                   n_rows);
void                     moked_postgres_statistics_update (MokedPostgresStatistics *self,
                                                           MokedPostgresConnection *connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedPostgresStatistics, moked_postgres_statistics_free)

G_END_DECLS
