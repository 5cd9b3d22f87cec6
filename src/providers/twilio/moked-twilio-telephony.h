/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/moked-telephony.h"
#include "providers/twilio/moked-twilio-client.h"

G_BEGIN_DECLS

#define MOKED_TYPE_TWILIO_TELEPHONY (moked_twilio_telephony_get_type ())
G_DECLARE_FINAL_TYPE (MokedTwilioTelephony, moked_twilio_telephony, MOKED, TWILIO_TELEPHONY, GObject)

MokedTelephony *moked_twilio_telephony_new (MokedTwilioClient *client);

char           *moked_twilio_dup_twiml     (const MokedCallAnswer *answer);

G_END_DECLS
