/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_HISTORY_DIALOG (moked_history_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MokedHistoryDialog, moked_history_dialog, MOKED, HISTORY_DIALOG, AdwDialog)

void moked_history_dialog_present (MokedUiContext *context,
                                   const char     *customer_id);

G_END_DECLS
