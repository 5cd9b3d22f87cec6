/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean moked_postgres_url_is           (const char *text);
gboolean moked_postgres_url_check        (const char *url,
                                          gboolean   *out_has_password,
                                          GError    **error);
char    *moked_postgres_url_dup_complete (const char *url,
                                          const char *password);

G_END_DECLS
