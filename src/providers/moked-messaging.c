/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "providers/moked-messaging.h"

/**
 * MokedMessaging:
 *
 * A vendor that carries messages. What it is given and gives back is the same for all vendors.
 */
G_DEFINE_BOXED_TYPE (MokedMessageStatus, moked_message_status, moked_message_status_copy, moked_message_status_free)

G_DEFINE_INTERFACE (MokedMessaging, moked_messaging, G_TYPE_OBJECT)

static void
moked_messaging_default_init (MokedMessagingInterface *iface)
{
}

/**
 * moked_messaging_get_name:
 *
 * Returns: such as `twilio`
 */
const char *
moked_messaging_get_name (MokedMessaging *self)
{
  return MOKED_MESSAGING_GET_IFACE (self)->get_name (self);
}

/**
 * moked_messaging_verify:
 * @request: what came in
 * @error: %MOKED_ERROR_FORBIDDEN, or %MOKED_ERROR_FORMAT when it is not even a form
 *
 * Returns: whether the vendor really sent it
 */
gboolean
moked_messaging_verify (MokedMessaging           *self,
                        const MokedSignedRequest *request,
                        GError                  **error)
{
  return MOKED_MESSAGING_GET_IFACE (self)->verify (self, request, error);
}

/**
 * moked_messaging_parse_incoming:
 * @form: a verified webhook
 * @error: %MOKED_ERROR_FORMAT
 *
 * Returns: (transfer full) (nullable): the message
 */
MokedIncomingMessage *
moked_messaging_parse_incoming (MokedMessaging *self,
                                MokedForm      *form,
                                GError        **error)
{
  return MOKED_MESSAGING_GET_IFACE (self)->parse_incoming (self, form, error);
}

/**
 * moked_messaging_parse_status:
 * @form: a verified webhook
 * @error: %MOKED_ERROR_FORMAT
 *
 * Returns: (transfer full) (nullable): what became of a message that we sent
 */
MokedMessageStatus *
moked_messaging_parse_status (MokedMessaging *self,
                              MokedForm      *form,
                              GError        **error)
{
  return MOKED_MESSAGING_GET_IFACE (self)->parse_status (self, form, error);
}

/**
 * moked_messaging_send:
 * @message: is copied
 *
 * Returns: (transfer full): a future of a #MokedMessageStatus with the vendor's id. Rejects with a
 *   temporary error (moked_error_is_temporary()) when it may be tried again, with @message's
 *   `resent_after` set; with any other when it will never go: its text is for people.
 */
DexFuture *
moked_messaging_send (MokedMessaging             *self,
                      const MokedOutgoingMessage *message)
{
  return MOKED_MESSAGING_GET_IFACE (self)->send (self, message);
}

/**
 * moked_messaging_check:
 *
 * Asks the vendor whether the credentials are good.
 *
 * Returns: (transfer full): a future of a string, the account's name at the vendor. Rejects with
 *   %MOKED_ERROR_UNAUTHENTICATED when they are not.
 */
DexFuture *
moked_messaging_check (MokedMessaging *self)
{
  return MOKED_MESSAGING_GET_IFACE (self)->check (self);
}

static const char *const nicks[] = {
  [MOKED_MESSAGE_STATE_ACCEPTED] = "accepted",
  [MOKED_MESSAGE_STATE_QUEUED] = "queued",
  [MOKED_MESSAGE_STATE_SENDING] = "sending",
  [MOKED_MESSAGE_STATE_SENT] = "sent",
  [MOKED_MESSAGE_STATE_DELIVERED] = "delivered",
  [MOKED_MESSAGE_STATE_READ] = "read",
  [MOKED_MESSAGE_STATE_UNDELIVERED] = "undelivered",
  [MOKED_MESSAGE_STATE_FAILED] = "failed",
  [MOKED_MESSAGE_STATE_CANCELLED] = "cancelled",
};

/**
 * moked_message_state_get_nick:
 *
 * Returns: such as `delivered`
 */
const char *
moked_message_state_get_nick (MokedMessageState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (nicks), NULL);

  return nicks[state];
}

/**
 * moked_message_state_advance:
 * @from: what is known
 * @to: what was reported now
 *
 * Reports come in any order. A message only goes forward; a failure is final, unless somebody has
 * received the message already.
 *
 * Returns: whether @to replaces @from
 */
gboolean
moked_message_state_advance (MokedMessageState from,
                             MokedMessageState to)
{
  if (from >= MOKED_MESSAGE_STATE_UNDELIVERED)
    return FALSE;
  if (to >= MOKED_MESSAGE_STATE_UNDELIVERED)
    return from < MOKED_MESSAGE_STATE_DELIVERED;
  return to > from;
}

void
moked_message_media_free (MokedMessageMedia *self)
{
  g_free (self->url);
  g_free (self->content_type);
  g_free (self);
}

void
moked_incoming_message_free (MokedIncomingMessage *self)
{
  g_free (self->provider_id);
  g_free (self->channel);
  g_free (self->from);
  g_free (self->from_kind);
  g_free (self->to);
  g_free (self->user_id);
  g_free (self->profile_name);
  g_free (self->body);
  g_free (self->kind);
  g_free (self->reply_to);
  g_free (self->button_payload);
  g_free (self->latitude);
  g_free (self->longitude);
  g_free (self->place);
  g_clear_pointer (&self->media, g_ptr_array_unref);
  g_free (self);
}

/**
 * moked_message_status_new:
 * @provider_id: the vendor's id
 * @state: how far it came
 *
 * Returns: (transfer full): a status without an error
 */
MokedMessageStatus *
moked_message_status_new (const char       *provider_id,
                          MokedMessageState state)
{
  MokedMessageStatus *self = g_new0 (MokedMessageStatus, 1);

  self->provider_id = g_strdup (provider_id);
  self->state = state;
  return self;
}

MokedMessageStatus *
moked_message_status_copy (const MokedMessageStatus *self)
{
  MokedMessageStatus *copy = moked_message_status_new (self->provider_id, self->state);

  copy->error_code = self->error_code;
  copy->error = g_strdup (self->error);
  return copy;
}

void
moked_message_status_free (MokedMessageStatus *self)
{
  g_free (self->provider_id);
  g_free (self->error);
  g_free (self);
}
