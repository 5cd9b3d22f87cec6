/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SignedRequest:
 *
 * Makes HTTP requests that carry a WhatsApp message as Twilio posts it: fifteen form fields, a Hebrew
 * body, and X-Twilio-Signature, the Base64 of HMAC-SHA1 (token, public URL + each field's name and
 * value in the order of the names).
 *
 * Only the message's id and the sender differ from one request to the next, and both have a fixed
 * width; so a request is a copy of a template with those places filled in, and one HMAC.
 */
typedef struct _SignedRequest SignedRequest;

SignedRequest *signed_request_new    (const char    *host,
                                      const char    *path,
                                      const char    *public_url,
                                      const char    *account_sid,
                                      const char    *auth_token,
                                      guint64        run);
void           signed_request_free   (SignedRequest *self);
const char    *signed_request_render (SignedRequest *self,
                                      guint64        serial,
                                      guint          sender,
                                      gsize         *length);
char          *signed_request_get_id (SignedRequest *self,
                                      guint64        serial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignedRequest, signed_request_free)

G_END_DECLS
