/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * startmeter CMD…: starts a program on this X display, times its first window, ends it, and prints a line
 * of JSON:
 *
 *   map_ms       from exec to the first top-level window of at least 100×100 on the screen
 *   paint_ms     to the first pixels in it, that is, until not all of it has one colour
 *   settled_ms   to the last change before nothing larger than a caret or a spinner changed for a while
 *   cpu_…_ms     CPU time of the program's process at these moments; hardly varies on a machine that does
 *                other work too
 *   pss_mb, family_pss_mb   memory of that process, and with all that it started, when settled
 *   processes    how many those are
 *   width, height           of the window
 *
 * A program that is started by D-Bus on its behalf is not counted. Exit status 1, and the reason on standard
 * error, when no window was painted or it never settled.
 */

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>
#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process-tree.h"

#define SMALLEST_WINDOW 100     /* pixels a side */
#define SMALLEST_CHANGE 4000    /* square pixels */

typedef struct
{
  double ms;    /* since exec; negative: has not come */
  double cpu_ms;
} Moment;

typedef struct
{
  Display *display;
  int      damage_event;
  pid_t    pid;
  int      pidfd;
  gint64   begun;
  Window   window;      /* the first one of a window's size */
  int      width;
  int      height;
  Moment   map;
  Moment   paint;
  Moment   settled;
} Meter;

static int settle_ms = 600;
static int timeout_ms = 60000;

static const GOptionEntry options[] = {
  { "settle", 0, 0, G_OPTION_ARG_INT, &settle_ms, "How long nothing changes in a settled window", "MS" },
  { "timeout", 0, 0, G_OPTION_ARG_INT, &timeout_ms, "When to give up", "MS" },
  { NULL }
};

static double
get_elapsed_ms (Meter *self)
{
  return (double) (g_get_monotonic_time () - self->begun) / 1000;
}

static Moment
now (Meter *self)
{
  return (Moment) { get_elapsed_ms (self), process_tree_get_cpu_ms (self->pid) };
}

/* A window may be gone again by the time we ask about it. */
static int
ignore_error (Display     *display,
              XErrorEvent *event)
{
  return 0;
}

static gboolean
open_display (Meter *self)
{
  int error_event, major = 1, minor = 1;

  self->display = XOpenDisplay (NULL);
  if (self->display == NULL || !XDamageQueryExtension (self->display, &self->damage_event, &error_event))
    return FALSE;
  XSetErrorHandler (ignore_error);
  XDamageQueryVersion (self->display, &major, &minor);
  XSelectInput (self->display, DefaultRootWindow (self->display), SubstructureNotifyMask);
  XSync (self->display, False);
  return TRUE;
}

static gboolean
start_program (Meter  *self,
               char  **argv)
{
  self->begun = g_get_monotonic_time ();
  self->pid = fork ();
  if (self->pid == 0)
    {
      setpgid (0, 0);
      execvp (argv[0], argv);
      fprintf (stderr, "%s: %s\n", argv[0], g_strerror (errno));
      _exit (127);
    }
  setpgid (self->pid, self->pid);
  self->pidfd = pidfd_open (self->pid, 0);
  return self->pid > 0 && self->pidfd >= 0;
}

static void
on_map (Meter     *self,
        XMapEvent *event)
{
  XWindowAttributes attributes;

  if (self->window != None || event->override_redirect
      || !XGetWindowAttributes (self->display, event->window, &attributes)
      || attributes.width < SMALLEST_WINDOW || attributes.height < SMALLEST_WINDOW)
    return;
  self->map = now (self);
  self->window = event->window;
  self->width = attributes.width;
  self->height = attributes.height;
}

static gboolean
has_one_colour (XImage *image)
{
  unsigned long first = XGetPixel (image, 0, 0);

  for (int y = 0; y < image->height; y++)
    for (int x = 0; x < image->width; x++)
      if (XGetPixel (image, x, y) != first)
        return FALSE;
  return TRUE;
}

/*
 * Whether the program has drawn. A window that is mapped counts as damaged all over before anything is drawn
 * in it, so the damage alone would only tell the map a second time.
 */
