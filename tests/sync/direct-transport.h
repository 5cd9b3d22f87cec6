/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-store.h"
#include "sync/moked-sync-server.h"
#include "sync/moked-sync-transport.h"

G_BEGIN_DECLS

/**
 * DirectTransport:
 * @offline: the service is out of reach
 * @lose_answers: so many next answers are lost after the service did its work
 * @repeat_posts: every post arrives twice
 *
 * A way to a service that lives in the same process, with the faults of a real one.
 */
#define DIRECT_TYPE_TRANSPORT (direct_transport_get_type ())
G_DECLARE_FINAL_TYPE (DirectTransport, direct_transport, DIRECT, TRANSPORT, GObject)

struct _DirectTransport
{
  GObject          parent_instance;
  MokedStore      *store;
  MokedSyncServer *server;
  char            *business;
  char            *user_id;
  gboolean         offline;
  guint            lose_answers;
  gboolean         repeat_posts;
  guint            n_requests;
  void           (*received) (const char *text,
                              gpointer    user_data);
  gpointer         received_data;
  DexPromise      *live;
};

DirectTransport *direct_transport_new (MokedStore      *store,
                                       MokedSyncServer *server,
                                       const char      *business,
                                       const char      *user_id);

G_END_DECLS
