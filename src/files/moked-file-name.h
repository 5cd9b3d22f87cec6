/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MOKED_FILE_NAME_MAX 200

char    *moked_file_name_clean      (const char *name);
gboolean moked_file_name_is_clean   (const char *name);
gboolean moked_file_name_is_program (const char *name,
                                     const char *media_type);

G_END_DECLS
