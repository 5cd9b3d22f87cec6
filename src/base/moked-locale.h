/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void     moked_locale_init   (const char *language);
gboolean moked_locale_is_rtl (void);

G_END_DECLS
