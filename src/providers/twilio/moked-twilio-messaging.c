/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "providers/twilio/moked-twilio-messaging.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-time.h"
#include "providers/twilio/moked-twilio-error.h"
#include "providers/twilio/moked-twilio-signature.h"

#define WHATSAPP "whatsapp:"
#define MAX_MEDIA 10

/* Clocks of ours and of Twilio may differ by so much when a lost answer is looked for. */
#define CLOCK_SLACK_USEC (30 * G_USEC_PER_SEC)

struct _MokedTwilioMessaging
{
  GObject            parent_instance;
  MokedTwilioClient *client;
};

static const struct
{
  const char       *name;
  MokedMessageState state;
} states[] = {
  { "accepted", MOKED_MESSAGE_STATE_ACCEPTED },
  { "scheduled", MOKED_MESSAGE_STATE_ACCEPTED },
  { "queued", MOKED_MESSAGE_STATE_QUEUED },
  { "sending", MOKED_MESSAGE_STATE_SENDING },
  { "sent", MOKED_MESSAGE_STATE_SENT },
  { "partially_delivered", MOKED_MESSAGE_STATE_SENT },
  { "delivered", MOKED_MESSAGE_STATE_DELIVERED },
  { "read", MOKED_MESSAGE_STATE_READ },
  { "undelivered", MOKED_MESSAGE_STATE_UNDELIVERED },
  { "failed", MOKED_MESSAGE_STATE_FAILED },
  { "canceled", MOKED_MESSAGE_STATE_CANCELLED },
};

static gboolean
parse_state (const char        *name,
             MokedMessageState *state)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (states[i].name, name))
      {
        *state = states[i].state;
        return TRUE;
      }
  return FALSE;
}

static const char *
get_name (MokedMessaging *messaging)
{
  return "twilio";
}

static gboolean
verify (MokedMessaging           *messaging,
        const MokedSignedRequest *request,
        GError                  **error)
{
  MokedTwilioMessaging *self = MOKED_TWILIO_MESSAGING (messaging);

  return moked_twilio_verify (moked_twilio_client_get_tokens (self->client), request, error);
}

/* Incoming ------------------------------------------------------------------------------------------------ */

static const char *
without_channel (const char *address)
{
  return g_str_has_prefix (address, WHATSAPP) ? address + strlen (WHATSAPP) : address;
}

static char *
dup_field (MokedForm  *form,
           const char *name)
{
  const char *value = moked_form_get (form, name);

  return value != NULL && *value != '\0' ? g_strdup (value) : NULL;
}

static GPtrArray *
read_media (MokedForm *form)
{
  GPtrArray *media = g_ptr_array_new_with_free_func ((GDestroyNotify) moked_message_media_free);
  const char *count = moked_form_get (form, "NumMedia");
  guint64 n = 0;

  if (count != NULL)
    g_ascii_string_to_unsigned (count, 10, 0, MAX_MEDIA, &n, NULL);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *url_name = g_strdup_printf ("MediaUrl%u", i);
      g_autofree char *type_name = g_strdup_printf ("MediaContentType%u", i);
      MokedMessageMedia *one;

      if (!moked_form_has (form, url_name))
        continue;
      one = g_new0 (MokedMessageMedia, 1);
      one->url = g_strdup (moked_form_get (form, url_name));
      one->content_type = dup_field (form, type_name);
      g_ptr_array_add (media, one);
    }
  return media;
}

/* A person whose number is hidden writes from a business-scoped user id. */
static void
read_sender (MokedIncomingMessage *message,
             MokedForm            *form,
             const char           *from)
{
  const char *external = moked_form_get (form, "ExternalUserId");
  gboolean whatsapp = g_str_has_prefix (from, WHATSAPP);

  message->channel = g_strdup (whatsapp ? "whatsapp" : "sms");
  message->from = g_strdup (without_channel (from));
  message->from_kind = g_strdup (whatsapp && message->from[0] != '+' ? "wa_bsuid" : "phone");
  if (external != NULL && *external != '\0')
    message->user_id = g_strdup (without_channel (external));
}

static MokedIncomingMessage *
parse_incoming (MokedMessaging *messaging,
                MokedForm      *form,
                GError        **error)
{
  const char *sid = moked_form_get (form, "MessageSid");
  const char *from = moked_form_get (form, "From");
  const char *to = moked_form_get (form, "To");
  const char *body = moked_form_get (form, "Body");
  MokedIncomingMessage *message;

  if (sid == NULL || *sid == '\0' || from == NULL || *without_channel (from) == '\0' || to == NULL)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The message has no MessageSid, From or To");
      return NULL;
    }
  message = g_new0 (MokedIncomingMessage, 1);
  message->provider_id = g_strdup (sid);
  message->to = g_strdup (without_channel (to));
  message->body = g_strdup (body != NULL ? body : "");
  message->profile_name = dup_field (form, "ProfileName");
  message->kind = dup_field (form, "MessageType");
  message->reply_to = dup_field (form, "OriginalRepliedMessageSid");
  message->button_payload = dup_field (form, "ButtonPayload");
  message->latitude = dup_field (form, "Latitude");
  message->longitude = dup_field (form, "Longitude");
  message->place = dup_field (form, "Label");
  if (message->place == NULL)
    message->place = dup_field (form, "Address");
  message->media = read_media (form);
  read_sender (message, form, from);
  return message;
}

