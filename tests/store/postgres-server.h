/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PostgresServer PostgresServer;

gboolean        postgres_server_is_installed    (void);
PostgresServer *postgres_server_start           (void);
void            postgres_server_stop            (PostgresServer *self);
void            postgres_server_interrupt       (PostgresServer *self);
void            postgres_server_resume          (PostgresServer *self);
void            postgres_server_create_database (PostgresServer *self,
                                                 const char     *name);
char           *postgres_server_dup_url         (PostgresServer *self,
                                                 const char     *database);
void            postgres_server_run             (PostgresServer *self,
                                                 const char     *database,
                                                 const char     *sql);
void            postgres_server_restore         (const char     *url,
                                                 const char     *copy);

G_END_DECLS
