/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A pen tablet with a pen and an eraser. */

#include "moked-test-pen.h"

#include <string.h>
#include <wlr/interfaces/wlr_tablet_tool.h>
#include <wlr/types/wlr_tablet_v2.h>

#include "moked-test-windows.h"

enum { PEN, ERASER, N_TOOLS };

struct _MokedTestPen
{
  MokedTestCompositor              *compositor;
  struct wlr_tablet                 tablet;
  struct wlr_tablet_tool            tools[N_TOOLS];
  struct wlr_tablet_v2_tablet      *tablet_v2;
  struct wlr_tablet_v2_tablet_tool *tools_v2[N_TOOLS];
  struct wlr_tablet_v2_tablet_tool *tool;       /* the one in the hand */
  double                            origin_x;   /* of the surface that the tip went down on */
  double                            origin_y;
};

gboolean
moked_test_pen_set_tool (MokedTestPen *self,
                         const char   *name,
                         GString      *answer)
{
  if (strcmp (name, "pen") == 0)
    self->tool = self->tools_v2[PEN];
  else if (strcmp (name, "eraser") == 0)
    self->tool = self->tools_v2[ERASER];
  else
    {
      g_string_append_printf (answer, "no tool is called %s", name);
      return FALSE;
    }
  return TRUE;
}

/* A stroke stays with the surface that it began on. */
static gboolean
find_surface (MokedTestPen *self,
              double        x,
              double        y)
{
  double surface_x, surface_y;
  struct wlr_surface *surface;

  if (self->tool->is_down)
    return TRUE;

  surface = moked_test_windows_get_surface_at (self->compositor->windows, x, y, &surface_x, &surface_y);
  if (surface == NULL)
    return FALSE;
  if (self->tool->focused_surface != surface)
    wlr_tablet_v2_tablet_tool_notify_proximity_in (self->tool, self->tablet_v2, surface);
  self->origin_x = x - surface_x;
  self->origin_y = y - surface_y;
  return TRUE;
}

/* Moves the pen, near the surface or on it; the first move brings it near. */
gboolean
moked_test_pen_move (MokedTestPen *self,
                     double        x,
                     double        y,
                     double        pressure)
{
  if (!find_surface (self, x, y))
    return FALSE;

  /* GTK 4.18 copies the pressure when motion arrives: sent after it, each sample would carry the
   * pressure of the sample before, and no test could expect an exact value. */
  wlr_tablet_v2_tablet_tool_notify_pressure (self->tool, pressure);
  wlr_tablet_v2_tablet_tool_notify_motion (self->tool, x - self->origin_x, y - self->origin_y);
  return TRUE;
}

void
moked_test_pen_down (MokedTestPen *self)
{
  wlr_tablet_v2_tablet_tool_notify_down (self->tool);
}

void
moked_test_pen_up (MokedTestPen *self)
{
  wlr_tablet_v2_tablet_tool_notify_up (self->tool);
}

void
moked_test_pen_leave (MokedTestPen *self)
{
  wlr_tablet_v2_tablet_tool_notify_proximity_out (self->tool);
}

static void
add_tool (MokedTestPen                *self,
          struct wlr_tablet_manager_v2 *manager,
          int                           index,
          enum wlr_tablet_tool_type     type)
{
  struct wlr_tablet_tool *tool = &self->tools[index];

  tool->type = type;
  tool->hardware_serial = 4242 + (uint64_t) index;
  tool->pressure = true;
  wl_signal_init (&tool->events.destroy);
  self->tools_v2[index] = wlr_tablet_tool_create (manager, self->compositor->seat, tool);
}

MokedTestPen *
moked_test_pen_new (MokedTestCompositor *compositor)
{
  static const struct wlr_tablet_impl impl = { .name = "test tablet" };
  MokedTestPen *self = g_new0 (MokedTestPen, 1);
  struct wlr_tablet_manager_v2 *manager = wlr_tablet_v2_create (compositor->display);

  self->compositor = compositor;
  wlr_tablet_init (&self->tablet, &impl, "Test Tablet");
  self->tablet_v2 = wlr_tablet_create (manager, compositor->seat, &self->tablet.base);
  add_tool (self, manager, PEN, WLR_TABLET_TOOL_TYPE_PEN);
  add_tool (self, manager, ERASER, WLR_TABLET_TOOL_TYPE_ERASER);
  self->tool = self->tools_v2[PEN];
  return self;
}
