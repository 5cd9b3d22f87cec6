/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "store/moked-row.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CONVERSATION_ROW (moked_conversation_row_get_type ())
G_DECLARE_FINAL_TYPE (MokedConversationRow, moked_conversation_row, MOKED, CONVERSATION_ROW, GtkBox)

GtkWidget *moked_conversation_row_new      (void);
void       moked_conversation_row_set_item (MokedConversationRow *self,
                                            GtkListItem          *item,
                                            MokedRow             *row);

G_END_DECLS
