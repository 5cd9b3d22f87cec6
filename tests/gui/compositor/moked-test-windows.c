/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Top-level windows fill the screen, windows that have a parent stand in its middle at the size they
 * wish, and the window that was opened last is in front and has the keyboard.
 */

#include "moked-test-windows.h"

#include <wlr/types/wlr_compositor.h>
#include <wlr/types/wlr_scene.h>
#include <wlr/types/wlr_seat.h>
#include <wlr/types/wlr_xdg_shell.h>

#include "moked-test-output.h"

struct _MokedTestWindows
{
  MokedTestCompositor *compositor;
  struct wl_list       windows;        /* Window.link, the one in front first */
  gint64               last_change;
  struct wl_listener   new_toplevel;
  struct wl_listener   new_popup;
};

typedef struct
{
  MokedTestWindows        *owner;
  struct wlr_xdg_toplevel *toplevel;
  struct wlr_scene_tree   *tree;
  gboolean                 mapped;
  struct wl_list           link;
  struct wl_listener       map;
  struct wl_listener       unmap;
  struct wl_listener       commit;
  struct wl_listener       destroy;
  struct wl_listener       request_maximize;
  struct wl_listener       request_fullscreen;
} Window;

typedef struct
{
  MokedTestWindows     *owner;
  struct wlr_xdg_popup *popup;
  struct wl_listener    commit;
  struct wl_listener    destroy;
  struct wl_listener    reposition;
} Popup;

static void
connect (struct wl_signal    *signal,
         struct wl_listener  *listener,
         wl_notify_func_t     notify)
{
  listener->notify = notify;
  wl_signal_add (signal, listener);
}

static Window *
get_front (MokedTestWindows *self)
{
  Window *window;

  wl_list_for_each (window, &self->windows, link)
    if (window->mapped)
      return window;
  return NULL;
}

static void
update_focus (MokedTestWindows *self)
{
  struct wlr_seat *seat = self->compositor->seat;
  struct wlr_keyboard_modifiers none = { 0 };
  Window *front = get_front (self);
  Window *window;

  wl_list_for_each (window, &self->windows, link)
    if (window->mapped)
      wlr_xdg_toplevel_set_activated (window->toplevel, window == front);

  if (front == NULL)
    {
      wlr_seat_keyboard_notify_clear_focus (seat);
      return;
    }
  wlr_scene_node_raise_to_top (&front->tree->node);
  wlr_seat_keyboard_notify_enter (seat, front->toplevel->base->surface, NULL, 0, &none);
}

static void
fit_to_output (Window *window)
{
  int width, height;

  moked_test_output_get_size (window->owner->compositor->output, &width, &height);
  wlr_xdg_toplevel_set_size (window->toplevel, width, height);
}

static void
place (Window *window)
{
  struct wlr_box geometry;
  int width, height, x = 0, y = 0;

  if (window->toplevel->parent != NULL)
    {
      moked_test_output_get_size (window->owner->compositor->output, &width, &height);
      wlr_xdg_surface_get_geometry (window->toplevel->base, &geometry);
      x = (width - geometry.width) / 2;
      y = (height - geometry.height) / 2;
    }
  wlr_scene_node_set_position (&window->tree->node, x, y);
}

static void
on_map (struct wl_listener *listener,
        void               *data)
{
  Window *window = wl_container_of (listener, window, map);

  window->mapped = TRUE;
  wl_list_remove (&window->link);
  wl_list_insert (&window->owner->windows, &window->link);
  update_focus (window->owner);
}

static void
on_unmap (struct wl_listener *listener,
          void               *data)
{
  Window *window = wl_container_of (listener, window, unmap);

  window->mapped = FALSE;
  update_focus (window->owner);
}

