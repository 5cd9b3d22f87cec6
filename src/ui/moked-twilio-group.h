/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_TWILIO_GROUP (moked_twilio_group_get_type ())
G_DECLARE_FINAL_TYPE (MokedTwilioGroup, moked_twilio_group, MOKED, TWILIO_GROUP, AdwPreferencesGroup)

GtkWidget *moked_twilio_group_new (MokedUiContext *context);

G_END_DECLS
