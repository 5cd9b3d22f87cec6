/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one screen: its size, its frames, and pictures of it. */

#include "moked-test-output.h"

#include <cairo.h>
#include <time.h>
#include <wlr/backend/headless.h>
#include <wlr/types/wlr_buffer.h>
#include <wlr/types/wlr_output.h>
#include <wlr/types/wlr_output_layout.h>
#include <wlr/types/wlr_scene.h>
#include <wlr/types/wlr_xdg_output_v1.h>

#include "moked-test-commands.h"

struct _MokedTestOutput
{
  MokedTestCompositor     *compositor;
  struct wlr_output       *output;
  struct wlr_scene_output *scene_output;
  struct wl_listener       frame;
  char                    *screenshot_path;   /* set while a picture is asked for */
};

static void
save_screenshot (MokedTestOutput   *self,
                 struct wlr_buffer *buffer)
{
  g_autofree char *path = g_steal_pointer (&self->screenshot_path);
  cairo_surface_t *surface;
  cairo_status_t status;
  void *pixels;
  uint32_t format;
  size_t stride;

  if (!wlr_buffer_begin_data_ptr_access (buffer, WLR_BUFFER_DATA_PTR_ACCESS_READ, &pixels, &format, &stride))
    {
      moked_test_commands_finish (self->compositor->commands, FALSE, "the screen cannot be read");
      return;
    }

  surface = cairo_image_surface_create_for_data (pixels, CAIRO_FORMAT_RGB24,
                                                 buffer->width, buffer->height, (int) stride);
  status = cairo_surface_write_to_png (surface, path);
  cairo_surface_destroy (surface);
  wlr_buffer_end_data_ptr_access (buffer);

  if (status == CAIRO_STATUS_SUCCESS)
    moked_test_commands_finish (self->compositor->commands, TRUE, path);
  else
    moked_test_commands_finish (self->compositor->commands, FALSE, cairo_status_to_string (status));
}

static void
on_frame (struct wl_listener *listener,
          void               *data)
{
  MokedTestOutput *self = wl_container_of (listener, self, frame);
  struct wlr_output_state state;
  struct timespec now;

  if (self->screenshot_path != NULL)
    wlr_damage_ring_add_whole (&self->scene_output->damage_ring);

  wlr_output_state_init (&state);
  if (wlr_scene_output_build_state (self->scene_output, &state, NULL))
    {
      if (self->screenshot_path != NULL && (state.committed & WLR_OUTPUT_STATE_BUFFER) != 0)
        save_screenshot (self, state.buffer);
      wlr_output_commit_state (self->output, &state);
    }
  wlr_output_state_finish (&state);

  clock_gettime (CLOCK_MONOTONIC, &now);
  wlr_scene_output_send_frame_done (self->scene_output, &now);
}

/* Asks for a picture of the next frame; the command that is under way is answered when it is written. */
void
moked_test_output_take_screenshot (MokedTestOutput *self,
                                   const char      *path)
{
  g_set_str (&self->screenshot_path, path);
  wlr_damage_ring_add_whole (&self->scene_output->damage_ring);
  wlr_output_schedule_frame (self->output);
}

gboolean
moked_test_output_resize (MokedTestOutput *self,
                          int              width,
                          int              height,
                          double           scale)
{
  struct wlr_output_state state;
  gboolean success;

  wlr_output_state_init (&state);
  wlr_output_state_set_custom_mode (&state, width, height, 0);
  wlr_output_state_set_scale (&state, (float) scale);
  success = wlr_output_commit_state (self->output, &state);
  wlr_output_state_finish (&state);
  return success;
}

/* The size that windows see, that is, in logical pixels. */
void
moked_test_output_get_size (MokedTestOutput *self,
                            int             *width,
                            int             *height)
{
  wlr_output_effective_resolution (self->output, width, height);
}

MokedTestOutput *
moked_test_output_new (MokedTestCompositor *compositor,
                       int                  width,
                       int                  height)
{
  MokedTestOutput *self = g_new0 (MokedTestOutput, 1);
  struct wlr_output_layout *layout = wlr_output_layout_create (compositor->display);
  struct wlr_scene_output_layout *scene_layout = wlr_scene_attach_output_layout (compositor->scene, layout);
  struct wlr_output_state state;

  self->compositor = compositor;
  wlr_xdg_output_manager_v1_create (compositor->display, layout);
  self->output = wlr_headless_add_output (compositor->backend, width, height);
  wlr_output_init_render (self->output, compositor->allocator, compositor->renderer);

  wlr_output_state_init (&state);
  wlr_output_state_set_enabled (&state, true);
  wlr_output_commit_state (self->output, &state);
  wlr_output_state_finish (&state);

  self->scene_output = wlr_scene_output_create (compositor->scene, self->output);
  wlr_scene_output_layout_add_output (scene_layout,
                                      wlr_output_layout_add_auto (layout, self->output),
                                      self->scene_output);
  self->frame.notify = on_frame;
  wl_signal_add (&self->output->events.frame, &self->frame);
  return self;
}
