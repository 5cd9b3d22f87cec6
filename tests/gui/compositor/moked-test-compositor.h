/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <wayland-server-core.h>

struct wlr_allocator;
struct wlr_backend;
struct wlr_renderer;
struct wlr_scene;
struct wlr_seat;

typedef struct _MokedTestClipboard MokedTestClipboard;
typedef struct _MokedTestCommands  MokedTestCommands;
typedef struct _MokedTestKeyboard  MokedTestKeyboard;
typedef struct _MokedTestOutput    MokedTestOutput;
typedef struct _MokedTestPen       MokedTestPen;
typedef struct _MokedTestPointer   MokedTestPointer;
typedef struct _MokedTestWindows   MokedTestWindows;

/*
 * The compositor is a process with one screen and one person in front of it. The parts below live
 * as long as the process does, so none of them has a destructor.
 */
typedef struct
{
  struct wl_display    *display;
  struct wl_event_loop *loop;
  struct wlr_backend   *backend;
  struct wlr_renderer  *renderer;
  struct wlr_allocator *allocator;
  struct wlr_scene     *scene;
  struct wlr_seat      *seat;

  MokedTestOutput      *output;
  MokedTestWindows     *windows;
  MokedTestKeyboard    *keyboard;
  MokedTestPointer     *pointer;
  MokedTestPen         *pen;
  MokedTestClipboard   *clipboard;
  MokedTestCommands    *commands;
} MokedTestCompositor;

guint32 moked_test_compositor_now (void);
