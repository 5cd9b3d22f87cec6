/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The clipboard, and another program that the person copies from and pastes into: text only. */

#include "moked-test-clipboard.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wlr/types/wlr_data_device.h>
#include <wlr/types/wlr_primary_selection.h>
#include <wlr/types/wlr_seat.h>

#include "moked-test-commands.h"

#define TEXT_MIME_TYPE "text/plain;charset=utf-8"

struct _MokedTestClipboard
{
  MokedTestCompositor    *compositor;
  struct wl_listener      request_set_selection;
  struct wl_listener      request_set_primary_selection;
  struct wl_event_source *reading;
  GString                *received;
};

typedef struct
{
  struct wlr_data_source  base;
  char                   *text;
} TextSource;

static void
text_source_send (struct wlr_data_source *base,
                  const char             *mime_type,
                  int32_t                 fd)
{
  TextSource *source = wl_container_of (base, source, base);
  gsize length = strlen (source->text), written = 0;

  while (written < length)
    {
      ssize_t n = write (fd, source->text + written, length - written);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      written += (gsize) n;
    }
  close (fd);
}

static void
text_source_destroy (struct wlr_data_source *base)
{
  TextSource *source = wl_container_of (base, source, base);

  g_free (source->text);
  g_free (source);
}

static const struct wlr_data_source_impl text_source_impl = {
  .send = text_source_send,
  .destroy = text_source_destroy,
};

/* Puts text on the clipboard, as if the person had copied it in another program. */
void
moked_test_clipboard_copy (MokedTestClipboard *self,
                           const char         *text)
{
  TextSource *source = g_new0 (TextSource, 1);
  char **mime_type;

  source->text = g_strdup (text);
  wlr_data_source_init (&source->base, &text_source_impl);
  mime_type = wl_array_add (&source->base.mime_types, sizeof *mime_type);
  *mime_type = strdup (TEXT_MIME_TYPE);   /* wlroots ends it with free() */
  wlr_seat_set_selection (self->compositor->seat, &source->base,
                          wl_display_next_serial (self->compositor->display));
}

static void
finish_reading (MokedTestClipboard *self)
{
  g_autofree char *text = g_string_free (g_steal_pointer (&self->received), FALSE);
  g_autofree char *line = moked_test_commands_escape (text);

  wl_event_source_remove (g_steal_pointer (&self->reading));
  moked_test_commands_finish (self->compositor->commands, TRUE, line);
}

static int
on_readable (int      fd,
             uint32_t mask,
             void    *data)
{
  MokedTestClipboard *self = data;
  char buffer[4096];
  ssize_t n = read (fd, buffer, sizeof buffer);

  if (n > 0)
    g_string_append_len (self->received, buffer, n);
  else if (n == 0 || errno != EAGAIN)
    {
      close (fd);
      finish_reading (self);
    }
  return 0;
}

static gboolean
offers_text (struct wlr_data_source *source)
{
  char **mime_type;

  wl_array_for_each (mime_type, &source->mime_types)
    if (strcmp (*mime_type, TEXT_MIME_TYPE) == 0)
      return TRUE;
  return FALSE;
}

/*
 * Asks the program that owns the clipboard for its text; the command is answered when all of it came, with
 * nothing when there is no text.
 */
gboolean
moked_test_clipboard_read (MokedTestClipboard *self,
                           GString            *answer)
{
  struct wlr_data_source *source = self->compositor->seat->selection_source;
  g_autoptr (GError) error = NULL;
  int ends[2];

  if (source == NULL || !offers_text (source))
    {
      moked_test_commands_finish (self->compositor->commands, TRUE, "");
      return TRUE;
    }
  if (!g_unix_open_pipe (ends, O_CLOEXEC, &error) || !g_unix_set_fd_nonblocking (ends[0], TRUE, &error))
    {
      g_string_append (answer, error->message);
      return FALSE;
    }

  self->received = g_string_new (NULL);
  self->reading = wl_event_loop_add_fd (self->compositor->loop, ends[0], WL_EVENT_READABLE, on_readable, self);
  wlr_data_source_send (source, TEXT_MIME_TYPE, ends[1]);
  return TRUE;
}

static void
on_request_set_selection (struct wl_listener *listener,
                          void               *data)
{
  MokedTestClipboard *self = wl_container_of (listener, self, request_set_selection);
  struct wlr_seat_request_set_selection_event *event = data;

  wlr_seat_set_selection (self->compositor->seat, event->source, event->serial);
}

static void
on_request_set_primary_selection (struct wl_listener *listener,
                                  void               *data)
{
  MokedTestClipboard *self = wl_container_of (listener, self, request_set_primary_selection);
  struct wlr_seat_request_set_primary_selection_event *event = data;

  wlr_seat_set_primary_selection (self->compositor->seat, event->source, event->serial);
}

MokedTestClipboard *
moked_test_clipboard_new (MokedTestCompositor *compositor)
{
  MokedTestClipboard *self = g_new0 (MokedTestClipboard, 1);

  self->compositor = compositor;
  self->request_set_selection.notify = on_request_set_selection;
  wl_signal_add (&compositor->seat->events.request_set_selection, &self->request_set_selection);
  self->request_set_primary_selection.notify = on_request_set_primary_selection;
  wl_signal_add (&compositor->seat->events.request_set_primary_selection, &self->request_set_primary_selection);
  return self;
}
