/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_EXCHANGE_GROUP (moked_exchange_group_get_type ())
G_DECLARE_FINAL_TYPE (MokedExchangeGroup, moked_exchange_group, MOKED, EXCHANGE_GROUP, AdwPreferencesGroup)

GtkWidget *moked_exchange_group_new (MokedUiContext *context);

G_END_DECLS
