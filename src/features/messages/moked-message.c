/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-message.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "features/messages/moked-conversation.h"

#define MAX_BODY 20000
#define MAX_MEDIA 20000
#define MAX_PREVIEW 300

const MokedEnumValue moked_message_kinds[] = {
  { MOKED_MESSAGE_TEXT, "text", N_("Text") },
  { MOKED_MESSAGE_IMAGE, "image", N_("Picture") },
  { MOKED_MESSAGE_AUDIO, "audio", N_("Voice message") },
  { MOKED_MESSAGE_VIDEO, "video", N_("Video") },
  { MOKED_MESSAGE_DOCUMENT, "document", N_("Document") },
  { MOKED_MESSAGE_LOCATION, "location", N_("Location") },
  { MOKED_MESSAGE_CONTACT, "contact", N_("Contact card") },
  { MOKED_MESSAGE_STICKER, "sticker", N_("Sticker") },
  { MOKED_MESSAGE_OTHER, "other", N_("Attachment") },
  { 0 },
};

const MokedEnumValue moked_deliveries[] = {
  { MOKED_DELIVERY_WAITING, "waiting", NC_("message", "Waiting to send") },
  { MOKED_DELIVERY_QUEUED, "queued", NC_("message", "Queued") },
  { MOKED_DELIVERY_SENDING, "sending", NC_("message", "Being sent") },
  { MOKED_DELIVERY_SENT, "sent", NC_("message", "Sent") },
  { MOKED_DELIVERY_DELIVERED, "delivered", NC_("message", "Delivered") },
  { MOKED_DELIVERY_READ, "read", NC_("message", "Read") },
  { MOKED_DELIVERY_UNDELIVERED, "undelivered", NC_("message", "Not delivered") },
  { MOKED_DELIVERY_FAILED, "failed", NC_("message", "Not sent") },
  { MOKED_DELIVERY_CANCELLED, "cancelled", NC_("message", "Cancelled") },
  { MOKED_DELIVERY_RECEIVED, "received", NC_("message", "Received") },
  { 0 },
};

/* A device writes none of these itself: it asks with a command. */
static const MokedField fields[] = {
  MOKED_REF (MokedMessage, conversation_id, N_("Conversation"), MOKED_FIELD_REQUIRED | MOKED_FIELD_SERVICE),
  MOKED_REF (MokedMessage, customer_id, N_("Customer"),
             MOKED_FIELD_REQUIRED | MOKED_FIELD_SERVICE | MOKED_FIELD_PART_OF),
  MOKED_ENUM (MokedMessage, direction, N_("Direction"), moked_directions, MOKED_FIELD_SERVICE),
  MOKED_ENUM (MokedMessage, kind, N_("Kind"), moked_message_kinds, MOKED_FIELD_SERVICE),
  MOKED_TEXT (MokedMessage, body, N_("Message"), MAX_BODY, MOKED_FIELD_SERVICE),
  MOKED_TEXT (MokedMessage, media, N_("Attachments"), MAX_MEDIA, MOKED_FIELD_SERVICE),
  MOKED_ENUM (MokedMessage, state, N_("State"), moked_deliveries, MOKED_FIELD_SERVICE),
  MOKED_REF (MokedMessage, author_id, N_("Author"), MOKED_FIELD_SERVICE),
  MOKED_TEXT (MokedMessage, provider_id, N_("Vendor's id"), 100, MOKED_FIELD_SERVICE),
  MOKED_TEXT (MokedMessage, error, N_("Reason"), 500, MOKED_FIELD_SERVICE),
  MOKED_TIME (MokedMessage, sent_at, N_("Sent at"), MOKED_FIELD_SERVICE),
  MOKED_TEXT (MokedMessage, search_text, NULL, 0, MOKED_FIELD_DERIVED),
};

/**
 * moked_delivery_advance:
 * @from: what is known of an outgoing message
 * @to: what was reported now
 *
 * Reports come late, twice and out of order. A message only goes forward; what ended stays as it ended,
 * and no failure is believed once somebody has the message.
 *
 * Returns: whether @to replaces @from
 */
gboolean
moked_delivery_advance (MokedDelivery from,
                        MokedDelivery to)
{
  if (from >= MOKED_DELIVERY_UNDELIVERED || to == MOKED_DELIVERY_RECEIVED)
    return FALSE;
  if (to >= MOKED_DELIVERY_UNDELIVERED)
    return from < MOKED_DELIVERY_DELIVERED;
  return to > from;
}

/**
 * moked_message_may_retry:
 *
 * Returns: whether the message was not delivered and can be sent once more
 */
gboolean
moked_message_may_retry (MokedMessage *self)
{
  g_return_val_if_fail (MOKED_IS_MESSAGE (self), FALSE);

  return self->direction == MOKED_DIRECTION_OUT &&
         (self->state == MOKED_DELIVERY_FAILED || self->state == MOKED_DELIVERY_UNDELIVERED);
}

/**
 * moked_message_dup_preview:
 *
 * Returns: (transfer full) (nullable): the beginning of its text in one line; %NULL when it has none
 */
char *
moked_message_dup_preview (MokedMessage *self)
{
  g_autofree char *line = NULL;

  g_return_val_if_fail (MOKED_IS_MESSAGE (self), NULL);

  if (self->body == NULL || moked_text_is_blank (self->body))
    return NULL;
  line = moked_text_strip_controls (self->body);
  g_strstrip (g_strdelimit (line, "\n\t", ' '));
  return g_utf8_substring (line, 0, MIN (MAX_PREVIEW, g_utf8_strlen (line, -1)));
}

static void
refresh (MokedEntity *entity)
{
  MokedMessage *self = MOKED_MESSAGE (entity);

  g_clear_pointer (&self->search_text, g_free);
  if (self->body != NULL)
    self->search_text = moked_text_fold (self->body);
}

const MokedEntityInfo moked_message_info = {
  "message", moked_message_get_type, fields, G_N_ELEMENTS (fields), NULL, refresh,
};

/**
 * MokedMessage:
 *
 * One message of a conversation. @media is a JSON array of objects with `type` and `url`, or for a shared
 * place `type`, `latitude`, `longitude` and `label`. @error is an English msgid, to be translated where it
 * is shown. An incoming message's time of creation is when it arrived.
 */
MOKED_DEFINE_ENTITY (MokedMessage, moked_message, &moked_message_info)
