/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/calls/moked-call-service.h"

#include "base/moked-error.h"
#include "base/moked-phone.h"
#include "base/moked-time.h"
#include "base/moked-ulid.h"
#include "features/customers/moked-customer-service.h"
#include "features/office/moked-office-service.h"
#include "store/moked-entity-store.h"

/* What vendors tell of calls, in any order and more than once, becomes one record of each call. */

static void
note_earlier (gint64 *time,
              gint64  at)
{
  if (*time == 0 || at < *time)
    *time = at;
}

static void
note_recording (MokedCall            *call,
                const MokedCallEvent *event)
{
  if (event->recording_url == NULL || *event->recording_url == '\0')
    return;
  g_set_str (&call->voicemail, event->recording_url);
  call->voicemail_duration = MAX (event->recording_duration, 0);
}

static void
note_end (MokedCall            *call,
          const MokedCallEvent *event,
          gint64                at)
{
  if (call->ended_at == 0)
    call->ended_at = at;
  if (event->duration >= 0)
    call->duration = event->duration;
  else if (call->duration == 0 && call->answered_at > 0 && call->ended_at > call->answered_at)
    call->duration = (call->ended_at - call->answered_at) / G_USEC_PER_SEC;
}

/**
 * moked_call_apply_event:
 * @call: a call
 * @event: what a vendor says of it
 * @received_at: when it said so, microseconds UTC; stands for the event's own time where it has none
 *
 * A late event does not turn the call back, but tells when it happened.
 *
 * Returns: whether the call went on
 */
gboolean
moked_call_apply_event (MokedCall            *call,
                        const MokedCallEvent *event,
                        gint64                received_at)
{
  gint64 at = event->at > 0 ? event->at : received_at;
  gboolean advances = moked_call_state_advance ((MokedCallState) call->state, event->state);

  if (advances)
    call->state = (int) event->state;
  note_earlier (&call->started_at, at);
  if (event->state == MOKED_CALL_STATE_IN_PROGRESS)
    note_earlier (&call->answered_at, at);
  if (event->state >= MOKED_CALL_STATE_COMPLETED)
    note_end (call, event, at);
  note_recording (call, event);
  return advances;
}

