/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GError     *moked_twilio_error_new       (guint       http_status,
                                          gint64      code,
                                          const char *message);
const char *moked_twilio_error_get_text  (gint64      code);

G_END_DECLS
