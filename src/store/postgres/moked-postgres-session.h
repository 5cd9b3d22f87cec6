/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-session-private.h"
#include "store/postgres/moked-postgres-connection.h"
#include "store/postgres/moked-postgres-statistics.h"

G_BEGIN_DECLS

#define MOKED_TYPE_POSTGRES_SESSION (moked_postgres_session_get_type ())
G_DECLARE_FINAL_TYPE (MokedPostgresSession, moked_postgres_session, MOKED, POSTGRES_SESSION, MokedSession)

MokedSession *moked_postgres_session_new      (MokedPostgresConnection *connection,
                                               gboolean                 writes);
gboolean      moked_postgres_session_enter    (MokedPostgresSession    *self,
                                               const char              *business,
                                               gboolean                 wait,
                                               gboolean                *out_entered,
                                               GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
const GError *moked_postgres_session_get_failure (MokedPostgresSession *self);
void          moked_postgres_session_count_growth (MokedPostgresSession    *self,
                                                   MokedPostgresStatistics *growth);

G_END_DECLS
