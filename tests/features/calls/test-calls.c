/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../support/office-fixture.h"
#include "base/moked-time.h"
#include "features/calls/moked-call-service.h"
#include "features/customers/moked-customer.h"

#define SECOND G_USEC_PER_SEC
#define CALLER "+972501234567"

typedef struct
{
  MokedCallEvent event;
  gint64         received_at;
} Arrival;

static gboolean
apply (MokedSession *session,
       gpointer      data,
       GError      **error)
{
  Arrival *arrival = data;

  return moked_call_service_apply (session, &arrival->event, arrival->received_at, &office_actor, error);
}

static MokedCallEvent
event_of (const char    *from,
          MokedCallState state,
          gint64         at)
{
  return (MokedCallEvent) {
    .provider_id = (char *) "CA1", .from = (char *) from, .to = (char *) OFFICE_PHONE, .state = state,
    .incoming = TRUE, .sequence = -1, .at = at, .duration = -1, .recording_duration = -1,
  };
}

static void
arrive (OfficeFixture *f,
        MokedCallEvent event)
{
  Arrival arrival = { event, moked_clock_get_real (f->clock) };

  office_fixture_arrive (f, apply, &arrival);
}

static MokedCall *
the_call (OfficeFixture *f)
{
  g_assert_cmpint (office_fixture_count (f, "call"), ==, 1);
  return office_fixture_find (f, &moked_call_info, "e.business_id = $1");
}

static DexFuture *
unknown_caller_fiber (gpointer data)
{
  OfficeFixture *f = data;
  g_autoptr (MokedCustomer) customer = NULL;
  g_autoptr (MokedCall) call = NULL;

  arrive (f, event_of (CALLER, MOKED_CALL_STATE_RINGING, 0));
  call = the_call (f);
  customer = office_fixture_find (f, &moked_customer_info, "e.business_id = $1");
  g_assert_cmpstr (customer->phone, ==, CALLER);
  g_assert_cmpstr (customer->source, ==, "call");
  g_assert_cmpint (customer->status, ==, MOKED_CUSTOMER_LEAD);
  g_assert_cmpint (customer->last_activity_at, ==, moked_clock_get_real (f->clock));
  g_assert_cmpstr (call->customer_id, ==, moked_entity_get_id (customer));
  g_assert_cmpstr (call->peer, ==, CALLER);
  g_assert_cmpint (call->state, ==, MOKED_CALL_RINGING);
  g_assert_false (moked_call_is_missed (call));
  return dex_future_new_true ();
}

static DexFuture *
nobody_fiber (gpointer data)
{
  OfficeFixture *f = data;
  MokedCallEvent own = event_of (OFFICE_PHONE, MOKED_CALL_STATE_RINGING, 0);

  own.provider_id = (char *) "CA2";
  arrive (f, event_of (NULL, MOKED_CALL_STATE_RINGING, 0));
  arrive (f, own);
  g_assert_cmpint (office_fixture_count (f, "call"), ==, 2);
  g_assert_cmpint (office_fixture_count (f, "customer"), ==, 0);
  return dex_future_new_true ();
}

/* The end arrives first, then the middle, then the beginning, and the middle once more. */
static DexFuture *
any_order_fiber (gpointer data)
{
  OfficeFixture *f = data;
  gint64 start = moked_clock_get_real (f->clock);
  MokedCallEvent end = event_of (CALLER, MOKED_CALL_STATE_COMPLETED, start + 65 * SECOND);
  MokedCallEvent answered = event_of (CALLER, MOKED_CALL_STATE_IN_PROGRESS, start + 5 * SECOND);
  MokedCallEvent again = event_of (CALLER, MOKED_CALL_STATE_IN_PROGRESS, start + 6 * SECOND);
  g_autoptr (MokedCall) call = NULL;

  end.duration = 60;
  moked_clock_advance (f->clock, 70 * SECOND);
  arrive (f, end);
  arrive (f, answered);
  arrive (f, event_of (CALLER, MOKED_CALL_STATE_RINGING, start));
  arrive (f, again);
  call = the_call (f);
  g_assert_cmpint (call->state, ==, MOKED_CALL_COMPLETED);
  g_assert_cmpint (call->started_at, ==, start);
  g_assert_cmpint (call->answered_at, ==, start + 5 * SECOND);
  g_assert_cmpint (call->ended_at, ==, start + 65 * SECOND);
  g_assert_cmpint (call->duration, ==, 60);
  g_assert_true (moked_call_is_missed (call));
  g_assert_cmpint (office_fixture_count (f, "customer"), ==, 1);
  return dex_future_new_true ();
}

static DexFuture *
message_taken_fiber (gpointer data)
{
  OfficeFixture *f = data;
  MokedCallEvent recorded = event_of (CALLER, MOKED_CALL_STATE_IN_PROGRESS, 0);
  g_autoptr (MokedCall) call = NULL;

  recorded.recording_url = (char *) "https://api.twilio.com/recordings/RE1";
  recorded.recording_duration = 12;
  arrive (f, event_of (CALLER, MOKED_CALL_STATE_RINGING, 0));
  arrive (f, event_of (CALLER, MOKED_CALL_STATE_COMPLETED, 0));
  arrive (f, recorded);
  call = the_call (f);
  g_assert_cmpint (call->state, ==, MOKED_CALL_COMPLETED);
  g_assert_cmpstr (call->voicemail, ==, "https://api.twilio.com/recordings/RE1");
  g_assert_cmpint (call->voicemail_duration, ==, 12);
  return dex_future_new_true ();
}

static gint64
at_hour (int hour)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Asia/Jerusalem");
  g_autoptr (GDateTime) time = g_date_time_new (zone, 2026, 7, 1, hour, 30, 0);

  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

static void
test_greeting (void)
{
  static const struct
  {
    int         hour;
    const char *start;
  } hours[] = { { 8, "בוקר טוב" }, { 13, "צהריים טובים" }, { 19, "ערב טוב" }, { 2, "שלום" } };
  g_autofree char *custom = moked_call_dup_greeting ("משרד", "נוסח של המשרד", at_hour (8));

  g_assert_cmpstr (custom, ==, "נוסח של המשרד");
  moked_time_set_zone ("Asia/Jerusalem");
  for (guint i = 0; i < G_N_ELEMENTS (hours); i++)
    {
      g_autofree char *greeting = moked_call_dup_greeting ("שי דירות", NULL, at_hour (hours[i].hour));

      g_assert_true (g_str_has_prefix (greeting, hours[i].start));
      g_assert_nonnull (g_strstr_len (greeting, -1, "שי דירות"));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/calls/greeting", test_greeting);
  OFFICE_TEST ("/calls/unknown-caller", unknown_caller_fiber);
  OFFICE_TEST ("/calls/nobody", nobody_fiber);
  OFFICE_TEST ("/calls/any-order", any_order_fiber);
  OFFICE_TEST ("/calls/message-taken", message_taken_fiber);
  return fixture_run_tests ();
}
