/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "moked-test-compositor.h"

MokedTestPointer *moked_test_pointer_new    (MokedTestCompositor *compositor);
void              moked_test_pointer_move   (MokedTestPointer    *self,
                                             double               x,
                                             double               y);
gboolean          moked_test_pointer_button (MokedTestPointer    *self,
                                             int                  button,
                                             gboolean             pressed);
gboolean          moked_test_pointer_click  (MokedTestPointer    *self,
                                             int                  button,
                                             int                  times);
void              moked_test_pointer_scroll (MokedTestPointer    *self,
                                             double               notches);
