/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int  moked_lock_file_take    (const char *path,
                              GError    **error) G_GNUC_WARN_UNUSED_RESULT;
void moked_lock_file_release (int         lock);

G_END_DECLS
