/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/messages/moked-message-list.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_MESSAGE_ROW (moked_message_row_get_type ())
G_DECLARE_FINAL_TYPE (MokedMessageRow, moked_message_row, MOKED, MESSAGE_ROW, GtkBox)

GtkWidget *moked_message_row_new       (MokedUiContext  *context);
void       moked_message_row_set_item  (MokedMessageRow *self,
                                        GtkListItem     *item);
void       moked_message_row_set_row   (MokedMessageRow *self,
                                        MokedRow        *row);
void       moked_message_row_set_first_unread (MokedMessageRow *self,
                                               gint64           at);
void       moked_message_row_set_plain (MokedMessageRow *self);

G_END_DECLS
