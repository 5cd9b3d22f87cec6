/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-router.h"

G_BEGIN_DECLS

extern const MokedRoute moked_office_work_routes[];

G_END_DECLS
