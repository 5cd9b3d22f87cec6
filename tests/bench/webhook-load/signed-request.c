/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signed-request.h"

#include <string.h>

#define ID_WIDTH 32             /* hexadecimal digits after "SM" */
#define SENDER_WIDTH 12         /* +9725 and eight digits, less the plus */
#define SIGNATURE_WIDTH 28      /* Base64 of 20 bytes */

/* Stand in the templates where the changing values go; as wide as those. */
#define ID_MARK "IDIDIDIDIDIDIDIDIDIDIDIDIDIDIDID"
#define SENDER_MARK "SENDERSENDER"
#define SIGNATURE_MARK "SIGNATURESIGNATURESIGNATURES"

typedef struct
{
  const char *name;
  const char *value;
} Field;

/* In the order in which Twilio signs them: by name. */
static const Field message_fields[] = {
  { "AccountSid", NULL },
  { "ApiVersion", "2010-04-01" },
  { "Body", "שלום, ראיתי את הדירה ברחוב הרצל 12 ואשמח לקבוע ביקור ביום שלישי אחרי 17:00. אפשר?" },
  { "From", "whatsapp:+" SENDER_MARK },
  { "MessageSid", "SM" ID_MARK },
  { "MessageType", "text" },
  { "NumMedia", "0" },
  { "NumSegments", "1" },
  { "ProfileName", "נועה לדוגמה" },
  { "ReferralNumMedia", "0" },
  { "SmsMessageSid", "SM" ID_MARK },
  { "SmsSid", "SM" ID_MARK },
  { "SmsStatus", "received" },
  { "To", "whatsapp:+97237654321" },
  { "WaId", SENDER_MARK },
};

/* A text with places to fill in. */
typedef struct
{
  GString *text;
  GArray *ids;
  GArray *senders;
} Template;

struct _SignedRequest
{
  guint64 run;
  GHmac *keyed;                 /* has the token; copied for every request */
  Template signed_text;
  Template request;
  gsize signature_at;
};

static GArray *
find_marks (const GString *text,
            const char    *mark)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (gsize));

  for (const char *at = text->str; (at = strstr (at, mark)) != NULL; at += strlen (mark))
    {
      gsize place = at - text->str;

      g_array_append_val (places, place);
    }
  return places;
}

static void
template_init (Template *self,
               GString  *text)
{
  self->text = text;
  self->ids = find_marks (text, ID_MARK);
  self->senders = find_marks (text, SENDER_MARK);
}

static void
template_clear (Template *self)
{
  g_string_free (self->text, TRUE);
  g_array_unref (self->ids);
  g_array_unref (self->senders);
}

static void
template_fill (Template   *self,
               const char *id,
               const char *sender)
{
  for (guint i = 0; i < self->ids->len; i++)
    memcpy (self->text->str + g_array_index (self->ids, gsize, i), id, ID_WIDTH);
  for (guint i = 0; i < self->senders->len; i++)
    memcpy (self->text->str + g_array_index (self->senders, gsize, i), sender, SENDER_WIDTH);
}

static const char *
field_value (const Field *field,
             const char  *account_sid)
{
  return field->value != NULL ? field->value : account_sid;
}

static GString *
make_signed_text (const char *public_url,
                  const char *account_sid)
{
  GString *text = g_string_new (public_url);

  for (guint i = 0; i < G_N_ELEMENTS (message_fields); i++)
    {
      g_string_append (text, message_fields[i].name);
      g_string_append (text, field_value (&message_fields[i], account_sid));
    }
  return text;
}

static GString *
make_form (const char *account_sid)
{
  GString *form = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (message_fields); i++)
    {
      g_autofree char *value = g_uri_escape_string (field_value (&message_fields[i], account_sid), NULL, FALSE);

      g_string_append_printf (form, "%s%s=%s", i > 0 ? "&" : "", message_fields[i].name, value);
    }
  return form;
}

static GString *
make_request (const char *host,
              const char *path,
              const char *account_sid)
{
  g_autoptr (GString) form = make_form (account_sid);
  GString *request = g_string_new (NULL);

  g_string_append_printf (request,
                          "POST %s HTTP/1.1\r\n"
                          "Host: %s\r\n"
                          "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
                          "Content-Length: %" G_GSIZE_FORMAT "\r\n"
                          "X-Twilio-Signature: " SIGNATURE_MARK "\r\n"
                          "I-Twilio-Idempotency-Token: " ID_MARK "\r\n"
                          "User-Agent: TwilioProxy/1.1\r\n"
                          "Accept: */*\r\n"
                          "\r\n",
                          path, host, form->len);
  g_string_append_len (request, form->str, form->len);
  return request;
}

SignedRequest *
signed_request_new (const char *host,
                    const char *path,
                    const char *public_url,
                    const char *account_sid,
                    const char *auth_token,
                    guint64     run)
{
  SignedRequest *self = g_new0 (SignedRequest, 1);

  self->run = run;
  self->keyed = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) auth_token, strlen (auth_token));
  template_init (&self->signed_text, make_signed_text (public_url, account_sid));
  template_init (&self->request, make_request (host, path, account_sid));
  self->signature_at = strstr (self->request.text->str, SIGNATURE_MARK) - self->request.text->str;
  return self;
}

void
signed_request_free (SignedRequest *self)
{
  template_clear (&self->signed_text);
  template_clear (&self->request);
  g_hmac_unref (self->keyed);
  g_free (self);
}

static void
sign (SignedRequest *self,
      char           signature[SIGNATURE_WIDTH])
{
  g_autoptr (GHmac) hmac = g_hmac_copy (self->keyed);
  g_autofree char *encoded = NULL;
  guint8 digest[20];
  gsize length = sizeof digest;

  g_hmac_update (hmac, (const guchar *) self->signed_text.text->str, self->signed_text.text->len);
  g_hmac_get_digest (hmac, digest, &length);
  encoded = g_base64_encode (digest, length);
  memcpy (signature, encoded, SIGNATURE_WIDTH);
}

static void
format_id (SignedRequest *self,
           guint64        serial,
           char           id[ID_WIDTH + 1])
{
  g_snprintf (id, ID_WIDTH + 1, "%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", self->run, serial);
}

/* Returns the MessageSid of the @serial-th message. */
char *
signed_request_get_id (SignedRequest *self,
                       guint64        serial)
{
  char id[ID_WIDTH + 1];

  format_id (self, serial, id);
  return g_strconcat ("SM", id, NULL);
}

/* Returns the bytes of the request with the @serial-th message id of this run; they are the
 * template's own and hold until the next call. */
const char *
signed_request_render (SignedRequest *self,
                       guint64        serial,
                       guint          sender,
                       gsize         *length)
{
  char id[ID_WIDTH + 1];
  char phone[SENDER_WIDTH + 1];

  format_id (self, serial, id);
  g_snprintf (phone, sizeof phone, "9725%08u", sender % 100000000);
  template_fill (&self->signed_text, id, phone);
  template_fill (&self->request, id, phone);
  sign (self, self->request.text->str + self->signature_at);
  *length = self->request.text->len;
  return self->request.text->str;
}
