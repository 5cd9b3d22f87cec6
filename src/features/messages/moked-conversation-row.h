/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-list-spec.h"

G_BEGIN_DECLS

void moked_conversation_row_describe (MokedRow         *row,
                                      MokedListRowText *text);

G_END_DECLS
