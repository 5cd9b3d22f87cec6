/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/moked-signed-request.h"

G_BEGIN_DECLS

char     *moked_twilio_sign   (const char               *token,
                               const char               *url,
                               MokedForm                *form);
gboolean  moked_twilio_verify (const char *const        *tokens,
                               const MokedSignedRequest *request,
                               GError                  **error);

G_END_DECLS
