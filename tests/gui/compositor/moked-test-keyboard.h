/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "moked-test-compositor.h"

MokedTestKeyboard *moked_test_keyboard_new        (MokedTestCompositor *compositor);
gboolean           moked_test_keyboard_press      (MokedTestKeyboard   *self,
                                                   const char          *combination,
                                                   GString             *answer);
gboolean           moked_test_keyboard_type       (MokedTestKeyboard   *self,
                                                   const char          *text,
                                                   GString             *answer);
gboolean           moked_test_keyboard_set_layout (MokedTestKeyboard   *self,
                                                   const char          *name,
                                                   GString             *answer);
