/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>
#include <yyjson.h>

G_BEGIN_DECLS

typedef struct _MokedTwilioAccount MokedTwilioAccount;

/**
 * MokedTwilioAccount:
 * @sid: (nullable): `AC…`; without it nothing can be sent
 * @auth_token: what signatures are made with
 * @former_token: (nullable): still accepted in signatures while the token is being changed
 * @base_url: (nullable): %NULL for `https://api.twilio.com`
 * @number: (nullable): the office's number, E.164, for messages that name none
 * @messaging_service: (nullable): `MG…`; used instead of @number
 * @timeout_msec: how long an answer may take; 0 for 20 seconds
 */
struct _MokedTwilioAccount
{
  char *sid;
  char *auth_token;
  char *former_token;
  char *base_url;
  char *number;
  char *messaging_service;
  guint timeout_msec;
};

#define MOKED_TYPE_TWILIO_CLIENT (moked_twilio_client_get_type ())
G_DECLARE_FINAL_TYPE (MokedTwilioClient, moked_twilio_client, MOKED, TWILIO_CLIENT, GObject)

MokedTwilioClient        *moked_twilio_client_new         (const MokedTwilioAccount *account);
const MokedTwilioAccount *moked_twilio_client_get_account (MokedTwilioClient        *self);
const char *const        *moked_twilio_client_get_tokens  (MokedTwilioClient        *self);
yyjson_doc               *moked_twilio_client_get         (MokedTwilioClient        *self,
                                                           const char               *resource,
                                                           const char               *query,
                                                           GError                  **error);
yyjson_doc               *moked_twilio_client_post        (MokedTwilioClient        *self,
                                                           const char               *resource,
                                                           const char               *form,
                                                           GError                  **error);

G_END_DECLS
