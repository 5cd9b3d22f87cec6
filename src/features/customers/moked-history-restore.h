/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/customers/moked-history-entry.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

void moked_history_restore_value   (MokedUiContext          *context,
                                    const char              *customer_id,
                                    const MokedHistoryEntry *entry,
                                    const MokedHistoryValue *value);
void moked_history_restore_records (MokedUiContext          *context,
                                    GPtrArray               *entries);

G_END_DECLS
