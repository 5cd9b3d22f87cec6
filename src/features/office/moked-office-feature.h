/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-router.h"

G_BEGIN_DECLS

/* The tables of this folder, which moked-office-feature.c puts together. */
extern const MokedRoute moked_office_routes[];

G_END_DECLS
