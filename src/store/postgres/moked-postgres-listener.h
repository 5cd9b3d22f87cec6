/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-store.h"

G_BEGIN_DECLS

typedef struct _MokedPostgresListener MokedPostgresListener;

MokedPostgresListener *moked_postgres_listener_new             (MokedStore            *store,
                                                                const char            *url,
                                                                GMainContext          *context);
void                   moked_postgres_listener_close           (MokedPostgresListener *self);
void                   moked_postgres_listener_append_changed  (MokedPostgresListener *self,
                                                                GString               *payload,
                                                                const char            *business,
                                                                GPtrArray             *entities);
void                   moked_postgres_listener_append_told     (MokedPostgresListener *self,
                                                                GString               *payload,
                                                                const char            *text);

G_END_DECLS
