/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libpq-fe.h>

#include "store/moked-session.h"

G_BEGIN_DECLS

typedef struct _MokedPostgresConnection MokedPostgresConnection;

MokedPostgresConnection *moked_postgres_connection_new      (const char              *url);
void                     moked_postgres_connection_free     (MokedPostgresConnection *self);
PGconn                  *moked_postgres_connection_get_db   (MokedPostgresConnection *self);
gboolean                 moked_postgres_connection_is_alive (MokedPostgresConnection *self);
gboolean                 moked_postgres_connection_open     (MokedPostgresConnection *self,
                                                             GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
void                     moked_postgres_connection_give_up  (MokedPostgresConnection *self);
gboolean                 moked_postgres_connection_begin    (MokedPostgresConnection *self,
                                                             const char              *sql,
                                                             GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean                 moked_postgres_connection_run      (MokedPostgresConnection *self,
                                                             const char              *sql,
                                                             GError                 **error);
PGresult                *moked_postgres_connection_execute  (MokedPostgresConnection *self,
                                                             const char              *sql,
                                                             const MokedValue        *values,
                                                             guint                    n_values,
                                                             GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
void                     moked_postgres_connection_forget   (MokedPostgresConnection *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedPostgresConnection, moked_postgres_connection_free)

G_END_DECLS
