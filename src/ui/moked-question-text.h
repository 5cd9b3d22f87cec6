/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

char       *moked_question_text_dup         (MokedUiContext *context,
                                             MokedMutation  *mutation);
const char *moked_question_text_get_confirm (MokedMutation  *mutation);
const char *moked_question_text_get_drop    (MokedMutation  *mutation);

G_END_DECLS
