/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service/moked-service.h"

G_BEGIN_DECLS

gboolean moked_backup_command_is      (const char *const *words);
gboolean moked_backup_command_check   (const char *const *words,
                                       const char        *to,
                                       GError           **error) G_GNUC_WARN_UNUSED_RESULT;
char    *moked_backup_command_dup_run (MokedService      *service,
                                       const char *const *words,
                                       const char        *to,
                                       GError           **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
