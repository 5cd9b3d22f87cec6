/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-conversation.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "base/moked-text.h"
#include "features/messages/moked-message.h"

/* WhatsApp takes free text for so long after the person's last message. */
#define WINDOW_USEC G_TIME_SPAN_DAY

const MokedEnumValue moked_channels[] = {
  { MOKED_CHANNEL_WHATSAPP, "whatsapp", N_("WhatsApp") },
  { MOKED_CHANNEL_SMS, "sms", N_("SMS") },
  { 0 },
};

const MokedEnumValue moked_conversation_states[] = {
  { MOKED_CONVERSATION_OPEN, "open", NC_("conversation", "Open") },
  { MOKED_CONVERSATION_PENDING, "pending", NC_("conversation", "Pending") },
  { MOKED_CONVERSATION_SNOOZED, "snoozed", NC_("conversation", "Snoozed until a reply") },
  { MOKED_CONVERSATION_RESOLVED, "resolved", NC_("conversation", "Resolved") },
  { 0 },
};

const MokedEnumValue moked_directions[] = {
  { MOKED_DIRECTION_IN, "in", N_("Incoming") },
  { MOKED_DIRECTION_OUT, "out", N_("Outgoing") },
  { 0 },
};

static const MokedField fields[] = {
  MOKED_REF (MokedConversation, customer_id, N_("Customer"),
             MOKED_FIELD_REQUIRED | MOKED_FIELD_SERVICE | MOKED_FIELD_PART_OF),
  MOKED_ENUM (MokedConversation, channel, N_("Channel"), moked_channels, MOKED_FIELD_SERVICE),
  MOKED_TEXT (MokedConversation, address, N_("Address"), 254, MOKED_FIELD_REQUIRED | MOKED_FIELD_SERVICE),
  MOKED_ENUM (MokedConversation, state, N_("State"), moked_conversation_states, MOKED_FIELD_NONE),
  MOKED_REF (MokedConversation, assignee_id, N_("Assignee"), MOKED_FIELD_NONE),
  MOKED_INT (MokedConversation, unread, N_("Unread"), MOKED_FIELD_SERVICE),
  MOKED_TIME (MokedConversation, last_message_at, N_("Last message"), MOKED_FIELD_SERVICE),
  MOKED_TIME (MokedConversation, last_incoming_at, N_("Last incoming message"), MOKED_FIELD_SERVICE),
  MOKED_ENUM (MokedConversation, last_direction, N_("Direction"), moked_directions, MOKED_FIELD_SERVICE),
  MOKED_ENUM (MokedConversation, last_kind, N_("Kind"), moked_message_kinds, MOKED_FIELD_SERVICE),
  MOKED_TEXT (MokedConversation, preview, N_("Last message"), 300, MOKED_FIELD_SERVICE),
};

/**
 * moked_conversation_get_window_end:
 *
 * Returns: until when the office may write free text, microseconds UTC; %G_MAXINT64 where there is no limit,
 *   0 when the person never wrote
 */
gint64
moked_conversation_get_window_end (MokedConversation *self)
{
  g_return_val_if_fail (MOKED_IS_CONVERSATION (self), 0);

  if (self->channel != MOKED_CHANNEL_WHATSAPP)
    return G_MAXINT64;
  return self->last_incoming_at > 0 ? self->last_incoming_at + WINDOW_USEC : 0;
}

/**
 * moked_conversation_may_write:
 * @now: microseconds UTC
 *
 * Returns: whether the channel takes free text now
 */
gboolean
moked_conversation_may_write (MokedConversation *self,
                              gint64             now)
{
  return now < moked_conversation_get_window_end (self);
}

static gboolean
refuse (GError    **error,
        const char *why)
{
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_REJECTED, why);
  return FALSE;
}

/**
 * moked_conversation_check_text:
 * @text: what somebody wants to send
 * @now: microseconds UTC
 * @error: %MOKED_ERROR_REJECTED with an English msgid, to be translated where it is shown
 *
 * Returns: whether @text may be sent in this conversation
 */
gboolean
moked_conversation_check_text (MokedConversation *self,
                               const char        *text,
                               gint64             now,
                               GError           **error)
{
  if (moked_entity_is_deleted (self))
    return refuse (error, N_("The conversation was deleted."));
  if (moked_text_is_blank (text))
    return refuse (error, N_("The message is empty."));
  if (g_utf8_strlen (text, -1) > MOKED_MESSAGE_MAX_LENGTH)
    return refuse (error, N_("The message is too long. Up to 1600 characters can be sent."));
  if (!moked_conversation_may_write (self, now))
    return refuse (error, N_("More than 24 hours passed since the person's last message, so WhatsApp takes only an "
                              "approved template."));
  return TRUE;
}

static const char *const front[] = { "last_message_at DESC", NULL };

const MokedEntityInfo moked_conversation_info = {
  "conversation", moked_conversation_get_type, fields, G_N_ELEMENTS (fields), NULL, NULL, .front = front,
};

/**
 * MokedConversation:
 *
 * What is written between the office and one person on one channel. People set its state and assignee; the
 * rest follows the messages.
 */
MOKED_DEFINE_ENTITY (MokedConversation, moked_conversation, &moked_conversation_info)
