/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_BACKUP_GROUP (moked_backup_group_get_type ())
G_DECLARE_FINAL_TYPE (MokedBackupGroup, moked_backup_group, MOKED, BACKUP_GROUP, AdwPreferencesGroup)

GtkWidget *moked_backup_group_new (MokedUiContext *context);

G_END_DECLS
