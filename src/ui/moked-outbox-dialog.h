/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_OUTBOX_DIALOG (moked_outbox_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MokedOutboxDialog, moked_outbox_dialog, MOKED, OUTBOX_DIALOG, AdwDialog)

AdwDialog *moked_outbox_dialog_new (MokedUiContext *context);

G_END_DECLS
