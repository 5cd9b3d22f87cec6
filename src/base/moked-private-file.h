/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean moked_private_file_write (const char  *path,
                                   const char  *text,
                                   GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
