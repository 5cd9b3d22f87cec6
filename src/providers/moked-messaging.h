/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "providers/moked-signed-request.h"

G_BEGIN_DECLS

typedef struct _MokedIncomingMessage MokedIncomingMessage;
typedef struct _MokedMessageMedia MokedMessageMedia;
typedef struct _MokedMessageStatus MokedMessageStatus;
typedef struct _MokedOutgoingMessage MokedOutgoingMessage;

/**
 * MokedMessageState:
 *
 * How far an outgoing message came. moked_message_state_advance() says which of two wins: vendors
 * report them in any order and more than once.
 */
typedef enum
{
  MOKED_MESSAGE_STATE_ACCEPTED,
  MOKED_MESSAGE_STATE_QUEUED,
  MOKED_MESSAGE_STATE_SENDING,
  MOKED_MESSAGE_STATE_SENT,
  MOKED_MESSAGE_STATE_DELIVERED,
  MOKED_MESSAGE_STATE_READ,
  MOKED_MESSAGE_STATE_UNDELIVERED,
  MOKED_MESSAGE_STATE_FAILED,
  MOKED_MESSAGE_STATE_CANCELLED,
} MokedMessageState;

struct _MokedMessageMedia
{
  char *url;
  char *content_type;
};

/**
 * MokedIncomingMessage:
 * @channel: `whatsapp` or `sms`
 * @from: the sender on that channel: E.164, or a business-scoped user id where no number is shown
 * @from_kind: `phone`, or `wa_bsuid`
 * @to: the office's number, E.164
 * @user_id: (nullable): the business-scoped user id, when the vendor tells it beside the number
 * @profile_name: (nullable): the name that the sender chose
 * @body: text, never %NULL
 * @media: (element-type MokedMessageMedia): attachments
 * @reply_to: (nullable): the vendor's id of the message that is answered
 * @latitude: (nullable): a shared place
 */
struct _MokedIncomingMessage
{
  char      *provider_id;
  char      *channel;
  char      *from;
  char      *from_kind;
  char      *to;
  char      *user_id;
  char      *profile_name;
  char      *body;
  char      *kind;
  char      *reply_to;
  char      *button_payload;
  char      *latitude;
  char      *longitude;
  char      *place;
  GPtrArray *media;
};

/**
 * MokedMessageStatus:
 * @provider_id: the vendor's id of the message
 * @error_code: the vendor's own code, 0 when none
 * @error: (nullable): why it failed, a sentence for people: an English msgid, to be translated where it
 *   is shown
 */
struct _MokedMessageStatus
{
  char              *provider_id;
  MokedMessageState  state;
  gint64             error_code;
  char              *error;
};

/**
 * MokedOutgoingMessage:
 * @id: our message's id
 * @from: (nullable): the office's number, E.164; %NULL for the provider's own
 * @to: E.164, or a business-scoped user id
 * @template_id: (nullable): an approved template; then @body and @media_urls are not sent
 * @template_json: (nullable): the template's variables
 * @status_url: (nullable): the absolute address that the vendor tells about the message's way
 * @resent_after: 0 at the first attempt; otherwise when the first one began (microseconds), and the
 *   provider then looks whether that one arrived before it sends again
 * @known_ids: (nullable) (array zero-terminated=1): vendor ids of other messages to the same person, so
 *   that none of them is taken for this one
 */
struct _MokedOutgoingMessage
{
  const char        *id;
  const char        *channel;
  const char        *from;
  const char        *to;
  const char        *body;
  const char *const *media_urls;
  const char        *template_id;
  const char        *template_json;
  const char        *status_url;
  gint64             resent_after;
  const char *const *known_ids;
};

#define MOKED_TYPE_MESSAGING (moked_messaging_get_type ())
G_DECLARE_INTERFACE (MokedMessaging, moked_messaging, MOKED, MESSAGING, GObject)

struct _MokedMessagingInterface
{
  GTypeInterface parent_iface;

  const char           *(*get_name)       (MokedMessaging             *self);
  gboolean              (*verify)         (MokedMessaging             *self,
                                           const MokedSignedRequest   *request,
                                           GError                    **error);
  MokedIncomingMessage *(*parse_incoming) (MokedMessaging             *self,
                                           MokedForm                  *form,
                                           GError                    **error);
  MokedMessageStatus   *(*parse_status)   (MokedMessaging             *self,
                                           MokedForm                  *form,
                                           GError                    **error);
  DexFuture            *(*send)           (MokedMessaging             *self,
                                           const MokedOutgoingMessage *message);
  DexFuture            *(*check)          (MokedMessaging             *self);
};

const char           *moked_messaging_get_name       (MokedMessaging             *self);
gboolean              moked_messaging_verify         (MokedMessaging             *self,
                                                      const MokedSignedRequest   *request,
                                                      GError                    **error);
MokedIncomingMessage *moked_messaging_parse_incoming (MokedMessaging             *self,
                                                      MokedForm                  *form,
                                                      GError                    **error);
MokedMessageStatus   *moked_messaging_parse_status   (MokedMessaging             *self,
                                                      MokedForm                  *form,
                                                      GError                    **error);
DexFuture            *moked_messaging_send           (MokedMessaging             *self,
                                                      const MokedOutgoingMessage *message) G_GNUC_WARN_UNUSED_RESULT;
DexFuture            *moked_messaging_check          (MokedMessaging             *self) G_GNUC_WARN_UNUSED_RESULT;

#define MOKED_TYPE_MESSAGE_STATUS (moked_message_status_get_type ())

GType                 moked_message_status_get_type  (void);
MokedMessageStatus   *moked_message_status_new       (const char                 *provider_id,
                                                      MokedMessageState           state);
MokedMessageStatus   *moked_message_status_copy      (const MokedMessageStatus   *self);
const char           *moked_message_state_get_nick   (MokedMessageState           state);
gboolean              moked_message_state_advance    (MokedMessageState           from,
                                                      MokedMessageState           to);
void                  moked_message_media_free       (MokedMessageMedia          *self);
void                  moked_incoming_message_free    (MokedIncomingMessage       *self);
void                  moked_message_status_free      (MokedMessageStatus         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedIncomingMessage, moked_incoming_message_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedMessageStatus, moked_message_status_free)

G_END_DECLS
