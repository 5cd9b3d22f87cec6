/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/messages/moked-conversation.h"
#include "store/moked-query.h"
#include "store/moked-row.h"

G_BEGIN_DECLS

/* The columns of a conversation's row. */
enum
{
  MOKED_CONVERSATION_ROW_NAME,
  MOKED_CONVERSATION_ROW_ADDRESS,
  MOKED_CONVERSATION_ROW_CHANNEL,
  MOKED_CONVERSATION_ROW_PREVIEW,
  MOKED_CONVERSATION_ROW_KIND,
  MOKED_CONVERSATION_ROW_DIRECTION,
  MOKED_CONVERSATION_ROW_AT,
  MOKED_CONVERSATION_ROW_UNREAD,
};

/**
 * MokedConversationFilter:
 * @MOKED_CONVERSATIONS_OPEN: what the office has to do with, now or later
 */
typedef enum
{
  MOKED_CONVERSATIONS_OPEN,
  MOKED_CONVERSATIONS_UNREAD,
  MOKED_CONVERSATIONS_RESOLVED,
  MOKED_CONVERSATIONS_ALL,
} MokedConversationFilter;

MokedQuery *moked_conversation_list_query       (MokedConversationFilter  filter,
                                                 const char              *search);
char       *moked_conversation_list_dup_name    (MokedRow                *row);
char       *moked_conversation_list_dup_preview (MokedRow                *row);

G_END_DECLS
