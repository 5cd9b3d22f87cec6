/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "moked-test-compositor.h"

MokedTestClipboard *moked_test_clipboard_new  (MokedTestCompositor *compositor);
void                moked_test_clipboard_copy (MokedTestClipboard  *self,
                                               const char          *text);
gboolean            moked_test_clipboard_read (MokedTestClipboard  *self,
                                               GString             *answer);
