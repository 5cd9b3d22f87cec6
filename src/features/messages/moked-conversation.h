/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"

G_BEGIN_DECLS

typedef enum
{
  MOKED_CHANNEL_WHATSAPP,
  MOKED_CHANNEL_SMS,
} MokedChannel;

/**
 * MokedConversationState:
 * @MOKED_CONVERSATION_OPEN: the office has something to do in it
 * @MOKED_CONVERSATION_PENDING: the office waits for something else before it goes on
 * @MOKED_CONVERSATION_SNOOZED: out of the way until the person writes again
 * @MOKED_CONVERSATION_RESOLVED: done; a new message opens it
 */
typedef enum
{
  MOKED_CONVERSATION_OPEN,
  MOKED_CONVERSATION_PENDING,
  MOKED_CONVERSATION_SNOOZED,
  MOKED_CONVERSATION_RESOLVED,
} MokedConversationState;

typedef enum
{
  MOKED_DIRECTION_IN,
  MOKED_DIRECTION_OUT,
} MokedDirection;

#define MOKED_TYPE_CONVERSATION (moked_conversation_get_type ())
G_DECLARE_FINAL_TYPE (MokedConversation, moked_conversation, MOKED, CONVERSATION, MokedEntity)

struct _MokedConversation
{
  MokedEntity parent_instance;
  char       *customer_id;
  int         channel;
  char       *address;
  int         state;
  char       *assignee_id;
  gint64      unread;
  gint64      last_message_at;
  gint64      last_incoming_at;
  int         last_direction;
  int         last_kind;
  char       *preview;
};

extern const MokedEntityInfo moked_conversation_info;
extern const MokedEnumValue moked_channels[];
extern const MokedEnumValue moked_conversation_states[];
extern const MokedEnumValue moked_directions[];

gint64   moked_conversation_get_window_end (MokedConversation  *self);
gboolean moked_conversation_may_write      (MokedConversation  *self,
                                            gint64              now);
gboolean moked_conversation_check_text     (MokedConversation  *self,
                                            const char         *text,
                                            gint64              now,
                                            GError            **error);

G_END_DECLS
