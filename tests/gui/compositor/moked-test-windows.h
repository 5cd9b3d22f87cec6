/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "moked-test-compositor.h"

struct wlr_surface;

MokedTestWindows   *moked_test_windows_new             (MokedTestCompositor *compositor);
struct wlr_surface *moked_test_windows_get_surface_at  (MokedTestWindows    *self,
                                                        double               x,
                                                        double               y,
                                                        double              *surface_x,
                                                        double              *surface_y);
void                moked_test_windows_fit_to_output   (MokedTestWindows    *self);
gboolean            moked_test_windows_close_front     (MokedTestWindows    *self);
gint64              moked_test_windows_get_last_change (MokedTestWindows    *self);
char               *moked_test_windows_describe        (MokedTestWindows    *self);
