/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-query.h"

G_BEGIN_DECLS

void moked_customers_narrow (MokedQuery *query,
                             const char *status,
                             const char *owner_id,
                             const char *tag);

G_END_DECLS