static MokedMessageStatus *
parse_status (MokedMessaging *messaging,
              MokedForm      *form,
              GError        **error)
{
  const char *sid = moked_form_get (form, "MessageSid");
  const char *name = moked_form_get (form, "MessageStatus");
  const char *code = moked_form_get (form, "ErrorCode");
  MokedMessageState state;
  MokedMessageStatus *status;

  if (sid == NULL || *sid == '\0' || !parse_state (name, &state))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT,
                           "The report has no MessageSid or a MessageStatus that nobody knows");
      return NULL;
    }
  status = moked_message_status_new (sid, state);
  if (code != NULL)
    g_ascii_string_to_signed (code, 10, 0, G_MAXINT, &status->error_code, NULL);
  if (status->error_code != 0 || state == MOKED_MESSAGE_STATE_FAILED || state == MOKED_MESSAGE_STATE_UNDELIVERED)
    status->error = g_strdup (moked_twilio_error_get_text (status->error_code));
  return status;
}

/* Outgoing ------------------------------------------------------------------------------------------------ */

typedef struct
{
  MokedTwilioMessaging *messaging;
  char                 *from;
  char                 *to;
  char                 *body;
  char                 *form;
  gint64                resent_after;
  char                **known_ids;
} Send;

static void
free_send (gpointer data)
{
  Send *send = data;

  g_object_unref (send->messaging);
  g_free (send->from);
  g_free (send->to);
  g_free (send->body);
  g_free (send->form);
  g_strfreev (send->known_ids);
  g_free (send);
}

static void
add (GString    *form,
     const char *name,
     const char *value)
{
  if (value == NULL)
    return;
  if (form->len > 0)
    g_string_append_c (form, '&');
  g_string_append_printf (form, "%s=", name);
  g_string_append_uri_escaped (form, value, NULL, FALSE);
}

static char *
dup_address (const MokedOutgoingMessage *message,
             const char                 *address)
{
  gboolean whatsapp = g_strcmp0 (message->channel, "whatsapp") == 0;

  return address != NULL ? g_strconcat (whatsapp ? WHATSAPP : "", address, NULL) : NULL;
}

static char *
dup_form (const MokedOutgoingMessage *message,
          const MokedTwilioAccount   *account,
          const Send                 *send)
{
  GString *form = g_string_sized_new (512);

  add (form, "To", send->to);
  if (send->from != NULL)
    add (form, "From", send->from);
  else
    add (form, "MessagingServiceSid", account->messaging_service);
  add (form, "StatusCallback", message->status_url);
  add (form, "ContentSid", message->template_id);
  if (message->template_id != NULL)
    add (form, "ContentVariables", message->template_json);
  else
    {
      add (form, "Body", message->body);
      for (guint i = 0; message->media_urls != NULL && message->media_urls[i] != NULL; i++)
        add (form, "MediaUrl", message->media_urls[i]);
    }
  return g_string_free (form, FALSE);
}

static Send *
new_send (MokedTwilioMessaging       *self,
          const MokedOutgoingMessage *message)
{
  const MokedTwilioAccount *account = moked_twilio_client_get_account (self->client);
  Send *send = g_new0 (Send, 1);

  send->messaging = g_object_ref (self);
  send->to = dup_address (message, message->to);
  send->from = dup_address (message, message->from != NULL ? message->from : account->number);
  if (account->messaging_service != NULL && message->from == NULL)
    g_clear_pointer (&send->from, g_free);
  send->body = g_strdup (message->template_id == NULL ? message->body : NULL);
  send->resent_after = message->resent_after;
  send->known_ids = g_strdupv ((char **) message->known_ids);
  send->form = dup_form (message, account, send);
  return send;
}

static MokedMessageStatus *
read_sent (yyjson_val *object)
{
  const char *sid = yyjson_get_str (yyjson_obj_get (object, "sid"));
  MokedMessageState state = MOKED_MESSAGE_STATE_QUEUED;

  if (sid == NULL)
    return NULL;
  parse_state (yyjson_get_str (yyjson_obj_get (object, "status")), &state);
  return moked_message_status_new (sid, state);
}