static void
on_commit (struct wl_listener *listener,
           void               *data)
{
  Window *window = wl_container_of (listener, window, commit);

  window->owner->last_change = g_get_monotonic_time ();
  if (window->toplevel->base->initial_commit)
    {
      if (window->toplevel->parent == NULL)
        {
          fit_to_output (window);
          wlr_xdg_toplevel_set_maximized (window->toplevel, true);
        }
      else
        wlr_xdg_toplevel_set_size (window->toplevel, 0, 0);
    }
  place (window);
}

/* A client that asks for a state must get a configure event back, also when nothing changes. */
static void
on_request_maximize (struct wl_listener *listener,
                     void               *data)
{
  Window *window = wl_container_of (listener, window, request_maximize);

  if (window->toplevel->base->initialized)
    wlr_xdg_surface_schedule_configure (window->toplevel->base);
}

static void
on_request_fullscreen (struct wl_listener *listener,
                       void               *data)
{
  Window *window = wl_container_of (listener, window, request_fullscreen);

  if (!window->toplevel->base->initialized)
    return;
  if (window->toplevel->requested.fullscreen)
    fit_to_output (window);
  wlr_xdg_toplevel_set_fullscreen (window->toplevel, window->toplevel->requested.fullscreen);
}

static void
on_destroy (struct wl_listener *listener,
            void               *data)
{
  Window *window = wl_container_of (listener, window, destroy);

  wl_list_remove (&window->map.link);
  wl_list_remove (&window->unmap.link);
  wl_list_remove (&window->commit.link);
  wl_list_remove (&window->destroy.link);
  wl_list_remove (&window->request_maximize.link);
  wl_list_remove (&window->request_fullscreen.link);
  wl_list_remove (&window->link);
  g_free (window);
}

static void
on_new_toplevel (struct wl_listener *listener,
                 void               *data)
{
  MokedTestWindows *self = wl_container_of (listener, self, new_toplevel);
  struct wlr_xdg_toplevel *toplevel = data;
  Window *window = g_new0 (Window, 1);

  window->owner = self;
  window->toplevel = toplevel;
  window->tree = wlr_scene_xdg_surface_create (&self->compositor->scene->tree, toplevel->base);
  toplevel->base->data = window->tree;
  connect (&toplevel->base->surface->events.map, &window->map, on_map);
  connect (&toplevel->base->surface->events.unmap, &window->unmap, on_unmap);
  connect (&toplevel->base->surface->events.commit, &window->commit, on_commit);
  connect (&toplevel->events.destroy, &window->destroy, on_destroy);
  connect (&toplevel->events.request_maximize, &window->request_maximize, on_request_maximize);
  connect (&toplevel->events.request_fullscreen, &window->request_fullscreen, on_request_fullscreen);
  wl_list_insert (self->windows.prev, &window->link);
}

/* Lets the popup flip or slide where it would leave the screen. */
static void
unconstrain (Popup *popup)
{
  struct wlr_scene_tree *tree = popup->popup->base->data;
  struct wlr_box space = { 0 };
  int x = 0, y = 0;

  moked_test_output_get_size (popup->owner->compositor->output, &space.width, &space.height);
  /* The space is told in the coordinates of the root window, which is the first tree below the scene. */
  while (tree->node.parent != NULL && tree->node.parent != &popup->owner->compositor->scene->tree)
    tree = tree->node.parent;
  wlr_scene_node_coords (&tree->node, &x, &y);
  space.x = -x;
  space.y = -y;
  wlr_xdg_popup_unconstrain_from_box (popup->popup, &space);
}

static void
on_popup_commit (struct wl_listener *listener,
                 void               *data)
{
  Popup *popup = wl_container_of (listener, popup, commit);

  popup->owner->last_change = g_get_monotonic_time ();
  if (popup->popup->base->initial_commit)
    {
      unconstrain (popup);
      wlr_xdg_surface_schedule_configure (popup->popup->base);
    }
}

static void
on_popup_reposition (struct wl_listener *listener,
                     void               *data)
{
  Popup *popup = wl_container_of (listener, popup, reposition);

  unconstrain (popup);
}

