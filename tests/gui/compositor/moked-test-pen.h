/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "moked-test-compositor.h"

MokedTestPen *moked_test_pen_new      (MokedTestCompositor *compositor);
gboolean      moked_test_pen_set_tool (MokedTestPen        *self,
                                       const char          *name,
                                       GString             *answer);
gboolean      moked_test_pen_move     (MokedTestPen        *self,
                                       double               x,
                                       double               y,
                                       double               pressure);
void          moked_test_pen_down     (MokedTestPen        *self);
void          moked_test_pen_up       (MokedTestPen        *self);
void          moked_test_pen_leave    (MokedTestPen        *self);
