/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libpq-fe.h>

#include <glib.h>

G_BEGIN_DECLS

GStrv    moked_postgres_dup_environment (PGconn *db);
gboolean moked_postgres_back_up (PGconn     *db,
                                 const char *path,
                                 GError    **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
