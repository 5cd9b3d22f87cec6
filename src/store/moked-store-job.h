/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-store.h"

G_BEGIN_DECLS

typedef struct _MokedStoreJob MokedStoreJob;

/* A transaction that somebody asked for, on its way to a store thread and back. */
struct _MokedStoreJob
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

MokedStoreJob *moked_store_job_new    (const char       *business,
                                       MokedSessionFunc  func,
                                       gpointer          user_data,
                                       GDestroyNotify    destroy);
void           moked_store_job_run    (MokedStoreJob    *self,
                                       MokedSession     *session,
                                       gint64            now);
void           moked_store_job_reject (MokedStoreJob    *self,
                                       const GError     *error);
void           moked_store_job_finish (MokedStore       *store,
                                       GMainContext     *context,
                                       GPtrArray        *jobs);

G_END_DECLS
