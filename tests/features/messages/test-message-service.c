/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "base/moked-ulid.h"
#include "features/messages/moked-message-report.h"
#include "messages-fixture.h"

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

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  OFFICE_TEST ("/messages/send/queued", send_fiber);
  OFFICE_TEST ("/messages/send/refused", send_refused_fiber);
  OFFICE_TEST ("/messages/send/cancelled", cancel_fiber);
  OFFICE_TEST ("/messages/read", read_fiber);
  OFFICE_TEST ("/messages/reports/order", reports_fiber);
  OFFICE_TEST ("/messages/reports/failed", failed_and_retried_fiber);
  return fixture_run_tests ();
}
