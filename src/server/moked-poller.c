/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-poller.h"

#include <sys/epoll.h>
#include <unistd.h>

/* Thousands of sockets as one source of the main loop. A GSource for each would make every turn of the
 * loop walk all of them, and costs several system calls a dispatch. */

#define MAX_EVENTS 64

typedef struct
{
  MokedWatch    *watch;
  GDestroyNotify destroy;
} Grave;

struct _MokedPoller
{
  GSource  source;
  int      epoll;
  gboolean dispatching;
  GArray  *graves;
};

static void
bury (MokedPoller *self)
{
  for (guint i = 0; i < self->graves->len; i++)
    {
      Grave *grave = &g_array_index (self->graves, Grave, i);

      if (grave->destroy != NULL)
        grave->destroy (grave->watch);
    }
  g_array_set_size (self->graves, 0);
}

static gboolean
dispatch (GSource    *source,
          GSourceFunc callback,
          gpointer    data)
{
  MokedPoller *self = (MokedPoller *) source;
  struct epoll_event events[MAX_EVENTS];
  int n = epoll_wait (self->epoll, events, MAX_EVENTS, 0);

  self->dispatching = TRUE;
  for (int i = 0; i < n; i++)
    {
      MokedWatch *watch = events[i].data.ptr;

      /* An earlier one of this round may have removed it. */
      if (watch->ready != NULL)
        watch->ready (watch, events[i].events);
    }
  self->dispatching = FALSE;
  bury (self);
  return G_SOURCE_CONTINUE;
}

static void
finalize (GSource *source)
{
  MokedPoller *self = (MokedPoller *) source;

  close (self->epoll);
  g_array_unref (self->graves);
}

static GSourceFuncs source_funcs = {
  .dispatch = dispatch,
  .finalize = finalize,
};

/**
 * moked_poller_new:
 *
 * Returns: (transfer full): a poller on the thread's default main context
 */
MokedPoller *
moked_poller_new (void)
{
  GSource *source = g_source_new (&source_funcs, sizeof (MokedPoller));
  MokedPoller *self = (MokedPoller *) source;

  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  self->graves = g_array_new (FALSE, FALSE, sizeof (Grave));
  g_source_set_static_name (source, "moked-poller");
  g_source_add_unix_fd (source, self->epoll, G_IO_IN);
  g_source_attach (source, g_main_context_get_thread_default ());
  return self;
}

void
moked_poller_free (MokedPoller *self)
{
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

/**
 * moked_poller_add:
 * @events: epoll's flags
 *
 * Returns: %FALSE, with errno set, when the system refuses
 */
gboolean
moked_poller_add (MokedPoller *self,
                  int          fd,
                  guint32      events,
                  MokedWatch  *watch)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  return epoll_ctl (self->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/**
 * moked_poller_remove:
 * @destroy: (nullable): frees @watch, at once or when no event of this round can reach it any more
 */
void
moked_poller_remove (MokedPoller   *self,
                     int            fd,
                     MokedWatch    *watch,
                     GDestroyNotify destroy)
{
  Grave grave = { watch, destroy };

  epoll_ctl (self->epoll, EPOLL_CTL_DEL, fd, NULL);
  watch->ready = NULL;
  g_array_append_val (self->graves, grave);
  if (!self->dispatching)
    bury (self);
}
