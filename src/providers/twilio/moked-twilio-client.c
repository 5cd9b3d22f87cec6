/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "providers/twilio/moked-twilio-client.h"

#include <libsoup/soup.h>

#include "base/moked-async.h"
#include "base/moked-error.h"
#include "base/moked-json.h"
#include "providers/twilio/moked-twilio-error.h"

#define BASE_URL "https://api.twilio.com"
#define USUAL_TIMEOUT_MSEC 20000
#define MAX_ANSWER (4 * 1024 * 1024)

/**
 * MokedTwilioClient:
 *
 * Twilio's REST interface of one account (2010-04-01).
 */
struct _MokedTwilioClient
{
  GObject            parent_instance;
  MokedTwilioAccount account;
  const char        *tokens[3];
  char              *authorization;
  SoupSession       *session;
};

G_DEFINE_FINAL_TYPE (MokedTwilioClient, moked_twilio_client, G_TYPE_OBJECT)

static void
moked_twilio_client_finalize (GObject *object)
{
  MokedTwilioClient *self = MOKED_TWILIO_CLIENT (object);

  g_clear_object (&self->session);
  g_free (self->account.sid);
  g_free (self->account.auth_token);
  g_free (self->account.former_token);
  g_free (self->account.base_url);
  g_free (self->account.number);
  g_free (self->account.messaging_service);
  g_free (self->authorization);
  G_OBJECT_CLASS (moked_twilio_client_parent_class)->finalize (object);
}

static void
moked_twilio_client_class_init (MokedTwilioClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_twilio_client_finalize;
}

static void
moked_twilio_client_init (MokedTwilioClient *self)
{
  self->session = soup_session_new_with_options ("max-conns-per-host", 8, NULL);
}

static char *
dup_authorization (const MokedTwilioAccount *account)
{
  g_autofree char *pair = g_strdup_printf ("%s:%s", account->sid, account->auth_token);
  g_autofree char *encoded = g_base64_encode ((const guchar *) pair, strlen (pair));

  return g_strconcat ("Basic ", encoded, NULL);
}

/**
 * moked_twilio_client_new:
 * @account: is copied; `auth_token` must be set
 *
 * Returns: (transfer full): a client
 */
MokedTwilioClient *
moked_twilio_client_new (const MokedTwilioAccount *account)
{
  MokedTwilioClient *self = g_object_new (MOKED_TYPE_TWILIO_CLIENT, NULL);

  self->account.sid = g_strdup (account->sid);
  self->account.auth_token = g_strdup (account->auth_token);
  self->account.former_token = g_strdup (account->former_token);
  self->account.base_url = g_strdup (account->base_url != NULL ? account->base_url : BASE_URL);
  self->account.number = g_strdup (account->number);
  self->account.messaging_service = g_strdup (account->messaging_service);
  self->account.timeout_msec = account->timeout_msec > 0 ? account->timeout_msec : USUAL_TIMEOUT_MSEC;
  self->tokens[0] = self->account.auth_token;
  self->tokens[1] = self->account.former_token;
  self->authorization = account->sid != NULL ? dup_authorization (account) : NULL;
  return self;
}

const MokedTwilioAccount *
moked_twilio_client_get_account (MokedTwilioClient *self)
{
  return &self->account;
}

/**
 * moked_twilio_client_get_tokens:
 *
 * Returns: (array zero-terminated=1): what signatures may be made with
 */
const char *const *
moked_twilio_client_get_tokens (MokedTwilioClient *self)
{
  return self->tokens;
}

static GError *
new_error (guint       status,
           yyjson_doc *answer)
{
  yyjson_val *root = yyjson_doc_get_root (answer);

  return moked_twilio_error_new (status, yyjson_get_sint (yyjson_obj_get (root, "code")),
                                 yyjson_get_str (yyjson_obj_get (root, "message")));
}

/* A success whose body cannot be understood may have had its effect: it counts as a lost answer. */
static yyjson_doc *
read_answer (guint    status,
             GBytes  *body,
             GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  yyjson_doc *answer = length > 0 && length <= MAX_ANSWER ? yyjson_read (text, length, YYJSON_READ_NOFLAG) : NULL;

  if (status >= 200 && status < 300 && yyjson_is_obj (yyjson_doc_get_root (answer)))
    return answer;
  if (status >= 200 && status < 300)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_UNAVAILABLE, "Twilio's answer cannot be read");
  else
    g_propagate_error (error, new_error (status, answer));
  yyjson_doc_free (answer);
  return NULL;
}

/* In a fiber. */
static yyjson_doc *
send_message (MokedTwilioClient *self,
              SoupMessage       *message,
              GError           **error)
{
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) local_error = NULL;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", self->authorization);
  body = dex_await_boxed (moked_async_with_timeout (moked_soup_send_and_read (self->session, message),
                                                    self->account.timeout_msec),
                          &local_error);
  if (body != NULL)
    return read_answer (soup_message_get_status (message), body, error);
  if (moked_error_get_http_status (local_error) == SOUP_STATUS_GATEWAY_TIMEOUT)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_TIMEOUT, "Twilio did not answer in time");
  else
    g_set_error (error, MOKED_ERROR, MOKED_ERROR_UNAVAILABLE, "Twilio cannot be reached: %s", local_error->message);
  return NULL;
}

static SoupMessage *
new_message (MokedTwilioClient *self,
             const char        *method,
             const char        *resource,
             const char        *query,
             GError           **error)
{
  g_autofree char *url = NULL;
  SoupMessage *message;

  if (self->authorization == NULL)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED, "The Twilio account is not set");
      return NULL;
    }
  url = g_strdup_printf ("%s/2010-04-01/Accounts/%s%s.json%s%s", self->account.base_url, self->account.sid, resource,
                         query != NULL ? "?" : "", query != NULL ? query : "");
  message = soup_message_new (method, url);
  if (message == NULL)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "Twilio's address is not a URL");
  return message;
}

/**
 * moked_twilio_client_get:
 * @resource: such as `/Messages`; empty for the account itself
 * @query: (nullable): encoded
 * @error: see moked_twilio_error_new(); %MOKED_ERROR_TIMEOUT, %MOKED_ERROR_UNAVAILABLE
 *
 * In a fiber.
 *
 * Returns: (transfer full) (nullable): the answer
 */
yyjson_doc *
moked_twilio_client_get (MokedTwilioClient *self,
                         const char        *resource,
                         const char        *query,
                         GError           **error)
{
  g_autoptr (SoupMessage) message = new_message (self, "GET", resource, query, error);

  return message != NULL ? send_message (self, message, error) : NULL;
}

/**
 * moked_twilio_client_post:
 * @resource: such as `/Messages`
 * @form: encoded
 * @error: as moked_twilio_client_get()
 *
 * In a fiber. With %MOKED_ERROR_TIMEOUT or %MOKED_ERROR_UNAVAILABLE it may have had its effect.
 *
 * Returns: (transfer full) (nullable): the answer
 */
yyjson_doc *
moked_twilio_client_post (MokedTwilioClient *self,
                          const char        *resource,
                          const char        *form,
                          GError           **error)
{
  g_autoptr (SoupMessage) message = new_message (self, "POST", resource, NULL, error);
  g_autoptr (GBytes) body = g_bytes_new (form, strlen (form));

  if (message == NULL)
    return NULL;
  soup_message_set_request_body_from_bytes (message, "application/x-www-form-urlencoded", body);
  return send_message (self, message, error);
}
