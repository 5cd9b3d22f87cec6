/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/messages/moked-conversation.h"
#include "features/messages/moked-message.h"
#include "store/moked-query.h"
#include "store/moked-row.h"

G_BEGIN_DECLS

/* The columns of a message's row. The previous message is the one before it in its conversation; the
 * mutation is the one that waits to send it. */
enum
{
  MOKED_MESSAGE_ROW_CONVERSATION,
  MOKED_MESSAGE_ROW_DIRECTION,
  MOKED_MESSAGE_ROW_KIND,
  MOKED_MESSAGE_ROW_BODY,
  MOKED_MESSAGE_ROW_MEDIA,
  MOKED_MESSAGE_ROW_STATE,
  MOKED_MESSAGE_ROW_ERROR,
  MOKED_MESSAGE_ROW_AT,
  MOKED_MESSAGE_ROW_PREVIOUS_AT,
  MOKED_MESSAGE_ROW_PREVIOUS_DIRECTION,
  MOKED_MESSAGE_ROW_MUTATION,
  MOKED_MESSAGE_ROW_MUTATION_STATE,
  MOKED_MESSAGE_ROW_MUTATION_DETAIL,
  MOKED_MESSAGE_ROW_MUTATION_CODE,
  MOKED_MESSAGE_ROW_LAST_INCOMING, /* in the conversation, of a message that is held */
};

MokedQuery       *moked_message_list_query         (void);
MokedDirection    moked_message_list_get_direction (MokedRow *row);
MokedMessageKind  moked_message_list_get_kind      (MokedRow *row);
MokedDelivery     moked_message_list_get_state     (MokedRow *row);

G_END_DECLS
