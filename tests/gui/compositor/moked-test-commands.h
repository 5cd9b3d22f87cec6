/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "moked-test-compositor.h"

MokedTestCommands *moked_test_commands_new    (MokedTestCompositor *compositor);
void               moked_test_commands_finish (MokedTestCommands   *self,
                                               gboolean             success,
                                               const char          *text);
char              *moked_test_commands_escape (const char          *text);
