/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <locale.h>

G_BEGIN_DECLS

void     moked_locale_init         (const char *language);
gboolean moked_locale_is_rtl       (void);
void     moked_locale_load_hebrew  (void);
locale_t moked_locale_enter_hebrew (void);
void     moked_locale_leave        (locale_t before);

G_END_DECLS