static void
on_popup_destroy (struct wl_listener *listener,
                  void               *data)
{
  Popup *popup = wl_container_of (listener, popup, destroy);

  wl_list_remove (&popup->commit.link);
  wl_list_remove (&popup->destroy.link);
  wl_list_remove (&popup->reposition.link);
  g_free (popup);
}

static void
on_new_popup (struct wl_listener *listener,
              void               *data)
{
  MokedTestWindows *self = wl_container_of (listener, self, new_popup);
  struct wlr_xdg_popup *wlr_popup = data;
  struct wlr_xdg_surface *parent = wlr_xdg_surface_try_from_wlr_surface (wlr_popup->parent);
  Popup *popup;

  if (parent == NULL)
    return;

  popup = g_new0 (Popup, 1);
  popup->owner = self;
  popup->popup = wlr_popup;
  wlr_popup->base->data = wlr_scene_xdg_surface_create (parent->data, wlr_popup->base);
  connect (&wlr_popup->base->surface->events.commit, &popup->commit, on_popup_commit);
  connect (&wlr_popup->events.reposition, &popup->reposition, on_popup_reposition);
  connect (&wlr_popup->events.destroy, &popup->destroy, on_popup_destroy);
}

/* Returns: (nullable): the surface that takes input at this place of the screen */
struct wlr_surface *
moked_test_windows_get_surface_at (MokedTestWindows *self,
                                   double            x,
                                   double            y,
                                   double           *surface_x,
                                   double           *surface_y)
{
  struct wlr_scene_node *node;
  struct wlr_scene_surface *surface;

  node = wlr_scene_node_at (&self->compositor->scene->tree.node, x, y, surface_x, surface_y);
  if (node == NULL || node->type != WLR_SCENE_NODE_BUFFER)
    return NULL;

  surface = wlr_scene_surface_try_from_buffer (wlr_scene_buffer_from_node (node));
  return surface != NULL ? surface->surface : NULL;
}

void
moked_test_windows_fit_to_output (MokedTestWindows *self)
{
  Window *window;

  wl_list_for_each (window, &self->windows, link)
    if (window->toplevel->base->initialized && window->toplevel->parent == NULL)
      fit_to_output (window);
}

/* Asks the window in front to close, as the person's close button or Alt+F4 does. */
gboolean
moked_test_windows_close_front (MokedTestWindows *self)
{
  Window *front = get_front (self);

  if (front == NULL)
    return FALSE;
  wlr_xdg_toplevel_send_close (front->toplevel);
  return TRUE;
}

/* When any window or popup last showed something new, on the monotonic clock in microseconds. */
gint64
moked_test_windows_get_last_change (MokedTestWindows *self)
{
  return self->last_change;
}

/* Returns: (transfer full): "X Y WIDTHxHEIGHT title" of each window, front first, joined by " | " */
char *
moked_test_windows_describe (MokedTestWindows *self)
{
  GString *text = g_string_new (NULL);
  struct wlr_box geometry;
  Window *window;

  wl_list_for_each (window, &self->windows, link)
    {
      if (!window->mapped)
        continue;
      wlr_xdg_surface_get_geometry (window->toplevel->base, &geometry);
      g_string_append_printf (text, "%s%d %d %dx%d %s", text->len > 0 ? " | " : "",
                              window->tree->node.x, window->tree->node.y, geometry.width, geometry.height,
                              window->toplevel->title != NULL ? window->toplevel->title : "");
    }
  return g_string_free (text, FALSE);
}

MokedTestWindows *
moked_test_windows_new (MokedTestCompositor *compositor)
{
  MokedTestWindows *self = g_new0 (MokedTestWindows, 1);
  struct wlr_xdg_shell *shell = wlr_xdg_shell_create (compositor->display, 6);

  self->compositor = compositor;
  wl_list_init (&self->windows);
  connect (&shell->events.new_toplevel, &self->new_toplevel, on_new_toplevel);
  connect (&shell->events.new_popup, &self->new_popup, on_new_popup);
  return self;
}
