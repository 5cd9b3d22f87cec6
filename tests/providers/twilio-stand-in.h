/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "providers/twilio/moked-twilio-client.h"

G_BEGIN_DECLS

typedef struct _TwilioStandIn TwilioStandIn;

/**
 * TwilioMood:
 *
 * How the stand-in answers the next POST: as Twilio does, or in one of the ways in which networks and
 * vendors fail. The silent moods have their effect and lose the answer.
 */
typedef enum
{
  TWILIO_GOOD,
  TWILIO_ERROR,
  TWILIO_SILENT,
  TWILIO_SILENT_WITHOUT_EFFECT,
  TWILIO_HANGS_UP,
  TWILIO_BABBLES,
} TwilioMood;

/* Plays Twilio's REST interface on loopback, in the test's own main loop. */
struct _TwilioStandIn
{
  SoupServer *server;
  char       *url;
  TwilioMood  mood;
  guint       status;
  int         code;
  GPtrArray  *messages; /* GHashTable: the forms that were posted and had their effect */
  guint       posts;
  guint       gets;
};

TwilioStandIn     *twilio_stand_in_new        (void);
void               twilio_stand_in_free       (TwilioStandIn *self);
MokedTwilioClient *twilio_stand_in_new_client (TwilioStandIn *self,
                                               const char    *token);

G_END_DECLS
