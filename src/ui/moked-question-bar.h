/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_QUESTION_BAR (moked_question_bar_get_type ())
G_DECLARE_FINAL_TYPE (MokedQuestionBar, moked_question_bar, MOKED, QUESTION_BAR, AdwBin)

void moked_question_bar_show (MokedQuestionBar *self,
                              MokedUiContext   *context,
                              const char       *subject_id);

G_END_DECLS
