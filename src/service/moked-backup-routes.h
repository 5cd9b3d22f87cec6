/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-router.h"
#include "service/moked-service.h"

G_BEGIN_DECLS

#define MOKED_BACKUP_CONTROL_PATH "/control/backup"

extern const MokedRoute moked_backup_routes[];

gboolean moked_backup_routes_check_owner (MokedRequest *request,
                                          MokedContext *context,
                                          GError      **error) G_GNUC_WARN_UNUSED_RESULT;
void     moked_backup_routes_set_service (MokedService *service);

G_END_DECLS
