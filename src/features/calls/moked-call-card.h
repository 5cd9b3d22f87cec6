/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CALL_CARD (moked_call_card_get_type ())
G_DECLARE_FINAL_TYPE (MokedCallCard, moked_call_card, MOKED, CALL_CARD, AdwBin)

GtkWidget *moked_call_card_new (MokedUiContext *context,
                                const char     *phone,
                                const char     *provider_id);

G_END_DECLS
