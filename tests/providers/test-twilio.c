/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-error.h"
#include "providers/twilio/moked-twilio-messaging.h"
#include "providers/twilio/moked-twilio-signature.h"
#include "providers/twilio/moked-twilio-telephony.h"
#include "twilio-stand-in.h"

static MokedForm *
form_of (const char *text)
{
  g_autoptr (GError) error = NULL;
  MokedForm *form = moked_form_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return form;
}

/* Signatures ---------------------------------------------------------------------------------------------- */

/* Made by python3-twilio 9.4.1. */
static void
test_sign (void)
{
  static const char call[] = "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212";
  g_autofree char *with_speech = g_strconcat (call,
                                              "&SpeechResult=%D7%A9%D7%9C%D7%95%D7%9D+%D7%A2%D7%95%D7%9C%D7%9D",
                                              NULL);
  g_autoptr (MokedForm) form = form_of (call);
  g_autoptr (MokedForm) speech = form_of (with_speech);
  g_autofree char *one = moked_twilio_sign ("12345", "https://example.com/myapp", form);
  g_autofree char *two = moked_twilio_sign ("12345", "https://example.com/myapp", speech);
  g_autofree char *socket = moked_twilio_sign ("12345", "wss://example.com/media", NULL);

  g_assert_cmpstr (one, ==, "NGAgWNhdnsLF8j385frvrQoi9sg=");
  g_assert_cmpstr (two, ==, "YOefXQwnyiPqzjRg1nl25xm6lSo=");
  g_assert_cmpstr (socket, ==, "7PR3qMkpDyEJtMrVOY/LDyNq8J8=");
}

static const char *
get_signature (gpointer    source,
               const char *name)
{
  g_assert_cmpstr (name, ==, "X-Twilio-Signature");
  return source;
}

/* Whether @signed_url's signature is accepted at @url. */
static gboolean
is_accepted (const char *url,
             const char *signed_url,
             const char *token,
             const char *body)
{
  static const char *const tokens[] = { "present", "former", NULL };
  g_autoptr (MokedForm) form = form_of (body);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autofree char *signature = moked_twilio_sign (token, signed_url, form);
  const MokedSignedRequest request = { url, bytes, form, get_signature, signature };
  g_autoptr (GError) error = NULL;

  if (moked_twilio_verify (tokens, &request, &error))
    return TRUE;
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_FORBIDDEN);
  return FALSE;
}

static void
test_candidates (void)
{
  g_assert_true (is_accepted ("https://a.example/h", "https://a.example/h", "present", "a=1"));
  g_assert_true (is_accepted ("https://a.example/h", "https://a.example/h", "former", "a=1"));
  g_assert_false (is_accepted ("https://a.example/h", "https://a.example/h", "other", "a=1"));
  g_assert_true (is_accepted ("https://a.example/h", "https://a.example:443/h", "present", "a=1"));
  g_assert_true (is_accepted ("https://a.example:443/h", "https://a.example/h", "present", "a=1"));
  g_assert_true (is_accepted ("http://a.example/h?x=1", "http://a.example:80/h?x=1", "present", "a=1"));
  g_assert_true (is_accepted ("https://[2001:db8::1]/h", "https://[2001:db8::1]:443/h", "present", "a=1"));
  g_assert_true (is_accepted ("https://a.example/h?x=a%27b+c", "https://a.example/h?x=a'b%20c", "present", "a=1"));
  g_assert_true (is_accepted ("https://a.example/h?x=a%27b", "https://a.example:443/h?x=a'b", "present", "a=1"));
  g_assert_false (is_accepted ("https://a.example/h", "https://a.example:8443/h", "present", "a=1"));
  g_assert_false (is_accepted ("https://a.example/h", "https://b.example/h", "present", "a=1"));
  g_assert_false (is_accepted ("https://a.example/h?x=1", "https://a.example/h", "present", "a=1"));
}

/* Fields of one name are sorted and count once. */
static void
test_repeated_fields (void)
{
  g_autoptr (MokedForm) one = form_of ("b=2&a=x&b=1&b=2");
  g_autoptr (MokedForm) other = form_of ("a=x&b=1&b=2");
  g_autofree char *first = moked_twilio_sign ("t", "https://a.example/", one);
  g_autofree char *second = moked_twilio_sign ("t", "https://a.example/", other);

  g_assert_cmpstr (first, ==, second);
}

