/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A Wayland compositor without a screen, a graphics card or input devices, for tests that use a
 * program as a person does. What the person does comes as lines of text on standard input, and each
 * line is answered on standard output; moked-test-commands.c lists them.
 *
 * Top-level windows are as large as the screen, so that a position in the window, which is all that
 * AT-SPI tells under Wayland, is also the position on the screen.
 */

#include "moked-test-compositor.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <wlr/backend/headless.h>
#include <wlr/render/allocator.h>
#include <wlr/render/pixman.h>
#include <wlr/types/wlr_compositor.h>
#include <wlr/types/wlr_data_control_v1.h>
#include <wlr/types/wlr_data_device.h>
#include <wlr/types/wlr_fractional_scale_v1.h>
#include <wlr/types/wlr_presentation_time.h>
#include <wlr/types/wlr_primary_selection_v1.h>
#include <wlr/types/wlr_scene.h>
#include <wlr/types/wlr_seat.h>
#include <wlr/types/wlr_single_pixel_buffer_v1.h>
#include <wlr/types/wlr_subcompositor.h>
#include <wlr/types/wlr_viewporter.h>
#include <wlr/types/wlr_xdg_activation_v1.h>
#include <wlr/util/log.h>

#include "moked-test-clipboard.h"
#include "moked-test-commands.h"
#include "moked-test-keyboard.h"
#include "moked-test-output.h"
#include "moked-test-pen.h"
#include "moked-test-pointer.h"
#include "moked-test-windows.h"

static char *socket_name = NULL;
static int   width = 1280;
static int   height = 800;

static const GOptionEntry options[] = {
  { "socket", 's', 0, G_OPTION_ARG_STRING, &socket_name, "Name of the Wayland socket", "NAME" },
  { "width", 'w', 0, G_OPTION_ARG_INT, &width, "Width of the screen", "PIXELS" },
  { "height", 'h', 0, G_OPTION_ARG_INT, &height, "Height of the screen", "PIXELS" },
  { NULL }
};

/* The time of an input event, in milliseconds. */
guint32
moked_test_compositor_now (void)
{
  return (guint32) (g_get_monotonic_time () / 1000);
}

static void
create_globals (MokedTestCompositor *self)
{
  wlr_compositor_create (self->display, 6, self->renderer);
  wlr_subcompositor_create (self->display);
  wlr_data_device_manager_create (self->display);
  wlr_data_control_manager_v1_create (self->display);
  wlr_primary_selection_v1_device_manager_create (self->display);
  wlr_viewporter_create (self->display);
  wlr_single_pixel_buffer_manager_v1_create (self->display);
  wlr_fractional_scale_manager_v1_create (self->display, 1);
  wlr_presentation_create (self->display, self->backend);
  wlr_xdg_activation_v1_create (self->display);
}

static void
create_backend (MokedTestCompositor *self)
{
  self->display = wl_display_create ();
  self->loop = wl_display_get_event_loop (self->display);
  self->backend = wlr_headless_backend_create (self->loop);
  self->renderer = wlr_pixman_renderer_create ();
  wlr_renderer_init_wl_display (self->renderer, self->display);
  self->allocator = wlr_allocator_autocreate (self->backend, self->renderer);

  /* A full-screen window's own buffer would go to the output unseen by us, and could not be read back. */
  g_setenv ("WLR_SCENE_DISABLE_DIRECT_SCANOUT", "1", TRUE);
  self->scene = wlr_scene_create ();
}

static void
create_person (MokedTestCompositor *self)
{
  self->seat = wlr_seat_create (self->display, "seat0");
  wlr_seat_set_capabilities (self->seat, WL_SEAT_CAPABILITY_POINTER | WL_SEAT_CAPABILITY_KEYBOARD);

  self->keyboard = moked_test_keyboard_new (self);
  self->pointer = moked_test_pointer_new (self);
  self->pen = moked_test_pen_new (self);
  self->clipboard = moked_test_clipboard_new (self);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- a screen for GUI tests");
  g_autoptr (GError) error = NULL;
  static MokedTestCompositor self;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }

  signal (SIGPIPE, SIG_IGN);
  wlr_log_init (WLR_ERROR, NULL);
  create_backend (&self);
  create_globals (&self);
  self.output = moked_test_output_new (&self, width, height);
  self.windows = moked_test_windows_new (&self);
  create_person (&self);

  if (socket_name == NULL)
    socket_name = g_strdup ("wayland-0");
  if (wl_display_add_socket (self.display, socket_name) != 0 || !wlr_backend_start (self.backend))
    {
      g_printerr ("Cannot serve the Wayland socket “%s”\n", socket_name);
      return EXIT_FAILURE;
    }

  self.commands = moked_test_commands_new (&self);
  printf ("ready %s\n", socket_name);
  fflush (stdout);
  wl_display_run (self.display);

  /* Letting the process end closes every client's connection; taking the parts down one by one
   * would only prove wlroots' destructors. */
  return EXIT_SUCCESS;
}
