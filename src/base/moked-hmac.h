/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean moked_secret_equal     (const char    *a,
                                 const char    *b);
char    *moked_hmac_sha1_base64 (const char    *key,
                                 gconstpointer  data,
                                 gsize          length);
char    *moked_hmac_sha256_hex  (const char    *key,
                                 gconstpointer  data,
                                 gsize          length);

G_END_DECLS
