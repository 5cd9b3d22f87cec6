/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-session-private.h"
#include "store/sqlite/moked-sqlite-connection.h"

G_BEGIN_DECLS

#define MOKED_TYPE_SQLITE_SESSION (moked_sqlite_session_get_type ())
G_DECLARE_FINAL_TYPE (MokedSqliteSession, moked_sqlite_session, MOKED, SQLITE_SESSION, MokedSession)

MokedSession *moked_sqlite_session_new (MokedSqliteConnection *connection);

G_END_DECLS
