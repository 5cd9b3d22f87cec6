/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/customers/moked-customer.h"
#include "features/messages/moked-conversation.h"
#include "features/messages/moked-message.h"
#include "providers/moked-messaging.h"
#include "store/moked-session.h"
#include "sync/moked-change-log.h"

G_BEGIN_DECLS

/**
 * MokedReceived:
 * @message: what was stored; %NULL when it was stored before
 *
 * What an incoming message led to.
 */
typedef struct
{
  MokedCustomer     *customer;
  MokedConversation *conversation;
  MokedMessage      *message;
} MokedReceived;

/**
 * MokedComposed:
 * @id: a ULID, chosen by who wrote it
 * @conversation_id: where
 * @body: what
 *
 * A message that somebody wrote in the office.
 */
typedef struct
{
  const char *id;
  const char *conversation_id;
  const char *body;
} MokedComposed;

gboolean      moked_message_service_receive (MokedSession               *session,
                                             const MokedIncomingMessage *incoming,
                                             gint64                      received_at,
                                             const MokedActor           *actor,
                                             MokedReceived              *out_received,
                                             GError                    **error) G_GNUC_WARN_UNUSED_RESULT;
void          moked_received_clear          (MokedReceived              *self);
gboolean      moked_message_service_report  (MokedSession               *session,
                                             const MokedMessageStatus   *status,
                                             const MokedActor           *actor,
                                             GError                    **error) G_GNUC_WARN_UNUSED_RESULT;
MokedMessage *moked_message_service_send    (MokedSession               *session,
                                             const MokedComposed        *composed,
                                             const MokedActor           *actor,
                                             GError                    **error);
gboolean      moked_message_service_retry   (MokedSession               *session,
                                             const char                 *message_id,
                                             const MokedActor           *actor,
                                             GError                    **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean      moked_message_service_cancel  (MokedSession               *session,
                                             const char                 *message_id,
                                             const MokedActor           *actor,
                                             GError                    **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean      moked_message_service_read    (MokedSession               *session,
                                             const char                 *conversation_id,
                                             gint64                      up_to,
                                             const MokedActor           *actor,
                                             GError                    **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MokedReceived, moked_received_clear)

G_END_DECLS
