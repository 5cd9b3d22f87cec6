/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-store.h"

G_BEGIN_DECLS

typedef struct _MokedSqliteJob MokedSqliteJob;

/* A transaction that somebody asked for, on its way to a store thread and back. */
struct _MokedSqliteJob
{
  GList            link;
  MokedPriority    priority; /* of a write */
  char            *business;
  MokedSessionFunc func;
  gpointer         user_data;
  GDestroyNotify   destroy;
  DexPromise      *promise;
  DexFuture       *result;
  GArray          *hooks;
  GPtrArray       *changed;
  char            *changed_business; /* a session may learn its business while it runs */
};

MokedSqliteJob *moked_sqlite_job_new    (const char       *business,
                                         MokedSessionFunc  func,
                                         gpointer          user_data,
                                         GDestroyNotify    destroy);
void            moked_sqlite_job_run    (MokedSqliteJob   *self,
                                         MokedSession     *session,
                                         gint64            now);
void            moked_sqlite_job_reject (MokedSqliteJob   *self,
                                         const GError     *error);
void            moked_sqlite_job_finish (MokedStore       *store,
                                         GMainContext     *context,
                                         GPtrArray        *jobs);

G_END_DECLS
