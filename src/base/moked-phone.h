/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *moked_phone_normalize       (const char  *input,
                                   GError     **error);
char *moked_phone_format          (const char  *e164);
char *moked_phone_digits          (const char  *text);
char *moked_phone_search_form     (const char  *e164);
char *moked_phone_search_fragment (const char  *typed);

G_END_DECLS
