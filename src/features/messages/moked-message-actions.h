/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/messages/moked-conversation.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

DexFuture *moked_message_send           (MokedUiContext    *context,
                                         MokedConversation *conversation,
                                         const char        *body) G_GNUC_WARN_UNUSED_RESULT;
void       moked_message_retry          (MokedUiContext    *context,
                                         const char        *message_id);
void       moked_message_retry_rejected (MokedUiContext    *context,
                                         const char        *mutation_id);
void       moked_message_cancel_queued  (MokedUiContext    *context,
                                         const char        *message_id);
void       moked_message_confirm_held   (MokedUiContext    *context,
                                         const char        *mutation_id);
void       moked_message_edit_again     (MokedUiContext    *context,
                                         const char        *mutation_id,
                                         const char        *conversation_id,
                                         const char        *body);
void       moked_message_cancel_waiting (MokedUiContext    *context,
                                         const char        *mutation_id);
void       moked_conversation_mark_read (MokedUiContext    *context,
                                         MokedConversation *conversation);
void       moked_conversation_set_state (MokedUiContext         *context,
                                         MokedConversation      *conversation,
                                         MokedConversationState  state);

G_END_DECLS
