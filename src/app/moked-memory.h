/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void moked_memory_init      (void);
void moked_memory_give_back (void);

G_END_DECLS
