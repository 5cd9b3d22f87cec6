/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "sync/moked-mutation.h"

G_BEGIN_DECLS

#define MOKED_TYPE_OUTBOX_ROW (moked_outbox_row_get_type ())
G_DECLARE_FINAL_TYPE (MokedOutboxRow, moked_outbox_row, MOKED, OUTBOX_ROW, AdwActionRow)

GtkWidget *moked_outbox_row_new (MokedMutation *mutation);

G_END_DECLS
