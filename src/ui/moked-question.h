/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_QUESTION (moked_question_get_type ())
G_DECLARE_FINAL_TYPE (MokedQuestion, moked_question, MOKED, QUESTION, GtkBox)

GtkWidget *moked_question_new (MokedUiContext *context,
                               MokedMutation  *mutation);

G_END_DECLS
