/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/moked-demo.h"
#include "server/moked-router.h"
#include "store/moked-query.h"
#include "store/moked-schema.h"
#include "sync/moked-command.h"

G_BEGIN_DECLS

/* The tables of this folder, which moked-customers-feature.c puts together. */
extern const MokedSchemaPart moked_customers_schema;
extern const MokedRoute moked_customers_routes[];
extern const MokedCommand moked_customers_commands[];

gboolean moked_customers_demo (MokedDemo  *demo,
                               GError    **error);

/* How customers are searched, on the desktop and by the API. */
extern const MokedSearch moked_customers_search;

G_END_DECLS
