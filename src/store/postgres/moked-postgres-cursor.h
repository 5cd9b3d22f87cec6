/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libpq-fe.h>

#include "store/moked-cursor.h"

G_BEGIN_DECLS

#define MOKED_TYPE_POSTGRES_CURSOR (moked_postgres_cursor_get_type ())
G_DECLARE_FINAL_TYPE (MokedPostgresCursor, moked_postgres_cursor, MOKED, POSTGRES_CURSOR, MokedCursor)

MokedCursor *moked_postgres_cursor_new (PGresult *result);

G_END_DECLS
