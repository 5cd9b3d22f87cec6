/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "features/messages/moked-conversation.h"
#include "sync/moked-cache.h"

G_BEGIN_DECLS

/**
 * MokedConversationRead:
 * @id: (nullable): of the conversation, or
 * @customer_id: (nullable): the person whose latest conversation is wanted
 * @conversation: (nullable): what was found
 * @name: (nullable): the person's
 * @draft: (nullable): what was typed and not sent
 * @first_unread: when the first unread message came; 0 for none
 *
 * A conversation with what stands around it, read at once. Filled on a reader thread.
 */
typedef struct
{
  char              *id;
  char              *customer_id;
  MokedConversation *conversation;
  char              *name;
  char              *draft;
  gint64             first_unread;
} MokedConversationRead;

MokedConversationRead *moked_conversation_read_new   (const char            *id,
                                                      const char            *customer_id);
MokedConversationRead *moked_conversation_read_ref   (MokedConversationRead *self);
void                   moked_conversation_read_unref (MokedConversationRead *self);
DexFuture             *moked_conversation_read_run   (MokedConversationRead *self,
                                                      MokedCache            *cache) G_GNUC_WARN_UNUSED_RESULT;
DexFuture             *moked_draft_write             (MokedCache            *cache,
                                                      const char            *conversation_id,
                                                      const char            *body) G_GNUC_WARN_UNUSED_RESULT;
DexFuture             *moked_draft_take              (MokedCache            *cache,
                                                      const char            *conversation_id,
                                                      const char            *body) G_GNUC_WARN_UNUSED_RESULT;

/* What [signal@Cache::changed] names when somebody else than the composer wrote a draft. */
#define MOKED_DRAFT_TAKEN "draft"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedConversationRead, moked_conversation_read_unref)

G_END_DECLS
