/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-schema.h"
#include "store/postgres/moked-postgres-connection.h"

G_BEGIN_DECLS

gboolean moked_postgres_schema_prepare (MokedPostgresConnection *connection,
                                        const MokedSchema       *schema,
                                        const char              *copies,
                                        gint64                   now,
                                        GError                 **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
