/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _MokedPoller MokedPoller;
typedef struct _MokedWatch MokedWatch;

/**
 * MokedWatch:
 * @ready: called with the epoll events that came
 *
 * The first member of what waits for a file descriptor.
 */
struct _MokedWatch
{
  void (*ready) (MokedWatch *self,
                 guint32     events);
};

MokedPoller *moked_poller_new    (void);
void         moked_poller_free   (MokedPoller    *self);
gboolean     moked_poller_add    (MokedPoller    *self,
                                  int             fd,
                                  guint32         events,
                                  MokedWatch     *watch);
void         moked_poller_remove (MokedPoller    *self,
                                  int             fd,
                                  MokedWatch     *watch,
                                  GDestroyNotify  destroy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedPoller, moked_poller_free)

G_END_DECLS
