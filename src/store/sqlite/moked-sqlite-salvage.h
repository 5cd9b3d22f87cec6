/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GPtrArray *moked_sqlite_salvage_rows (const char  *path,
                                      const char  *table);

G_END_DECLS
