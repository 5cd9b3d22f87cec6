/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/customers/moked-customer-service.h"
#include "messages-fixture.h"

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

  g_ptr_array_add (media, &picture);
  arrival.message.media = media;
  office_fixture_write (f, receive, &arrival);
  conversation = the_conversation (f);
  message = office_fixture_find (f, &moked_message_info, "e.business_id = $1");
  g_assert_cmpint (message->kind, ==, MOKED_MESSAGE_IMAGE);
  g_assert_cmpint (conversation->last_kind, ==, MOKED_MESSAGE_IMAGE);
  g_assert_null (conversation->preview);
  g_assert_cmpstr (message->media, ==, "[{\"type\":\"image/jpeg\",\"url\":\"https://api.twilio.com/media/1\"}]");
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

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  OFFICE_TEST ("/messages/receive/new-person", new_person_fiber);
  OFFICE_TEST ("/messages/receive/repeated", repeated_fiber);
  OFFICE_TEST ("/messages/receive/reopened", reopened_fiber);
  OFFICE_TEST ("/messages/receive/user-id", user_id_fiber);
  OFFICE_TEST ("/messages/receive/id-then-number", id_then_number_fiber);
  OFFICE_TEST ("/messages/receive/media", media_fiber);
  OFFICE_TEST ("/messages/receive/named-sender", named_sender_fiber);
  return fixture_run_tests ();
}