static gboolean
is_drawn (Meter            *self,
          const XRectangle *place)
{
  int screen = DefaultScreen (self->display);
  int left = MAX (place->x, 0), top = MAX (place->y, 0);
  int right = MIN (place->x + place->width, DisplayWidth (self->display, screen));
  int bottom = MIN (place->y + place->height, DisplayHeight (self->display, screen));
  XImage *image;
  gboolean drawn;

  if (left >= right || top >= bottom)
    return FALSE;
  image = XGetImage (self->display, self->window, left - place->x, top - place->y,
                     (unsigned) (right - left), (unsigned) (bottom - top), AllPlanes, ZPixmap);
  if (image == NULL)
    return FALSE;
  drawn = !has_one_colour (image);
  XDestroyImage (image);
  return drawn;
}

static void
on_damage (Meter              *self,
           XDamageNotifyEvent *event)
{
  Moment moment = now (self);

  if (event->drawable != self->window)
    return;
  if (self->paint.ms < 0)
    {
      if (is_drawn (self, &event->geometry))
        self->paint = self->settled = moment;
    }
  else if (event->area.width * event->area.height >= SMALLEST_CHANGE)
    self->settled = moment;
}

static void
handle_events (Meter *self)
{
  XEvent event;

  while (XPending (self->display) > 0)
    {
      XNextEvent (self->display, &event);
      /* Asked for before the window is mapped, lest its first pixels come before the answer. */
      if (event.type == CreateNotify)
        XDamageCreate (self->display, event.xcreatewindow.window, XDamageReportRawRectangles);
      else if (event.type == MapNotify)
        on_map (self, &event.xmap);
      else if (event.type == self->damage_event + XDamageNotify)
        on_damage (self, (XDamageNotifyEvent *) &event);
    }
  XFlush (self->display);
}

/* Returns: (nullable): what went wrong */
static const char *
watch (Meter *self)
{
  struct pollfd fds[] = {
    { .fd = ConnectionNumber (self->display), .events = POLLIN },
    { .fd = self->pidfd, .events = POLLIN },
  };

  for (;;)
    {
      double deadline = self->settled.ms >= 0 ? self->settled.ms + settle_ms : timeout_ms;
      double left = MIN (deadline, timeout_ms) - get_elapsed_ms (self);

      if (left <= 0 && deadline < timeout_ms)
        return NULL;
      if (left <= 0)
        return self->paint.ms >= 0 ? "the window never settled" : "no window was painted in time";
      if (poll (fds, G_N_ELEMENTS (fds), (int) left + 1) < 0 && errno != EINTR)
        return "the display cannot be watched";
      handle_events (self);
      if (fds[1].revents != 0)
        return "the program ended";
    }
}

static void
end_program (Meter *self)
{
  struct pollfd fd = { .fd = self->pidfd, .events = POLLIN };

  kill (-self->pid, SIGTERM);
  if (poll (&fd, 1, 10000) == 0)
    kill (-self->pid, SIGKILL);
  waitpid (self->pid, NULL, 0);
}

static void
report (Meter *self)
{
  double own_pss_mb, family_pss_mb;
  guint n_processes;

  process_tree_measure (self->pid, &n_processes, &own_pss_mb, &family_pss_mb);
  printf ("{\"map_ms\":%.1f,\"paint_ms\":%.1f,\"settled_ms\":%.1f,"
          "\"cpu_map_ms\":%.1f,\"cpu_paint_ms\":%.1f,\"cpu_settled_ms\":%.1f,"
          "\"pss_mb\":%.1f,\"family_pss_mb\":%.1f,\"processes\":%u,\"width\":%d,\"height\":%d}\n",
          self->map.ms, self->paint.ms, self->settled.ms, self->map.cpu_ms, self->paint.cpu_ms,
          self->settled.cpu_ms, own_pss_mb, family_pss_mb, n_processes, self->width, self->height);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("CMD…");
  g_autoptr (GError) error = NULL;
  Meter self = { .map = { .ms = -1 }, .paint = { .ms = -1 }, .settled = { .ms = -1 } };
  const char *problem;

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_set_strict_posix (context, TRUE);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc < 2)
    {
      fprintf (stderr, "%s\n", error != NULL ? error->message : "Which program?");
      return 2;
    }
  if (!open_display (&self) || !start_program (&self, argv + 1))
    {
      fprintf (stderr, "No X display with damage events, or the program cannot be started\n");
      return 2;
    }

  problem = watch (&self);
  if (problem != NULL)
    fprintf (stderr, "startmeter: %s\n", problem);
  else
    report (&self);
  end_program (&self);
  XCloseDisplay (self.display);
  return problem != NULL ? EXIT_FAILURE : EXIT_SUCCESS;
}
