/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * late-painter MS: shows a window at once and paints it MS milliseconds later, for the start-up meter's test:
 * a window that is there is not yet one in which there is something.
 */

#include <X11/Xlib.h>
#include <glib.h>
#include <stdlib.h>

int
main (int    argc,
      char **argv)
{
  Display *display = XOpenDisplay (NULL);
  XSetWindowAttributes attributes = { .background_pixmap = None };
  Window window;

  if (display == NULL || argc != 2)
    return EXIT_FAILURE;
  window = XCreateWindow (display, DefaultRootWindow (display), 0, 0, 400, 300, 0, CopyFromParent, InputOutput,
                          CopyFromParent, CWBackPixmap, &attributes);
  XMapWindow (display, window);
  XSync (display, False);
  g_usleep ((gulong) atoi (argv[1]) * 1000);
  XSetForeground (display, DefaultGC (display, 0), WhitePixel (display, 0));
  XFillRectangle (display, window, DefaultGC (display, 0), 50, 50, 300, 200);
  XSync (display, False);
  for (;;)
    g_usleep (G_USEC_PER_SEC);
}
