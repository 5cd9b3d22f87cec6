/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "moked-test-compositor.h"

MokedTestOutput *moked_test_output_new             (MokedTestCompositor *compositor,
                                                    int                  width,
                                                    int                  height);
gboolean         moked_test_output_resize          (MokedTestOutput     *self,
                                                    int                  width,
                                                    int                  height,
                                                    double               scale);
void             moked_test_output_get_size        (MokedTestOutput     *self,
                                                    int                 *width,
                                                    int                 *height);
void             moked_test_output_take_screenshot (MokedTestOutput     *self,
                                                    const char          *path);