static void
test_body_hash (void)
{
  static const char *const tokens[] = { "12345", NULL };
  static const char body[] = "{\"CallSid\":\"CA1234567890ABCDE\",\"Caller\":\"+12349013030\"}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (body, strlen (body));
  g_autoptr (GBytes) changed = g_bytes_new_static ("{}", 2);
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *url = g_strconcat ("https://example.com/myapp?bodySHA256=", hash, NULL);
  MokedSignedRequest request = { url, bytes, NULL, get_signature, (gpointer) "hPXmLwIy3Fgqv1i9KPmH/HhQ6zo=" };
  g_autoptr (GError) error = NULL;

  g_assert_true (moked_twilio_verify (tokens, &request, &error));
  request.body = changed;
  g_assert_false (moked_twilio_verify (tokens, &request, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_FORBIDDEN);
}

/* Parsing ------------------------------------------------------------------------------------------------- */

static MokedMessaging *
new_messaging (TwilioStandIn *twilio)
{
  g_autoptr (MokedTwilioClient) client = twilio_stand_in_new_client (twilio, NULL);

  return moked_twilio_messaging_new (client);
}

static void
test_incoming (TwilioStandIn *twilio)
{
  g_autoptr (MokedMessaging) messaging = new_messaging (twilio);
  g_autoptr (MokedForm) form = form_of ("MessageSid=SM1&From=whatsapp%3A%2B972501234567&To=whatsapp%3A%2B97237654321&Body=%D7%90"
                                        "&NumMedia=2&MediaUrl0=https%3A%2F%2Fa&MediaContentType0=image%2Fjpeg"
                                        "&MediaUrl1=https%3A%2F%2Fb"
                                        "&ProfileName=%D7%93%D7%A0%D7%94&ExternalUserId=whatsapp%3AIL.1&Unknown=1&ButtonPayload=");
  g_autoptr (MokedForm) hidden = form_of ("MessageSid=SM2&From=whatsapp%3AIL.123abc&To=whatsapp%3A%2B97237654321");
  g_autoptr (MokedForm) sms = form_of ("MessageSid=SM3&From=%2B972501234567&To=%2B97237654321&Body=x&NumMedia=-1");
  g_autoptr (MokedIncomingMessage) one = moked_messaging_parse_incoming (messaging, form, NULL);
  g_autoptr (MokedIncomingMessage) two = moked_messaging_parse_incoming (messaging, hidden, NULL);
  g_autoptr (MokedIncomingMessage) three = moked_messaging_parse_incoming (messaging, sms, NULL);

  g_assert_cmpstr (one->channel, ==, "whatsapp");
  g_assert_cmpstr (one->from, ==, "+972501234567");
  g_assert_cmpstr (one->from_kind, ==, "phone");
  g_assert_cmpstr (one->to, ==, "+97237654321");
  g_assert_cmpstr (one->user_id, ==, "IL.1");
  g_assert_cmpstr (one->profile_name, ==, "דנה");
  g_assert_null (one->button_payload);
  g_assert_cmpuint (one->media->len, ==, 2);
  g_assert_cmpstr (((MokedMessageMedia *) one->media->pdata[0])->content_type, ==, "image/jpeg");
  g_assert_cmpstr (two->from, ==, "IL.123abc");
  g_assert_cmpstr (two->from_kind, ==, "wa_bsuid");
  g_assert_cmpstr (two->body, ==, "");
  g_assert_cmpstr (three->channel, ==, "sms");
  g_assert_cmpuint (three->media->len, ==, 0);
}

static void
test_incoming_refused (TwilioStandIn *twilio)
{
  static const char *const forms[] = {
    "From=%2B1&To=%2B2",
    "MessageSid=&From=%2B1&To=%2B2",
    "MessageSid=SM1&To=%2B2",
    "MessageSid=SM1&From=whatsapp%3A&To=%2B2",
    "MessageSid=SM1&From=%2B1",
  };
  g_autoptr (MokedMessaging) messaging = new_messaging (twilio);

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (MokedForm) form = form_of (forms[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (moked_messaging_parse_incoming (messaging, form, &error));
      g_assert_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT);
    }
}

static void
test_status (TwilioStandIn *twilio)
{
  g_autoptr (MokedMessaging) messaging = new_messaging (twilio);
  g_autoptr (MokedForm) read = form_of ("MessageSid=SM1&MessageStatus=read&EventType=READ");
  g_autoptr (MokedForm) failed = form_of ("MessageSid=SM1&MessageStatus=undelivered&ErrorCode=63016");
  g_autoptr (MokedForm) unknown = form_of ("MessageSid=SM1&MessageStatus=teleported");
  g_autoptr (MokedMessageStatus) one = moked_messaging_parse_status (messaging, read, NULL);
  g_autoptr (MokedMessageStatus) two = moked_messaging_parse_status (messaging, failed, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (one->state, ==, MOKED_MESSAGE_STATE_READ);
  g_assert_null (one->error);
  g_assert_cmpint (two->state, ==, MOKED_MESSAGE_STATE_UNDELIVERED);
  g_assert_cmpint (two->error_code, ==, 63016);
  g_assert_nonnull (strstr (two->error, "24 hours"));
  g_assert_null (moked_messaging_parse_status (messaging, unknown, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT);
}

/* Whatever the order of the reports, the end is the same. */
static void
test_state_order (void)
{
  static const MokedMessageState reports[] = {
    MOKED_MESSAGE_STATE_QUEUED, MOKED_MESSAGE_STATE_SENT, MOKED_MESSAGE_STATE_DELIVERED, MOKED_MESSAGE_STATE_READ,
  };

  for (guint turn = 0; turn < 500; turn++)
    {
      MokedMessageState state = MOKED_MESSAGE_STATE_ACCEPTED;

      for (guint i = 0; i < 20; i++)
        {
          MokedMessageState report = reports[i < 4 ? i : (guint) g_test_rand_int_range (0, 4)];

          if (moked_message_state_advance (state, report))
            state = report;
        }
      g_assert_cmpint (state, ==, MOKED_MESSAGE_STATE_READ);
    }
  g_assert_true (moked_message_state_advance (MOKED_MESSAGE_STATE_SENT, MOKED_MESSAGE_STATE_FAILED));
  g_assert_false (moked_message_state_advance (MOKED_MESSAGE_STATE_DELIVERED, MOKED_MESSAGE_STATE_FAILED));
  g_assert_false (moked_message_state_advance (MOKED_MESSAGE_STATE_FAILED, MOKED_MESSAGE_STATE_DELIVERED));
  g_assert_false (moked_message_state_advance (MOKED_MESSAGE_STATE_SENT, MOKED_MESSAGE_STATE_SENT));
  g_assert_true (moked_call_state_advance (MOKED_CALL_STATE_RINGING, MOKED_CALL_STATE_COMPLETED));
  g_assert_false (moked_call_state_advance (MOKED_CALL_STATE_COMPLETED, MOKED_CALL_STATE_RINGING));
}

static void
test_call (TwilioStandIn *twilio)
{
  g_autoptr (MokedTwilioClient) client = twilio_stand_in_new_client (twilio, NULL);
  g_autoptr (MokedTelephony) telephony = moked_twilio_telephony_new (client);
  g_autoptr (MokedForm) form = form_of ("CallSid=CA1&From=%2B972501234567&To=%2B97237654321&CallStatus=in-progress&Direction=inbound"
                                        "&SequenceNumber=3&CallDuration=42&Timestamp=Sat%2C+21+Nov+2026+10%3A00%3A00+%2B0000");
  g_autoptr (MokedForm) hidden = form_of ("CallSid=CA2&From=anonymous&To=%2B97237654321&CallStatus=ringing");
  g_autoptr (MokedForm) code = form_of ("CallSid=CA3&From=%2B266696687&To=%2B97237654321&CallStatus=ringing");
  g_autoptr (MokedCallEvent) one = moked_telephony_parse_event (telephony, form, NULL);
  g_autoptr (MokedCallEvent) two = moked_telephony_parse_event (telephony, hidden, NULL);
  g_autoptr (MokedCallEvent) three = moked_telephony_parse_event (telephony, code, NULL);

  g_assert_cmpint (one->state, ==, MOKED_CALL_STATE_IN_PROGRESS);
  g_assert_true (one->incoming);
  g_assert_cmpint (one->sequence, ==, 3);
  g_assert_cmpint (one->duration, ==, 42);
  g_assert_cmpint (one->at, ==, G_GINT64_CONSTANT (1795255200000000));
  g_assert_null (two->from);
  g_assert_cmpint (two->sequence, ==, -1);
  g_assert_null (three->from);
}

static void
test_answer (TwilioStandIn *twilio)
{
  const MokedCallAnswer answer = {
    .greeting = "שלום <b> & \"ברוכים\"\x01",
    .goodbye = "תודה",
    .recording_url = "https://a.example/r?a=1&b=2",
    .take_message = TRUE,
  };
  g_autofree char *xml = moked_twilio_dup_twiml (&answer);

  g_assert_cmpstr (xml, ==,
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>"
                   "<Say language=\"he-IL\" voice=\"Google.he-IL-Wavenet-A\">"
                   "שלום &lt;b&gt; &amp; &quot;ברוכים&quot;</Say>"
                   "<Record action=\"https://a.example/r?a=1&amp;b=2\" method=\"POST\" maxLength=\"180\" timeout=\"5\""
                   " finishOnKey=\"#\" playBeep=\"true\" trim=\"trim-silence\"/>"
                   "<Say language=\"he-IL\" voice=\"Google.he-IL-Wavenet-A\">תודה</Say><Hangup/></Response>");
}

/* Sending ------------------------------------------------------------------------------------------------- */

static const MokedOutgoingMessage hello = {
  .id = "M1", .channel = "whatsapp", .to = "+972501234567", .body = "שלום & ברכה", .status_url = "https://a.example/s",
};

static char *
send_message (TwilioStandIn              *twilio,
              const MokedOutgoingMessage *message,
              GError                    **error)
{
  g_autoptr (MokedMessaging) messaging = new_messaging (twilio);
  g_autoptr (MokedMessageStatus) status = dex_await_boxed (moked_messaging_send (messaging, message), error);

  return status != NULL ? g_strdup (status->provider_id) : NULL;
}

static void
test_send (TwilioStandIn *twilio)
{
  g_autofree char *id = send_message (twilio, &hello, NULL);
  GHashTable *form = g_ptr_array_index (twilio->messages, 0);

  g_assert_cmpstr (id, ==, "SM00000000000000000000000000000001");
  g_assert_cmpstr (g_hash_table_lookup (form, "To"), ==, "whatsapp:+972501234567");
  g_assert_cmpstr (g_hash_table_lookup (form, "From"), ==, "whatsapp:+97237654321");
  g_assert_cmpstr (g_hash_table_lookup (form, "Body"), ==, "שלום & ברכה");
  g_assert_cmpstr (g_hash_table_lookup (form, "StatusCallback"), ==, "https://a.example/s");
}

static void
test_send_template (TwilioStandIn *twilio)
{
  MokedOutgoingMessage message = hello;
  g_autofree char *id = NULL;
  GHashTable *form;

  message.channel = "sms";
  message.template_id = "HX1";
  message.template_json = "{\"1\":\"דנה\"}";
  id = send_message (twilio, &message, NULL);
  form = g_ptr_array_index (twilio->messages, 0);
  g_assert_cmpstr (g_hash_table_lookup (form, "To"), ==, "+972501234567");
  g_assert_cmpstr (g_hash_table_lookup (form, "ContentSid"), ==, "HX1");
  g_assert_cmpstr (g_hash_table_lookup (form, "ContentVariables"), ==, "{\"1\":\"דנה\"}");
  g_assert_false (g_hash_table_contains (form, "Body"));
}

static void
test_send_errors (TwilioStandIn *twilio)
{
  static const struct
  {
    guint      status;
    int        code;
    MokedError error;
    gboolean   temporary;
  } cases[] = {
    { 400, 63016, MOKED_ERROR_REJECTED, FALSE },
    { 400, 21211, MOKED_ERROR_REJECTED, FALSE },
    { 400, 21610, MOKED_ERROR_REJECTED, FALSE },
    { 400, 99999, MOKED_ERROR_REJECTED, FALSE },
    { 401, 20003, MOKED_ERROR_UNAUTHENTICATED, FALSE },
    { 404, 20404, MOKED_ERROR_NOT_FOUND, FALSE },
    { 429, 20429, MOKED_ERROR_RATE_LIMITED, TRUE },
    { 429, 63018, MOKED_ERROR_RATE_LIMITED, TRUE },
    { 429, 0, MOKED_ERROR_RATE_LIMITED, TRUE },
    { 500, 20500, MOKED_ERROR_UNAVAILABLE, TRUE },
    { 503, 0, MOKED_ERROR_UNAVAILABLE, TRUE },
  };

  twilio->mood = TWILIO_ERROR;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      twilio->status = cases[i].status;
      twilio->code = cases[i].code;
      g_assert_null (send_message (twilio, &hello, &error));
      g_assert_error (error, MOKED_ERROR, (int) cases[i].error);
      g_assert_cmpint (moked_error_is_temporary (error), ==, cases[i].temporary);
    }
}

static void
test_send_lost (TwilioStandIn *twilio)
{
  static const struct
  {
    TwilioMood mood;
    MokedError error;
  } cases[] = {
    { TWILIO_SILENT_WITHOUT_EFFECT, MOKED_ERROR_TIMEOUT },
    { TWILIO_HANGS_UP, MOKED_ERROR_UNAVAILABLE },
    { TWILIO_BABBLES, MOKED_ERROR_UNAVAILABLE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      twilio->mood = cases[i].mood;
      g_assert_null (send_message (twilio, &hello, &error));
      g_assert_error (error, MOKED_ERROR, (int) cases[i].error);
    }
}

/* The first try arrived and its answer was lost: the second finds it and sends nothing. */
static void
test_resend_finds (TwilioStandIn *twilio)
{
  MokedOutgoingMessage again = hello;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  again.resent_after = g_get_real_time ();
  twilio->mood = TWILIO_SILENT;
  g_assert_null (send_message (twilio, &hello, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_TIMEOUT);
  twilio->mood = TWILIO_GOOD;
  id = send_message (twilio, &again, NULL);
  g_assert_cmpstr (id, ==, "SM00000000000000000000000000000001");
  g_assert_cmpuint (twilio->posts, ==, 1);
}

/* It did not arrive, or what is there is another message: it is sent. */
static void
test_resend_sends (TwilioStandIn *twilio)
{
  const char *const known[] = { "SM00000000000000000000000000000001", NULL };
  MokedOutgoingMessage again = hello;
  MokedOutgoingMessage other = hello;
  g_autofree char *first = send_message (twilio, &hello, NULL);
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  again.resent_after = g_get_real_time ();
  again.known_ids = known;
  second = send_message (twilio, &again, NULL);
  g_assert_cmpstr (second, ==, "SM00000000000000000000000000000002");
  other.resent_after = g_get_real_time ();
  other.body = "אחר";
  third = send_message (twilio, &other, NULL);
  g_assert_cmpstr (third, ==, "SM00000000000000000000000000000003");
  g_assert_cmpuint (twilio->gets, ==, 2);
}

/* While nobody can tell whether it arrived, it is not sent again. */
static void
test_resend_waits (TwilioStandIn *twilio)
{
  MokedOutgoingMessage again = hello;
  g_autoptr (GError) error = NULL;

  again.resent_after = g_get_real_time ();
  soup_server_disconnect (twilio->server);
  g_assert_null (send_message (twilio, &again, &error));
  g_assert_true (moked_error_is_temporary (error));
  g_assert_cmpuint (twilio->posts, ==, 0);
}

static void
test_check (TwilioStandIn *twilio)
{
  g_autoptr (MokedMessaging) good = new_messaging (twilio);
  g_autoptr (MokedTwilioClient) client = twilio_stand_in_new_client (twilio, "wrong");
  g_autoptr (MokedMessaging) bad = moked_twilio_messaging_new (client);
  g_autofree char *name = dex_await_string (moked_messaging_check (good), NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (name, ==, "An office");
  g_assert_null (dex_await_string (moked_messaging_check (bad), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED);
}

typedef void (*Test) (TwilioStandIn *twilio);

static DexFuture *
test_fiber (gpointer data)
{
  Test test = data;
  TwilioStandIn *twilio = twilio_stand_in_new ();

  test (twilio);
  twilio_stand_in_free (twilio);
  return dex_future_new_true ();
}

static void
run_test (gconstpointer data)
{
  DexFuture *future = dex_scheduler_spawn (NULL, 0, test_fiber, (gpointer) data, NULL);

  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, TRUE);
  dex_unref (future);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    Test        test;
  } tests[] = {
    { "/twilio/incoming", test_incoming },
    { "/twilio/incoming/refused", test_incoming_refused },
    { "/twilio/status", test_status },
    { "/twilio/call", test_call },
    { "/twilio/answer", test_answer },
    { "/twilio/send", test_send },
    { "/twilio/send/template", test_send_template },
    { "/twilio/send/errors", test_send_errors },
    { "/twilio/send/lost", test_send_lost },
    { "/twilio/resend/finds", test_resend_finds },
    { "/twilio/resend/sends", test_resend_sends },
    { "/twilio/resend/waits", test_resend_waits },
    { "/twilio/check", test_check },
  };

  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/twilio/sign", test_sign);
  g_test_add_func ("/twilio/candidates", test_candidates);
  g_test_add_func ("/twilio/repeated-fields", test_repeated_fields);
  g_test_add_func ("/twilio/body-hash", test_body_hash);
  g_test_add_func ("/twilio/state-order", test_state_order);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, tests[i].test, run_test);
  return g_test_run ();
}
