/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_SYNC_STATUS (moked_sync_status_get_type ())
G_DECLARE_FINAL_TYPE (MokedSyncStatus, moked_sync_status, MOKED, SYNC_STATUS, GObject)

MokedSyncStatus *moked_sync_status_new           (MokedUiContext  *context);
const char      *moked_sync_status_get_text      (MokedSyncStatus *self);
const char      *moked_sync_status_get_icon_name (MokedSyncStatus *self);
gboolean         moked_sync_status_get_offline   (MokedSyncStatus *self);
char            *moked_sync_status_dup_text_for  (MokedSyncState   state,
                                                  guint            waiting,
                                                 guint            asking);

G_END_DECLS
