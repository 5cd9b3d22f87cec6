/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../support/office-fixture.h"
#include "base/moked-error.h"
#include "base/moked-ulid.h"
#include "features/customers/moked-customer-service.h"
#include "features/messages/moked-message-report.h"
#include "features/messages/moked-message-service.h"
#include "store/moked-entity-store.h"

#define HOUR G_TIME_SPAN_HOUR
#define NOA "+972501234567"

/* Rules */

static MokedConversation *
conversation_written_at (MokedChannel channel,
                         gint64       last_incoming_at)
{
  MokedConversation *conversation = MOKED_CONVERSATION (moked_entity_new (&moked_conversation_info, "01C"));

  conversation->channel = channel;
  conversation->last_incoming_at = last_incoming_at;
  return conversation;
}

static void
test_window (void)
{
  g_autoptr (MokedConversation) whatsapp = conversation_written_at (MOKED_CHANNEL_WHATSAPP, 100 * HOUR);
  g_autoptr (MokedConversation) never = conversation_written_at (MOKED_CHANNEL_WHATSAPP, 0);
  g_autoptr (MokedConversation) sms = conversation_written_at (MOKED_CHANNEL_SMS, 0);

  g_assert_true (moked_conversation_may_write (whatsapp, 100 * HOUR));
  g_assert_true (moked_conversation_may_write (whatsapp, 124 * HOUR - 1));
  g_assert_false (moked_conversation_may_write (whatsapp, 124 * HOUR));
  g_assert_false (moked_conversation_may_write (never, 1));
  g_assert_true (moked_conversation_may_write (sms, 1000 * HOUR));
}

static void
assert_text_refused (MokedConversation *conversation,
                     const char        *text,
                     gint64             now)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (moked_conversation_check_text (conversation, text, now, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_REJECTED);
}

static void
test_text_that_may_be_sent (void)
{
  g_autoptr (MokedConversation) conversation = conversation_written_at (MOKED_CHANNEL_WHATSAPP, 100 * HOUR);
  g_autoptr (GString) longest = g_string_new (NULL);

  for (guint i = 0; i < MOKED_MESSAGE_MAX_LENGTH; i++)
    g_string_append (longest, "א");
  g_assert_true (moked_conversation_check_text (conversation, longest->str, 101 * HOUR, NULL));
  g_string_append (longest, "א");
  assert_text_refused (conversation, longest->str, 101 * HOUR);
  assert_text_refused (conversation, " \n\t", 101 * HOUR);
  assert_text_refused (conversation, "שלום", 124 * HOUR);
}

