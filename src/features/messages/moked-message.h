/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"

G_BEGIN_DECLS

/* Characters that can be sent at once on either channel. */
#define MOKED_MESSAGE_MAX_LENGTH 1600

typedef enum
{
  MOKED_MESSAGE_TEXT,
  MOKED_MESSAGE_IMAGE,
  MOKED_MESSAGE_AUDIO,
  MOKED_MESSAGE_VIDEO,
  MOKED_MESSAGE_DOCUMENT,
  MOKED_MESSAGE_LOCATION,
  MOKED_MESSAGE_CONTACT,
  MOKED_MESSAGE_STICKER,
  MOKED_MESSAGE_OTHER,
} MokedMessageKind;

/**
 * MokedDelivery:
 * @MOKED_DELIVERY_WAITING: on a desktop, the service has not heard of it
 * @MOKED_DELIVERY_QUEUED: on the service, will be given to the vendor
 * @MOKED_DELIVERY_SENDING: the vendor has it, or may have it
 * @MOKED_DELIVERY_UNDELIVERED: the channel gave it up
 * @MOKED_DELIVERY_FAILED: it was never sent
 * @MOKED_DELIVERY_CANCELLED: somebody took it back in time
 * @MOKED_DELIVERY_RECEIVED: an incoming message
 *
 * How far a message came.
 */
typedef enum
{
  MOKED_DELIVERY_WAITING,
  MOKED_DELIVERY_QUEUED,
  MOKED_DELIVERY_SENDING,
  MOKED_DELIVERY_SENT,
  MOKED_DELIVERY_DELIVERED,
  MOKED_DELIVERY_READ,
  MOKED_DELIVERY_UNDELIVERED,
  MOKED_DELIVERY_FAILED,
  MOKED_DELIVERY_CANCELLED,
  MOKED_DELIVERY_RECEIVED,
} MokedDelivery;

#define MOKED_TYPE_MESSAGE (moked_message_get_type ())
G_DECLARE_FINAL_TYPE (MokedMessage, moked_message, MOKED, MESSAGE, MokedEntity)

struct _MokedMessage
{
  MokedEntity parent_instance;
  char       *conversation_id;
  char       *customer_id;
  int         direction;
  int         kind;
  char       *body;
  char       *media;
  int         state;
  char       *author_id;
  char       *provider_id;
  char       *error;
  gint64      sent_at;
  char       *search_text;
};

extern const MokedEntityInfo moked_message_info;
extern const MokedEnumValue moked_message_kinds[];
extern const MokedEnumValue moked_deliveries[];

gboolean  moked_delivery_advance      (MokedDelivery  from,
                                       MokedDelivery  to);
gboolean  moked_message_may_retry     (MokedMessage  *self);
char     *moked_message_dup_preview   (MokedMessage  *self);

G_END_DECLS