static MokedCall *
find_call (MokedSession *session,
           const char   *provider_id,
           GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *id = NULL;
  g_autofree char *business = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT business_id, id FROM call WHERE provider_id = $1", "t", provider_id);

  if (cursor == NULL)
    return NULL;
  if (moked_cursor_next (cursor, &local_error))
    {
      business = moked_cursor_dup_text (cursor, 0);
      id = moked_cursor_dup_text (cursor, 1);
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (id == NULL)
    return NULL;
  moked_session_set_business (session, business);
  return moked_entity_store_load (session, &moked_call_info, id, error);
}

static MokedCall *
new_call (const MokedCallEvent *event,
          const char           *peer,
          gint64                received_at)
{
  g_autofree char *id = moked_ulid_new (NULL);
  MokedCall *call = MOKED_CALL (moked_entity_new (&moked_call_info, id));

  moked_entity_set_created_at (call, received_at);
  call->direction = event->incoming ? MOKED_CALL_IN : MOKED_CALL_OUT;
  call->state = (int) event->state;
  g_set_str (&call->provider_id, event->provider_id);
  g_set_str (&call->peer, peer);
  return call;
}

/* The office's own number must not become a person: lines that forward to each other show it. */
static gboolean
is_own_number (MokedSession *session,
               const char   *number)
{
  g_autoptr (MokedOffice) office = moked_office_service_load (session, NULL);

  return office != NULL && g_strcmp0 (office->phone, number) == 0;
}

static gboolean
find_person (MokedSession         *session,
             MokedCall            *call,
             const MokedCallEvent *event,
             const MokedActor     *actor,
             GError              **error)
{
  MokedContact contact = { MOKED_IDENTITY_PHONE, call->peer, "call", event->caller_name };
  g_autoptr (MokedCustomer) customer = NULL;

  if (call->peer == NULL || is_own_number (session, call->peer))
    return TRUE;
  customer = moked_customer_service_find_or_create (session, &contact, actor, NULL, error);
  if (customer == NULL)
    return FALSE;
  g_set_str (&call->customer_id, moked_entity_get_id (customer));
  return TRUE;
}

static MokedCall *
create_call (MokedSession         *session,
             const MokedCallEvent *event,
             gint64                received_at,
             const MokedActor     *actor,
             GError              **error)
{
  const char *ours = event->incoming ? event->to : event->from;
  const char *theirs = event->incoming ? event->from : event->to;
  g_autofree char *business = moked_office_service_find_by_number (session, ours, error);
  g_autofree char *peer = theirs != NULL ? moked_phone_normalize (theirs, NULL) : NULL;
  g_autoptr (MokedCall) call = NULL;

  if (business == NULL)
    return NULL;
  moked_session_set_business (session, business);
  call = new_call (event, peer, received_at);
  return find_person (session, call, event, actor, error) ? g_steal_pointer (&call) : NULL;
}

/* An English msgid: whoever shows it translates it. */
static gboolean
touch_person (MokedSession     *session,
              MokedCall        *call,
              const MokedActor *actor,
              GError          **error)
{
  const char *what = moked_enum_get_label (moked_call_directions, call->direction);

  return call->customer_id == NULL ||
         moked_customer_service_touch (session, call->customer_id, call->started_at, what, actor, error);
}

/**
 * moked_call_service_apply:
 * @session: a session without a business: the call tells whose it is
 * @event: what the vendor says
 * @received_at: when it said so, microseconds UTC
 * @actor: what is written in the change log
 * @error: %MOKED_ERROR_NOT_FOUND when the number belongs to no office, %MOKED_ERROR_STORAGE
 *
 * Notes an event in its call. The first event of a call makes its record, and a person for a number that
 * nobody knows: a lead that came by a call. A withheld number makes no person.
 */
gboolean
moked_call_service_apply (MokedSession         *session,
                          const MokedCallEvent *event,
                          gint64                received_at,
                          const MokedActor     *actor,
                          GError              **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCall) call = find_call (session, event->provider_id, &local_error);
  gboolean created = call == NULL;

  if (created && local_error == NULL)
    call = create_call (session, event, received_at, actor, &local_error);
  if (call == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  moked_call_apply_event (call, event, received_at);
  return moked_change_log_save (session, call, actor, error) &&
         (!created || touch_person (session, call, actor, error));
}

/* Spoken to callers, therefore Hebrew whatever language the service runs in. */

static const char *
time_of_day (gint64 now)
{
  g_autoptr (GDateTime) local = moked_time_to_local (now);
  int hour = g_date_time_get_hour (local);

  if (hour >= 5 && hour < 12)
    return "בוקר טוב";
  if (hour >= 12 && hour < 17)
    return "צהריים טובים";
  return hour >= 17 ? "ערב טוב" : "שלום";
}

/**
 * moked_call_dup_greeting:
 * @office_name: (nullable): who was called
 * @custom: (nullable): the office's own words
 * @now: microseconds UTC
 *
 * Returns: (transfer full): what a caller hears before leaving a message, in Hebrew
 */
char *
moked_call_dup_greeting (const char *office_name,
                         const char *custom,
                         gint64      now)
{
  static const char please[] = "אין אפשרות לענות כרגע. נא להשאיר שם וסיבת הפנייה אחרי הצליל, ונחזור בהקדם.";

  if (custom != NULL && *custom != '\0')
    return g_strdup (custom);
  if (office_name == NULL || *office_name == '\0')
    return g_strdup_printf ("%s. %s", time_of_day (now), please);
  return g_strdup_printf ("%s, הגעתם אל %s. %s", time_of_day (now), office_name, please);
}
