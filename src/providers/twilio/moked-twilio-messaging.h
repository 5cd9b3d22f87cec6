/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/moked-messaging.h"
#include "providers/twilio/moked-twilio-client.h"

G_BEGIN_DECLS

#define MOKED_TYPE_TWILIO_MESSAGING (moked_twilio_messaging_get_type ())
G_DECLARE_FINAL_TYPE (MokedTwilioMessaging, moked_twilio_messaging, MOKED, TWILIO_MESSAGING, GObject)

MokedMessaging *moked_twilio_messaging_new (MokedTwilioClient *client);

G_END_DECLS
