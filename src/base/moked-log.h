/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void     moked_log_init        (const char     *program);
void     moked_log_set_output  (int             fd);
gboolean moked_log_wants_debug (void);
void     moked_log             (GLogLevelFlags  level,
                                const char     *domain,
                                const char     *message,
                                ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
