/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char        *moked_service_program_dup_path (GError            **error);
GSubprocess *moked_service_program_spawn    (const char *const  *arguments,
                                             GError            **error);

G_END_DECLS
