/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The mouse. */

#include "moked-test-pointer.h"

#include <linux/input-event-codes.h>
#include <wlr/types/wlr_seat.h>

#include "moked-test-windows.h"

/* Longer than the 400 ms within which GTK makes two clicks a double click. */
#define CLICKS_APART_MS 600

struct _MokedTestPointer
{
  MokedTestCompositor *compositor;
  guint32              last_click;
  guint32              skew;
};

/*
 * A test clicks far faster than a person, and two clicks that it means as two must not become a double
 * click. So the time that is told to programs runs ahead where clicks would come too close.
 */
static guint32
get_time (MokedTestPointer *self)
{
  return moked_test_compositor_now () + self->skew;
}

static void
keep_clicks_apart (MokedTestPointer *self)
{
  guint32 since = get_time (self) - self->last_click;

  if (since < CLICKS_APART_MS)
    self->skew += CLICKS_APART_MS - since;
  self->last_click = get_time (self);
}

void
moked_test_pointer_move (MokedTestPointer *self,
                         double            x,
                         double            y)
{
  struct wlr_seat *seat = self->compositor->seat;
  double surface_x, surface_y;
  struct wlr_surface *surface;

  surface = moked_test_windows_get_surface_at (self->compositor->windows, x, y, &surface_x, &surface_y);
  if (surface == NULL)
    wlr_seat_pointer_notify_clear_focus (seat);
  /* While a button is down the surface that got the press keeps the pointer. */
  else if (seat->pointer_state.button_count == 0 || seat->pointer_state.focused_surface == surface)
    {
      wlr_seat_pointer_notify_enter (seat, surface, surface_x, surface_y);
      wlr_seat_pointer_notify_motion (seat, get_time (self), surface_x, surface_y);
    }
  wlr_seat_pointer_notify_frame (seat);
}

gboolean
moked_test_pointer_button (MokedTestPointer *self,
                           int               button,
                           gboolean          pressed)
{
  static const uint32_t codes[] = { BTN_LEFT, BTN_MIDDLE, BTN_RIGHT };

  if (button < 1 || button > (int) G_N_ELEMENTS (codes))
    return FALSE;
  wlr_seat_pointer_notify_button (self->compositor->seat, get_time (self), codes[button - 1],
                                  pressed ? WL_POINTER_BUTTON_STATE_PRESSED : WL_POINTER_BUTTON_STATE_RELEASED);
  wlr_seat_pointer_notify_frame (self->compositor->seat);
  return TRUE;
}

gboolean
moked_test_pointer_click (MokedTestPointer *self,
                          int               button,
                          int               times)
{
  keep_clicks_apart (self);
  for (int i = 0; i < times; i++)
    if (!moked_test_pointer_button (self, button, TRUE) || !moked_test_pointer_button (self, button, FALSE))
      return FALSE;
  return TRUE;
}

/* Turns the wheel; positive notches scroll towards the end. */
void
moked_test_pointer_scroll (MokedTestPointer *self,
                           double            notches)
{
  wlr_seat_pointer_notify_axis (self->compositor->seat, get_time (self), WL_POINTER_AXIS_VERTICAL_SCROLL,
                                notches * 10, (int32_t) (notches * WLR_POINTER_AXIS_DISCRETE_STEP),
                                WL_POINTER_AXIS_SOURCE_WHEEL, WL_POINTER_AXIS_RELATIVE_DIRECTION_IDENTICAL);
  wlr_seat_pointer_notify_frame (self->compositor->seat);
}

MokedTestPointer *
moked_test_pointer_new (MokedTestCompositor *compositor)
{
  MokedTestPointer *self = g_new0 (MokedTestPointer, 1);

  self->compositor = compositor;
  return self;
}
