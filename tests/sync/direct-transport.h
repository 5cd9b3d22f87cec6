/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-store.h"
#include "sync/moked-sync-server.h"
#include "sync/moked-sync-transport.h"

G_BEGIN_DECLS

/* What happens to one request. */
typedef enum
{
  DIRECT_FAULT_NONE,
  DIRECT_FAULT_REQUEST_LOST,
  DIRECT_FAULT_ANSWER_LOST,
  DIRECT_FAULT_ANSWER_CUT,
  DIRECT_FAULT_TWICE,
} DirectFault;

/**
 * DirectTransport:
 * @offline: the service is out of reach
 * @no_live: the live channel cannot be had
 * @refuse_posts: posts do not get through
 * @requests_left: after so many requests it is out of reach; -1 for all
 * @lose_answers: so many next answers are lost after the service did its work
 * @repeat_posts: every post arrives twice
 * @fault: happens to the request after @fault_after others
 * @hold: (nullable): requests wait until it is settled
 * @canned: path beginnings and what is answered instead of the service's word
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
  gboolean         no_live;
  gboolean         refuse_posts;
  int              requests_left;
  guint            lose_answers;
  gboolean         repeat_posts;
  DirectFault      fault;
  guint            fault_after;
  DexPromise      *hold;
  GHashTable      *canned;
  GPtrArray       *posts; /* GBytes: what was sent */
  guint            n_requests;
  guint            n_listens;
  gsize            largest_post;
  void           (*received) (const char *text,
                              gpointer    user_data);
  gpointer         received_data;
  DexPromise      *live;
};

DirectTransport *direct_transport_new (MokedStore      *store,
                                       MokedSyncServer *server,
                                       const char      *business,
                                       const char      *user_id);

/* What was sent some time ago arrives once more. */
DexFuture       *direct_transport_say_again (DirectTransport *self,
                                             guint            post);

G_END_DECLS