static void
test_delivery_goes_forward (void)
{
  static const struct
  {
    MokedDelivery from, to;
    gboolean      advances;
  } cases[] = {
    { MOKED_DELIVERY_WAITING, MOKED_DELIVERY_QUEUED, TRUE },
    { MOKED_DELIVERY_QUEUED, MOKED_DELIVERY_READ, TRUE },
    { MOKED_DELIVERY_READ, MOKED_DELIVERY_DELIVERED, FALSE },
    { MOKED_DELIVERY_SENT, MOKED_DELIVERY_SENT, FALSE },
    { MOKED_DELIVERY_SENT, MOKED_DELIVERY_UNDELIVERED, TRUE },
    { MOKED_DELIVERY_DELIVERED, MOKED_DELIVERY_FAILED, FALSE },
    { MOKED_DELIVERY_READ, MOKED_DELIVERY_UNDELIVERED, FALSE },
    { MOKED_DELIVERY_FAILED, MOKED_DELIVERY_SENT, FALSE },
    { MOKED_DELIVERY_UNDELIVERED, MOKED_DELIVERY_READ, FALSE },
    { MOKED_DELIVERY_CANCELLED, MOKED_DELIVERY_SENDING, FALSE },
    { MOKED_DELIVERY_RECEIVED, MOKED_DELIVERY_READ, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (moked_delivery_advance (cases[i].from, cases[i].to), ==, cases[i].advances);
}

static void
test_preview_is_one_short_line (void)
{
  g_autoptr (MokedMessage) message = MOKED_MESSAGE (moked_entity_new (&moked_message_info, "01M"));
  g_autofree char *preview = NULL;

  g_assert_null (moked_message_dup_preview (message));
  g_set_str (&message->body, " שלום\nאפשר לקבוע סיור? ");
  preview = moked_message_dup_preview (message);
  g_assert_cmpstr (preview, ==, "שלום אפשר לקבוע סיור?");
}

/* Receiving */

typedef struct
{
  MokedIncomingMessage message;
  gint64               at;
  MokedReceived        received;
} Arrival;

static gboolean
receive (MokedSession *session,
         gpointer      data,
         GError      **error)
{
  Arrival *arrival = data;

  moked_received_clear (&arrival->received);
  return moked_message_service_receive (session, &arrival->message, arrival->at, &office_actor, &arrival->received,
                                        error);
}

static Arrival
arrival_of (OfficeFixture *f,
            const char    *provider_id,
            const char    *body)
{
  return (Arrival) {
    .message = {
      .provider_id = (char *) provider_id, .channel = (char *) "whatsapp", .from = (char *) NOA,
      .from_kind = (char *) "phone", .to = (char *) OFFICE_PHONE, .profile_name = (char *) "נועה לדוגמה",
      .body = (char *) body,
    },
    .at = moked_clock_get_real (f->clock),
  };
}

static MokedConversation *
the_conversation (OfficeFixture *f)
{
  MokedConversation *conversation = office_fixture_find (f, &moked_conversation_info, "e.business_id = $1");

  g_assert_cmpint (office_fixture_count (f, "conversation"), ==, 1);
  return conversation;
}

static DexFuture *
new_person_fiber (gpointer data)
{
  OfficeFixture *f = data;
  Arrival arrival = arrival_of (f, "SM1", "שלום, הדירה עוד פנויה?");
  g_autoptr (MokedConversation) conversation = NULL;
  g_autoptr (MokedCustomer) customer = NULL;
  g_autoptr (MokedMessage) message = NULL;

  office_fixture_write (f, receive, &arrival);
  conversation = the_conversation (f);
  customer = office_fixture_find (f, &moked_customer_info, "e.business_id = $1");
  message = office_fixture_find (f, &moked_message_info, "e.business_id = $1");
  g_assert_cmpstr (customer->name, ==, "נועה לדוגמה");
  g_assert_cmpstr (customer->phone, ==, NOA);
  g_assert_cmpstr (customer->source, ==, "whatsapp");
  g_assert_cmpint (customer->status, ==, MOKED_CUSTOMER_LEAD);
  g_assert_cmpstr (customer->last_activity, ==, "שלום, הדירה עוד פנויה?");
  g_assert_cmpstr (conversation->customer_id, ==, moked_entity_get_id (customer));
  g_assert_cmpint (conversation->unread, ==, 1);
  g_assert_cmpstr (conversation->preview, ==, "שלום, הדירה עוד פנויה?");
  g_assert_cmpint (conversation->last_message_at, ==, arrival.at);
  g_assert_cmpint (message->state, ==, MOKED_DELIVERY_RECEIVED);
  g_assert_cmpint (moked_entity_get_created_at (message), ==, arrival.at);
  moked_received_clear (&arrival.received);
  return dex_future_new_true ();
}

static DexFuture *
repeated_fiber (gpointer data)
{
  OfficeFixture *f = data;
  Arrival arrival = arrival_of (f, "SM1", "שלום");
  g_autoptr (MokedConversation) conversation = NULL;

  office_fixture_write (f, receive, &arrival);
  g_assert_nonnull (arrival.received.message);
  office_fixture_write (f, receive, &arrival);
  g_assert_null (arrival.received.message);
  conversation = the_conversation (f);
  g_assert_cmpint (office_fixture_count (f, "message"), ==, 1);
  g_assert_cmpint (conversation->unread, ==, 1);
  return dex_future_new_true ();
}

static gboolean
resolve (MokedSession *session,
         gpointer      conversation,
         GError      **error)
{
  MOKED_CONVERSATION (conversation)->state = MOKED_CONVERSATION_RESOLVED;
  return moked_change_log_save (session, conversation, &office_actor, error);
}

static DexFuture *
reopened_fiber (gpointer data)
{
  OfficeFixture *f = data;
  Arrival first = arrival_of (f, "SM1", "שלום");
  Arrival second, late;
  g_autoptr (MokedConversation) conversation = NULL;

  office_fixture_write (f, receive, &first);
  conversation = the_conversation (f);
  office_fixture_write (f, resolve, conversation);
  g_clear_object (&conversation);
  moked_clock_advance (f->clock, HOUR);
  second = arrival_of (f, "SM2", "עוד דבר");
  office_fixture_write (f, receive, &second);
  /* One that was delayed on its way is counted, but is not the newest. */
  late = arrival_of (f, "SM3", "נשלח קודם");
  late.at -= HOUR / 2;
  office_fixture_write (f, receive, &late);
  conversation = the_conversation (f);
  g_assert_cmpint (conversation->state, ==, MOKED_CONVERSATION_OPEN);
  g_assert_cmpint (conversation->unread, ==, 3);
  g_assert_cmpstr (conversation->preview, ==, "עוד דבר");
  g_assert_cmpint (conversation->last_message_at, ==, second.at);
  moked_received_clear (&first.received);
  moked_received_clear (&second.received);
  moked_received_clear (&late.received);
  return dex_future_new_true ();
}

/* First with number and id, later with the id alone, then with the number again. */
static DexFuture *
user_id_fiber (gpointer data)
{
  OfficeFixture *f = data;
  Arrival both = arrival_of (f, "SM1", "אחת");
  Arrival id_alone = arrival_of (f, "SM2", "שתיים");
  Arrival number = arrival_of (f, "SM3", "שלוש");
  g_autoptr (MokedConversation) conversation = NULL;

  both.message.user_id = (char *) "IL.5551234567";
  id_alone.message.from = (char *) "IL.5551234567";
  id_alone.message.from_kind = (char *) "wa_bsuid";
  office_fixture_write (f, receive, &both);
  office_fixture_write (f, receive, &id_alone);
  office_fixture_write (f, receive, &number);
  g_assert_cmpint (office_fixture_count (f, "customer"), ==, 1);
  g_assert_cmpint (office_fixture_count (f, "identity"), ==, 2);
  g_assert_cmpint (office_fixture_count (f, "message"), ==, 3);
  moked_received_clear (&both.received);
  moked_received_clear (&id_alone.received);
  moked_received_clear (&number.received);
  return dex_future_new_true ();
}

static DexFuture *
id_then_number_fiber (gpointer data)
{
  OfficeFixture *f = data;
  Arrival id_alone = arrival_of (f, "SM1", "אחת");
  Arrival both = arrival_of (f, "SM2", "שתיים");
  g_autoptr (MokedConversation) conversation = NULL;

  id_alone.message.from = (char *) "IL.5551234567";
  id_alone.message.from_kind = (char *) "wa_bsuid";
  both.message.user_id = (char *) "IL.5551234567";
  office_fixture_write (f, receive, &id_alone);
  office_fixture_write (f, receive, &both);
  conversation = the_conversation (f);
  g_assert_cmpstr (conversation->address, ==, NOA);
  g_assert_cmpint (office_fixture_count (f, "customer"), ==, 1);
  moked_received_clear (&id_alone.received);
  moked_received_clear (&both.received);
  return dex_future_new_true ();
}

static DexFuture *
media_fiber (gpointer data)
{
  OfficeFixture *f = data;
  Arrival arrival = arrival_of (f, "SM1", "");
  MokedMessageMedia picture = { (char *) "https://api.twilio.com/media/1", (char *) "image/jpeg" };
  g_autoptr (GPtrArray) media = g_ptr_array_new ();
  g_autoptr (MokedConversation) conversation = NULL;
  g_autoptr (MokedMessage) message = NULL;
  g_auto (GStrv) types = NULL;

  g_ptr_array_add (media, &picture);
  arrival.message.media = media;
  office_fixture_write (f, receive, &arrival);
  conversation = the_conversation (f);
  message = office_fixture_find (f, &moked_message_info, "e.business_id = $1");
  types = moked_message_list_media (message);
  g_assert_cmpint (message->kind, ==, MOKED_MESSAGE_IMAGE);
  g_assert_cmpint (conversation->last_kind, ==, MOKED_MESSAGE_IMAGE);
  g_assert_null (conversation->preview);
  g_assert_cmpuint (g_strv_length (types), ==, 1);
  g_assert_cmpstr (types[0], ==, "image/jpeg");
  moked_received_clear (&arrival.received);
  return dex_future_new_true ();
}

static DexFuture *
named_sender_fiber (gpointer data)
{
  OfficeFixture *f = data;
  Arrival arrival = arrival_of (f, "SM1", "הקוד שלך 1234");
  g_autoptr (MokedCustomer) customer = NULL;

  arrival.message.channel = (char *) "sms";
  arrival.message.from = (char *) "Bank";
  arrival.message.profile_name = NULL;
  office_fixture_write (f, receive, &arrival);
  customer = office_fixture_find (f, &moked_customer_info, "e.business_id = $1");
  g_assert_cmpstr (customer->name, ==, "Bank");
  g_assert_null (customer->phone);
  moked_received_clear (&arrival.received);
  return dex_future_new_true ();
}

/* Sending */

typedef struct
{
  MokedComposed composed;
  const char   *message_id;
  const char   *conversation_id;
  gint64        up_to;
} Ask;

static gboolean
send_message (MokedSession *session,
              gpointer      data,
              GError      **error)
{
  Ask *ask = data;
  MokedActor actor = { "01USER", "device", NULL };
  g_autoptr (MokedMessage) message = moked_message_service_send (session, &ask->composed, &actor, error);

  return message != NULL;
}

static gboolean
cancel (MokedSession *session,
        gpointer      data,
        GError      **error)
{
  return moked_message_service_cancel (session, data, &office_actor, error);
}

static gboolean
retry (MokedSession *session,
       gpointer      data,
       GError      **error)
{
  return moked_message_service_retry (session, data, &office_actor, error);
}

static gboolean
mark_read (MokedSession *session,
           gpointer      data,
           GError      **error)
{
  Ask *ask = data;

  return moked_message_service_read (session, ask->conversation_id, ask->up_to, &office_actor, error);
}

/* A conversation with one message of the other side, which happened just now. Returns its id. */
static char *
begin_conversation (OfficeFixture *f)
{
  Arrival arrival = arrival_of (f, "SM1", "שלום");
  char *id;

  office_fixture_write (f, receive, &arrival);
  id = g_strdup (moked_entity_get_id (arrival.received.conversation));
  moked_received_clear (&arrival.received);
  return id;
}

static char *
send_text (OfficeFixture *f,
           const char    *conversation_id,
           const char    *body)
{
  char *id = moked_ulid_new (f->clock);
  Ask ask = { { id, conversation_id, body } };

  office_fixture_write (f, send_message, &ask);
  return id;
}

static MokedMessage *
outgoing_message (OfficeFixture *f)
{
  return office_fixture_find (f, &moked_message_info, "e.business_id = $1 AND e.direction = 'out'");
}

static DexFuture *
send_fiber (gpointer data)
{
  OfficeFixture *f = data;
  g_autofree char *conversation_id = begin_conversation (f);
  g_autofree char *id = NULL;
  Ask again;
  g_autoptr (MokedMessage) message = NULL;
  g_autoptr (MokedConversation) conversation = NULL;

  moked_clock_advance (f->clock, HOUR);
  id = send_text (f, conversation_id, "כן, פנויה. מתי נוח לראות?");
  again = (Ask) { { id, conversation_id, "כן, פנויה. מתי נוח לראות?" } };
  office_fixture_write (f, send_message, &again);
  message = outgoing_message (f);
  conversation = the_conversation (f);
  g_assert_cmpint (office_fixture_count (f, "message"), ==, 2);
  g_assert_cmpint (office_fixture_count (f, "message_send"), ==, 1);
  g_assert_cmpint (message->state, ==, MOKED_DELIVERY_QUEUED);
  g_assert_cmpstr (message->author_id, ==, "01USER");
  g_assert_cmpint (conversation->unread, ==, 0);
  g_assert_cmpint (conversation->last_direction, ==, MOKED_DIRECTION_OUT);
  g_assert_cmpstr (conversation->preview, ==, "כן, פנויה. מתי נוח לראות?");
  return dex_future_new_true ();
}

static void
assert_refused (OfficeFixture *f,
                OfficeFunc     func,
                gpointer       data)
{
  g_autoptr (GError) error = office_fixture_refused (f, func, data);

  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_REJECTED);
}

static DexFuture *
send_refused_fiber (gpointer data)
{
  OfficeFixture *f = data;
  g_autofree char *conversation_id = begin_conversation (f);
  g_autofree char *id = moked_ulid_new (f->clock);
  Ask nowhere = { { id, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "שלום" } };
  Ask late = { { id, conversation_id, "שלום" } };

  assert_refused (f, send_message, &nowhere);
  moked_clock_advance (f->clock, 25 * HOUR);
  assert_refused (f, send_message, &late);
  g_assert_cmpint (office_fixture_count (f, "message"), ==, 1);
  g_assert_cmpint (office_fixture_count (f, "message_send"), ==, 0);
  return dex_future_new_true ();
}

static DexFuture *
cancel_fiber (gpointer data)
{
  OfficeFixture *f = data;
  g_autofree char *conversation_id = begin_conversation (f);
  g_autofree char *id = send_text (f, conversation_id, "רגע");
  g_autoptr (MokedMessage) message = NULL;

  office_fixture_write (f, cancel, id);
  office_fixture_write (f, cancel, id);
  message = outgoing_message (f);
  g_assert_cmpint (message->state, ==, MOKED_DELIVERY_CANCELLED);
  assert_refused (f, retry, id);
  return dex_future_new_true ();
}

static DexFuture *
read_fiber (gpointer data)
{
  OfficeFixture *f = data;
  g_autofree char *conversation_id = begin_conversation (f);
  Ask ask = { .conversation_id = conversation_id, .up_to = moked_clock_get_real (f->clock) };
  Arrival second;
  g_autoptr (MokedConversation) conversation = NULL;

  moked_clock_advance (f->clock, HOUR);
  second = arrival_of (f, "SM2", "עוד");
  office_fixture_write (f, receive, &second);
  office_fixture_write (f, mark_read, &ask);
  conversation = the_conversation (f);
  g_assert_cmpint (conversation->unread, ==, 1);
  g_clear_object (&conversation);
  ask.up_to = second.at;
  office_fixture_write (f, mark_read, &ask);
  conversation = the_conversation (f);
  g_assert_cmpint (conversation->unread, ==, 0);
  moked_received_clear (&second.received);
  return dex_future_new_true ();
}

/* Reports */

static gboolean
report (MokedSession *session,
        gpointer      data,
        GError      **error)
{
  return moked_message_service_report (session, data, &office_actor, error);
}

static gboolean
note_provider_id (MokedSession *session,
                  gpointer      message,
                  GError      **error)
{
  MokedMessage *self = message;

  self->state = MOKED_DELIVERY_SENDING;
  g_set_str (&self->provider_id, "SM9");
  return moked_message_apply_kept (session, self, error) && moked_change_log_save (session, self, &office_actor, error);
}

static void
arrive (OfficeFixture    *f,
        MokedMessageState state,
        const char       *why)
{
  MokedMessageStatus status = { (char *) "SM9", state, 0, (char *) why };

  office_fixture_arrive (f, report, &status);
}

static void
assert_state (OfficeFixture *f,
              MokedDelivery  state)
{
  g_autoptr (MokedMessage) message = outgoing_message (f);

  g_assert_cmpint (message->state, ==, state);
}

static DexFuture *
reports_fiber (gpointer data)
{
  OfficeFixture *f = data;
  g_autofree char *conversation_id = begin_conversation (f);
  g_autofree char *id = send_text (f, conversation_id, "שלום");
  g_autoptr (MokedMessage) message = outgoing_message (f);
  gint64 changes;

  /* What comes before the vendor's id is known here is kept for it. */
  arrive (f, MOKED_MESSAGE_STATE_DELIVERED, NULL);
  arrive (f, MOKED_MESSAGE_STATE_SENT, NULL);
  assert_state (f, MOKED_DELIVERY_QUEUED);
  office_fixture_write (f, note_provider_id, message);
  assert_state (f, MOKED_DELIVERY_DELIVERED);
  arrive (f, MOKED_MESSAGE_STATE_READ, NULL);
  assert_state (f, MOKED_DELIVERY_READ);
  changes = office_fixture_count (f, "change");
  arrive (f, MOKED_MESSAGE_STATE_READ, NULL);
  arrive (f, MOKED_MESSAGE_STATE_SENT, NULL);
  arrive (f, MOKED_MESSAGE_STATE_FAILED, "no");
  assert_state (f, MOKED_DELIVERY_READ);
  g_assert_cmpint (office_fixture_count (f, "change"), ==, changes);
  return dex_future_new_true ();
}

static DexFuture *
failed_and_retried_fiber (gpointer data)
{
  OfficeFixture *f = data;
  g_autofree char *conversation_id = begin_conversation (f);
  g_autofree char *id = send_text (f, conversation_id, "שלום");
  g_autoptr (MokedMessage) message = outgoing_message (f);

  assert_refused (f, retry, id);
  office_fixture_write (f, note_provider_id, message);
  arrive (f, MOKED_MESSAGE_STATE_UNDELIVERED, "The phone could not be reached.");
  g_clear_object (&message);
  message = outgoing_message (f);
  g_assert_cmpint (message->state, ==, MOKED_DELIVERY_UNDELIVERED);
  g_assert_cmpstr (message->error, ==, "The phone could not be reached.");
  assert_refused (f, cancel, id);
  office_fixture_write (f, retry, id);
  /* The vendor's last words on the first try. */
  arrive (f, MOKED_MESSAGE_STATE_FAILED, "no");
  g_clear_object (&message);
  message = outgoing_message (f);
  g_assert_cmpint (message->state, ==, MOKED_DELIVERY_QUEUED);
  g_assert_null (message->error);
  g_assert_null (message->provider_id);
  return dex_future_new_true ();
}

static void
run_fiber (OfficeFixture *f,
           gconstpointer  data)
{
  test_fiber_run ((DexFiberFunc) data, f);
}

#define ADD(path, fiber) \
  g_test_add (path, OfficeFixture, fiber, office_fixture_setup, run_fiber, office_fixture_teardown)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/messages/rules/window", test_window);
  g_test_add_func ("/messages/rules/text", test_text_that_may_be_sent);
  g_test_add_func ("/messages/rules/delivery", test_delivery_goes_forward);
  g_test_add_func ("/messages/rules/preview", test_preview_is_one_short_line);
  ADD ("/messages/receive/new-person", new_person_fiber);
  ADD ("/messages/receive/repeated", repeated_fiber);
  ADD ("/messages/receive/reopened", reopened_fiber);
  ADD ("/messages/receive/user-id", user_id_fiber);
  ADD ("/messages/receive/id-then-number", id_then_number_fiber);
  ADD ("/messages/receive/media", media_fiber);
  ADD ("/messages/receive/named-sender", named_sender_fiber);
  ADD ("/messages/send/queued", send_fiber);
  ADD ("/messages/send/refused", send_refused_fiber);
  ADD ("/messages/send/cancelled", cancel_fiber);
  ADD ("/messages/read", read_fiber);
  ADD ("/messages/reports/order", reports_fiber);
  ADD ("/messages/reports/failed", failed_and_retried_fiber);
  return g_test_run ();
}
