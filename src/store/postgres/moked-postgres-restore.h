/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean moked_postgres_restore_check   (const char *url,
                                         const char *path,
                                         const char *question,
                                         gint64     *out_numbers,
                                         guint       n_numbers,
                                         GError    **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_postgres_restore_replace (const char *url,
                                         const char *path,
                                         const char *question,
                                         gint64     *out_numbers,
                                         guint       n_numbers,
                                         char      **out_kept,
                                         GError    **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