static gboolean
is_ours (const Send *send,
         yyjson_val *object)
{
  const char *sid = yyjson_get_str (yyjson_obj_get (object, "sid"));
  const char *made = yyjson_get_str (yyjson_obj_get (object, "date_created"));
  const char *direction = yyjson_get_str (yyjson_obj_get (object, "direction"));
  const char *body = yyjson_get_str (yyjson_obj_get (object, "body"));
  gint64 made_at;

  if (sid == NULL || made == NULL || !moked_time_parse_rfc2822 (made, &made_at, NULL) ||
      made_at < send->resent_after - CLOCK_SLACK_USEC)
    return FALSE;
  if (direction != NULL && !g_str_has_prefix (direction, "outbound"))
    return FALSE;
  if (send->known_ids != NULL && g_strv_contains ((const char *const *) send->known_ids, sid))
    return FALSE;
  return send->body == NULL || g_strcmp0 (send->body, body) == 0;
}

/* Looks whether an earlier try, whose answer was lost, had arrived. Returns %FALSE on an error. */
static gboolean
find_sent (const Send          *send,
           MokedMessageStatus **found,
           GError             **error)
{
  g_autoptr (GString) query = g_string_new (NULL);
  g_autoptr (yyjson_doc) answer = NULL;
  yyjson_val *list, *object;
  size_t i, n;

  add (query, "To", send->to);
  add (query, "From", send->from);
  add (query, "PageSize", "100");
  answer = moked_twilio_client_get (send->messaging->client, "/Messages", query->str, error);
  if (answer == NULL)
    return FALSE;
  list = yyjson_obj_get (yyjson_doc_get_root (answer), "messages");
  yyjson_arr_foreach (list, i, n, object)
    {
      if (*found == NULL && is_ours (send, object))
        *found = read_sent (object);
    }
  return TRUE;
}

static DexFuture *
send_fiber (gpointer data)
{
  Send *send = data;
  MokedMessageStatus *status = NULL;
  GError *error = NULL;
  g_autoptr (yyjson_doc) answer = NULL;

  if (send->resent_after > 0 && !find_sent (send, &status, &error))
    return dex_future_new_for_error (error);
  if (status == NULL)
    {
      answer = moked_twilio_client_post (send->messaging->client, "/Messages", send->form, &error);
      if (answer == NULL)
        return dex_future_new_for_error (error);
      status = read_sent (yyjson_doc_get_root (answer));
    }
  if (status == NULL)
    return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_UNAVAILABLE, "Twilio's answer has no sid");
  return dex_future_new_take_boxed (MOKED_TYPE_MESSAGE_STATUS, status);
}

static DexFuture *
send_message (MokedMessaging             *messaging,
              const MokedOutgoingMessage *message)
{
  return dex_scheduler_spawn (NULL, 0, send_fiber, new_send (MOKED_TWILIO_MESSAGING (messaging), message), free_send);
}

static DexFuture *
check_fiber (gpointer data)
{
  MokedTwilioMessaging *self = data;
  GError *error = NULL;
  g_autoptr (yyjson_doc) answer = moked_twilio_client_get (self->client, "", NULL, &error);
  const char *name;

  if (answer == NULL)
    {
      /* An account that does not exist is a wrong credential as well. */
      if (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND))
        error->code = MOKED_ERROR_UNAUTHENTICATED;
      return dex_future_new_for_error (error);
    }
  name = yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (answer), "friendly_name"));
  return dex_future_new_for_string (name != NULL ? name : moked_twilio_client_get_account (self->client)->sid);
}

static DexFuture *
check (MokedMessaging *messaging)
{
  return dex_scheduler_spawn (NULL, 0, check_fiber, g_object_ref (messaging), g_object_unref);
}

static void
messaging_iface_init (MokedMessagingInterface *iface)
{
  iface->get_name = get_name;
  iface->verify = verify;
  iface->parse_incoming = parse_incoming;
  iface->parse_status = parse_status;
  iface->send = send_message;
  iface->check = check;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MokedTwilioMessaging, moked_twilio_messaging, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MOKED_TYPE_MESSAGING, messaging_iface_init))

static void
moked_twilio_messaging_finalize (GObject *object)
{
  g_clear_object (&MOKED_TWILIO_MESSAGING (object)->client);
  G_OBJECT_CLASS (moked_twilio_messaging_parent_class)->finalize (object);
}

static void
moked_twilio_messaging_class_init (MokedTwilioMessagingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_twilio_messaging_finalize;
}

static void
moked_twilio_messaging_init (MokedTwilioMessaging *self)
{
}

/**
 * moked_twilio_messaging_new:
 * @client: whose account
 *
 * Returns: (transfer full): SMS and WhatsApp through Twilio
 */
MokedMessaging *
moked_twilio_messaging_new (MokedTwilioClient *client)
{
  MokedTwilioMessaging *self = g_object_new (MOKED_TYPE_TWILIO_MESSAGING, NULL);

  self->client = g_object_ref (client);
  return MOKED_MESSAGING (self);
}
