/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

gboolean moked_postgres_is_lost   (PGconn   *db,
                                   PGresult *result);
void     moked_postgres_set_error (GError  **error,
                                   PGconn   *db,
                                   PGresult *result);

G_END_DECLS
