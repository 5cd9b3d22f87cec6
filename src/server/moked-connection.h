/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "server/moked-poller.h"
#include "server/moked-reply.h"
#include "server/moked-request-private.h"

G_BEGIN_DECLS

typedef struct _MokedConnection MokedConnection;
typedef struct _MokedConnectionOwner MokedConnectionOwner;
typedef struct _MokedTimeLimits MokedTimeLimits;

/**
 * MokedTimeLimits:
 *
 * Microseconds. They are totals: a client that drips bytes gains nothing.
 * @first: from the connection to its first byte
 * @head: for a whole head
 * @body: for a whole body, beside what its length needs at @min_rate
 * @idle: between two requests
 * @handler: until the program answers
 * @write: for the answer, beside what its length needs at @min_rate
 * @linger: for the client to hang up after the last answer
 * @min_rate: bytes a second
 */
struct _MokedTimeLimits
{
  gint64 first;
  gint64 head;
  gint64 body;
  gint64 idle;
  gint64 handler;
  gint64 write;
  gint64 linger;
  gint64 min_rate;
};

/**
 * MokedConnectionOwner:
 * @admit: called with a good head; gives the answer that refuses the request, or %NULL to go on
 * @handle: called with a whole request, to be answered by moked_connection_answer() now or later
 * @refuse: gives the answer to what is no good request
 * @closed: the connection has ended
 */
struct _MokedConnectionOwner
{
  MokedPoller           *poller;
  const MokedTimeLimits *limits;
  MokedReply           *(*admit)   (MokedConnectionOwner *self,
                                    MokedRequest         *request);
  void                  (*handle)  (MokedConnectionOwner *self,
                                    MokedConnection      *connection,
                                    MokedRequest         *request);
  MokedReply           *(*refuse)  (MokedConnectionOwner *self,
                                    MokedConnection      *connection,
                                    guint                 status);
  void                  (*closed)  (MokedConnectionOwner *self,
                                    MokedConnection      *connection);
};

MokedConnection *moked_connection_new            (MokedConnectionOwner *owner,
                                                  int                   fd,
                                                  const char           *address);
MokedConnection *moked_connection_ref            (MokedConnection      *self);
void             moked_connection_unref          (MokedConnection      *self);
void             moked_connection_answer         (MokedConnection      *self,
                                                  MokedReply           *reply);
GIOStream       *moked_connection_steal          (MokedConnection      *self);
void             moked_connection_close          (MokedConnection      *self);
void             moked_connection_check_deadline (MokedConnection      *self,
                                                  gint64                now);
gboolean         moked_connection_is_waiting     (MokedConnection      *self);
const char      *moked_connection_get_address    (MokedConnection      *self);
GList           *moked_connection_get_link       (MokedConnection      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedConnection, moked_connection_unref)

G_END_DECLS
