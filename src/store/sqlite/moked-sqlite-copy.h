/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean moked_sqlite_copy_check (const char    *path,
                                  const char    *sql,
                                  gint64        *out_numbers,
                                  guint          n_numbers,
                                  GCancellable  *cancellable,
                                  GError       **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_sqlite_copy_ask   (const char    *path,
                                  const char    *sql,
                                  gint64        *out_numbers,
                                  guint          n_numbers,
                                  GError       **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_sqlite_copy_mark  (const char    *path,
                                  GError       **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
