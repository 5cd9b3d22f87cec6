/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service/moked-service.h"

G_BEGIN_DECLS

gboolean moked_transfer_command_is      (const char *const *words);
gboolean moked_transfer_command_check   (const char *const *words,
                                         gboolean           replace,
                                         GError           **error) G_GNUC_WARN_UNUSED_RESULT;
char    *moked_transfer_command_dup_run (MokedService      *service,
                                         const char *const *words,
                                         gboolean           replace,
                                         GError           **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
