/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* How long a connection waits for work before it rests. */
#define MOKED_SQLITE_REST_USEC (200 * G_TIME_SPAN_MILLISECOND)

/* What `user_version` says of a copy; a file that was opened since has 0. */
#define MOKED_SQLITE_IS_COPY "1"

typedef struct _MokedSqliteConnection MokedSqliteConnection;
typedef struct _MokedSqliteStatement MokedSqliteStatement;

/* A prepared statement. `positions[i]` is SQLite's number of the placeholder `$(i + 1)`, 0 when unused. */
struct _MokedSqliteStatement
{
  sqlite3_stmt *stmt;
  guint         n_positions;
  int          *positions;
  gboolean      busy;
  gboolean      cached;
};

MokedSqliteConnection *moked_sqlite_connection_open    (const char             *path,
                                                        gboolean                writer,
                                                        GError                **error);
void                   moked_sqlite_connection_close   (MokedSqliteConnection  *self);
sqlite3               *moked_sqlite_connection_get_db  (MokedSqliteConnection  *self);
MokedSqliteStatement  *moked_sqlite_connection_prepare (MokedSqliteConnection  *self,
                                                        const char             *sql,
                                                        GError                **error);
void                   moked_sqlite_connection_release (MokedSqliteConnection  *self,
                                                        MokedSqliteStatement   *statement);
gboolean               moked_sqlite_connection_run     (MokedSqliteConnection  *self,
                                                        const char             *sql,
                                                        GError                **error);
void                   moked_sqlite_connection_rest    (MokedSqliteConnection  *self);
gboolean               moked_sqlite_connection_is_copy (MokedSqliteConnection  *self);
gboolean               moked_sqlite_connection_is_damaged (MokedSqliteConnection *self);
void                   moked_sqlite_connection_checkpoint (MokedSqliteConnection *self,
                                                           int                    least);
void                   moked_sqlite_connection_begin_bulk (MokedSqliteConnection *self);
void                   moked_sqlite_connection_end_bulk (MokedSqliteConnection *self);
void                   moked_sqlite_set_error          (GError                **error,
                                                        sqlite3                *db,
                                                        int                     code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedSqliteConnection, moked_sqlite_connection_close)

G_END_DECLS
