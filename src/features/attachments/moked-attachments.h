/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-router.h"
#include "store/moked-schema.h"

G_BEGIN_DECLS

/* The tables of this folder, which moked-attachments-feature.c puts together. */
extern const MokedSchemaPart moked_attachments_schema;
extern const MokedRoute moked_attachments_routes[];

/* The largest piece that travels at once, in both directions. */
#define MOKED_ATTACHMENTS_MAX_PIECE (4 * 1024 * 1024)

G_END_DECLS
