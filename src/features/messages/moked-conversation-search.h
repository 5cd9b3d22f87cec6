/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-query.h"

G_BEGIN_DECLS

void moked_conversation_add_search (MokedQuery *query,
                                    const char *text);

G_END_DECLS
