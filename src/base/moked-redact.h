/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void  moked_redact_add_secret (const char *secret);
char *moked_redact_text       (const char *text);
char *moked_redact_field      (const char *name,
                               const char *value);

G_END_DECLS
