/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-cursor.h"
#include "store/sqlite/moked-sqlite-connection.h"

G_BEGIN_DECLS

#define MOKED_TYPE_SQLITE_CURSOR (moked_sqlite_cursor_get_type ())
G_DECLARE_FINAL_TYPE (MokedSqliteCursor, moked_sqlite_cursor, MOKED, SQLITE_CURSOR, MokedCursor)

MokedCursor *moked_sqlite_cursor_new (MokedSqliteConnection *connection,
                                      MokedSqliteStatement  *statement);

G_END_DECLS
