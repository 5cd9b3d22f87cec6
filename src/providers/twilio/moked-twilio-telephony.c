/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "providers/twilio/moked-twilio-telephony.h"

#include "base/moked-error.h"
#include "base/moked-text.h"
#include "base/moked-time.h"
#include "providers/twilio/moked-twilio-signature.h"

#define VOICE "language=\"he-IL\" voice=\"Google.he-IL-Wavenet-A\""
#define MESSAGE_SECONDS 180
#define SILENCE_SECONDS 5

struct _MokedTwilioTelephony
{
  GObject            parent_instance;
  MokedTwilioClient *client;
};

static const struct
{
  const char    *name;
  MokedCallState state;
} states[] = {
  { "queued", MOKED_CALL_STATE_QUEUED },
  { "initiated", MOKED_CALL_STATE_QUEUED },
  { "ringing", MOKED_CALL_STATE_RINGING },
  { "in-progress", MOKED_CALL_STATE_IN_PROGRESS },
  { "answered", MOKED_CALL_STATE_IN_PROGRESS },
  { "completed", MOKED_CALL_STATE_COMPLETED },
  { "busy", MOKED_CALL_STATE_BUSY },
  { "no-answer", MOKED_CALL_STATE_NO_ANSWER },
  { "failed", MOKED_CALL_STATE_FAILED },
  { "canceled", MOKED_CALL_STATE_CANCELED },
};

/* Numbers that Twilio gives for callers who show none: the words on a keypad (ANONYMOUS, RESTRICTED, BLOCKED,
 * UNKNOWN, UNAVAILABLE). */
static const char *const withheld[] = { "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", NULL };

static const char *
get_name (MokedTelephony *telephony)
{
  return "twilio";
}

static gboolean
verify (MokedTelephony           *telephony,
        const MokedSignedRequest *request,
        GError                  **error)
{
  MokedTwilioTelephony *self = MOKED_TWILIO_TELEPHONY (telephony);

  return moked_twilio_verify (moked_twilio_client_get_tokens (self->client), request, error);
}

static gboolean
parse_state (const char     *name,
             MokedCallState *state)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (states[i].name, name))
      {
        *state = states[i].state;
        return TRUE;
      }
  return FALSE;
}

static gint64
get_number (MokedForm  *form,
            const char *name)
{
  const char *text = moked_form_get (form, name);
  gint64 value;

  return text != NULL && g_ascii_string_to_signed (text, 10, 0, G_MAXINT, &value, NULL) ? value : -1;
}

static char *
dup_number (MokedForm  *form,
            const char *name)
{
  const char *number = moked_form_get (form, name);

  return number != NULL && number[0] == '+' && !g_strv_contains (withheld, number) ? g_strdup (number) : NULL;
}

static MokedCallEvent *
parse_event (MokedTelephony *telephony,
             MokedForm      *form,
             GError        **error)
{
  const char *sid = moked_form_get (form, "CallSid");
  const char *direction = moked_form_get (form, "Direction");
  const char *at = moked_form_get (form, "Timestamp");
  MokedCallState state;
  MokedCallEvent *event;

  if (sid == NULL || *sid == '\0' || !parse_state (moked_form_get (form, "CallStatus"), &state))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT,
                           "The call has no CallSid or a CallStatus that nobody knows");
      return NULL;
    }
  event = g_new0 (MokedCallEvent, 1);
  event->provider_id = g_strdup (sid);
  event->state = state;
  event->from = dup_number (form, "From");
  event->to = g_strdup (moked_form_get (form, "To"));
  event->caller_name = g_strdup (moked_form_get (form, "CallerName"));
  event->incoming = direction == NULL || g_str_equal (direction, "inbound");
  event->sequence = get_number (form, "SequenceNumber");
  event->duration = get_number (form, "CallDuration");
  event->recording_url = g_strdup (moked_form_get (form, "RecordingUrl"));
  event->recording_duration = get_number (form, "RecordingDuration");
  if (at != NULL && !moked_time_parse_rfc2822 (at, &event->at, NULL))
    event->at = 0;
  return event;
}

static void
say (GString    *xml,
     const char *text)
{
  g_autofree char *plain = text != NULL ? moked_text_strip_controls (text) : NULL;
  g_autofree char *escaped = NULL;

  if (moked_text_is_blank (plain))
    return;
  escaped = g_markup_escape_text (plain, -1);
  g_string_append_printf (xml, "<Say " VOICE ">%s</Say>", escaped);
}

/**
 * moked_twilio_dup_twiml:
 * @answer: what the caller is to hear
 *
 * Writes TwiML. A recording without an `action` would call this document's own address again, so a message
 * is taken only when there is an address to tell.
 *
 * Returns: (transfer full): the document
 */
char *
moked_twilio_dup_twiml (const MokedCallAnswer *answer)
{
  GString *xml = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>");

  say (xml, answer->greeting);
  if (answer->take_message && answer->recording_url != NULL)
    {
      g_autofree char *url = g_markup_escape_text (answer->recording_url, -1);

      g_string_append_printf (xml,
                              "<Record action=\"%s\" method=\"POST\" maxLength=\"%d\" timeout=\"%d\" finishOnKey=\"#\""
                              " playBeep=\"true\" trim=\"trim-silence\"/>",
                              url, MESSAGE_SECONDS, SILENCE_SECONDS);
    }
  say (xml, answer->goodbye);
  g_string_append (xml, "<Hangup/></Response>");
  return g_string_free (xml, FALSE);
}

static char *
dup_answer (MokedTelephony        *telephony,
            const MokedCallAnswer *answer)
{
  return moked_twilio_dup_twiml (answer);
}

static void
telephony_iface_init (MokedTelephonyInterface *iface)
{
  iface->get_name = get_name;
  iface->verify = verify;
  iface->parse_event = parse_event;
  iface->dup_answer = dup_answer;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MokedTwilioTelephony, moked_twilio_telephony, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MOKED_TYPE_TELEPHONY, telephony_iface_init))

static void
moked_twilio_telephony_finalize (GObject *object)
{
  g_clear_object (&MOKED_TWILIO_TELEPHONY (object)->client);
  G_OBJECT_CLASS (moked_twilio_telephony_parent_class)->finalize (object);
}

static void
moked_twilio_telephony_class_init (MokedTwilioTelephonyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_twilio_telephony_finalize;
}

static void
moked_twilio_telephony_init (MokedTwilioTelephony *self)
{
}

/**
 * moked_twilio_telephony_new:
 * @client: whose account
 *
 * Returns: (transfer full): calls through Twilio
 */
MokedTelephony *
moked_twilio_telephony_new (MokedTwilioClient *client)
{
  MokedTwilioTelephony *self = g_object_new (MOKED_TYPE_TWILIO_TELEPHONY, NULL);

  self->client = g_object_ref (client);
  return MOKED_TELEPHONY (self);
}
