/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/calls/moked-calls.h"

#include <libdex.h>
#include <stdlib.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "features/calls/moked-call-service.h"
#include "features/customers/moked-customer-service.h"
#include "features/moked-context.h"
#include "features/office/moked-office-service.h"
#include "features/office/moked-user-scope.h"

/* POST /webhook/incoming_call (also /voice/incoming): somebody calls, and the answer says what they hear.
 * POST /webhook/call_recording: they left a message. POST /webhook/call_status: how a call goes on. */

static const MokedActor actor = { NULL, "webhook", NULL };

#define NO_MESSAGE "תודה שהתקשרתם. להתראות."
#define MESSAGE_TAKEN "תודה, ההודעה התקבלה ונחזור בהקדם. להתראות."

static const char *
get_field (MokedRequest *request,
           const char   *name)
{
  MokedForm *form = moked_request_get_form (request, NULL);
  const char *value = form != NULL ? moked_form_get (form, name) : NULL;

  return value != NULL ? value : "";
}

static char *
dup_key_of (MokedRequest *request,
            const char   *what,
            const char   *first,
            const char   *second,
            GError      **error)
{
  if (moked_request_get_form (request, error) == NULL)
    return NULL;
  if (*get_field (request, "CallSid") != '\0')
    return g_strdup_printf ("call:%s:%s:%s:%s", get_field (request, "CallSid"), what, get_field (request, first),
                            get_field (request, second));
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The form has no CallSid");
  return NULL;
}

static char *
dup_incoming_key (MokedRequest *request,
                  GError      **error)
{
  return dup_key_of (request, "incoming", "", "", error);
}

static char *
dup_status_key (MokedRequest *request,
                GError      **error)
{
  return dup_key_of (request, "status", "CallStatus", "SequenceNumber", error);
}

static char *
dup_recording_key (MokedRequest *request,
                   GError      **error)
{
  return dup_key_of (request, "recording", "RecordingSid", "RecordingUrl", error);
}

static char *
dup_call (MokedRequest *request)
{
  return g_strconcat ("call:", get_field (request, "CallSid"), NULL);
}

/* The answer to a call. It is looked up at once, while the call waits in the inbox: the caller must not
 * wait, and the desktops show who it is before the call's record is there. */

typedef struct
{
  MokedCallEvent *event;
  char           *business;
  char           *office_name;
  char           *custom;
  char           *customer_id;
  char           *name;
  GStrv           seers;  /* users who see the person */
  GStrv           others; /* users who do not */
} Ring;

static void
ring_clear (gpointer data)
{
  Ring *self = data;

  g_clear_pointer (&self->event, moked_call_event_free);
  g_free (self->business);
  g_free (self->office_name);
  g_free (self->custom);
  g_free (self->customer_id);
  g_free (self->name);
  g_strfreev (self->seers);
  g_strfreev (self->others);
}

static void
ring_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, ring_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ring, ring_unref)

static gboolean
look_up_caller (MokedSession *session,
                Ring         *self,
                GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCustomer) customer = NULL;

  if (self->event->from != NULL)
    customer = moked_customer_service_find (session, MOKED_IDENTITY_PHONE, self->event->from, &local_error);
  if (customer != NULL)
    {
      self->customer_id = g_strdup (moked_entity_get_id (customer));
      self->name = g_strdup (customer->name);
    }
  if (local_error == NULL)
    return moked_user_list_sight (session, customer, &self->seers, &self->others, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static DexFuture *
look_up (MokedSession *session,
         gpointer      data)
{
  Ring *self = data;
  GError *error = NULL;
  g_autoptr (MokedOffice) office = NULL;

  self->business = moked_office_service_find_by_number (session, self->event->to, &error);
  if (self->business == NULL)
    return dex_future_new_for_error (error);
  moked_session_set_business (session, self->business);
  office = moked_office_service_load (session, &error);
  if (office == NULL || !look_up_caller (session, self, &error))
    return dex_future_new_for_error (error);
  self->office_name = g_strdup (office->name);
  self->custom = g_strdup (office->greeting);
  return dex_future_new_true ();
}

static void
tell_users (Ring         *self,
            MokedContext *context,
            GStrv         users,
            gboolean      sees)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  char *json;

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_str (doc, root, "call_id", self->event->provider_id);
  yyjson_mut_obj_add_str (doc, root, "from", self->event->from);
  yyjson_mut_obj_add_str (doc, root, "customer_id", sees ? self->customer_id : NULL);
  yyjson_mut_obj_add_str (doc, root, "name", sees ? self->name : NULL);
  json = yyjson_mut_write (doc, YYJSON_WRITE_NOFLAG, NULL);
  moked_events_publish (moked_context_get_events (context), self->business, (const char *const *) users,
                        "call.incoming", json);
  free (json);
}

/* The telephone rings for everybody, and shows the number; who does not see the person is not told who it is. */
static void
tell_desktops (Ring         *self,
               MokedContext *context)
{
  tell_users (self, context, self->seers, TRUE);
  tell_users (self, context, self->others, FALSE);
}

static MokedReply *
reply_with (MokedContext          *context,
            const MokedCallAnswer *answer)
{
  g_autofree char *xml = moked_telephony_dup_answer (moked_context_get_telephony (context), answer);

  return moked_reply_new_xml (xml);
}

static MokedReply *
answer_call (MokedRequest *request,
             MokedContext *context,
             GError      **error)
{
  g_autoptr (Ring) self = g_atomic_rc_box_new0 (Ring);
  g_autoptr (GError) local_error = NULL;
  g_autofree char *url = moked_context_dup_public_url (context, MOKED_CALLS_RECORDING_PATH);
  g_autofree char *greeting = NULL;

  self->event = moked_telephony_parse_event (moked_context_get_telephony (context),
                                             moked_request_get_form (request, NULL), error);
  if (self->event == NULL)
    return NULL;
  if (dex_await (moked_store_read (moked_context_get_store (context), NULL, look_up, g_atomic_rc_box_acquire (self),
                                   ring_unref),
                 &local_error))
    tell_desktops (self, context);
  else
    g_warning ("Nobody was told of call %s: %s", self->event->provider_id, local_error->message);
  greeting = moked_call_dup_greeting (self->office_name, self->custom,
                                      moked_clock_get_real (moked_context_get_clock (context)));
  return reply_with (context, &(MokedCallAnswer) { greeting, NO_MESSAGE, url, TRUE });
}

static MokedReply *
answer_recording (MokedRequest *request,
                  MokedContext *context,
                  GError      **error)
{
  return reply_with (context, &(MokedCallAnswer) { NULL, MESSAGE_TAKEN, NULL, FALSE });
}

static gboolean
apply_event (MokedSession        *session,
             const MokedInboxRow *row,
             MokedContext        *context,
             GError             **error)
{
  gsize length;
  const char *data = g_bytes_get_data (row->body, &length);
  g_autoptr (MokedForm) form = moked_form_parse (data, length, error);
  g_autoptr (MokedCallEvent) event = NULL;

  if (form == NULL)
    return FALSE;
  event = moked_telephony_parse_event (moked_context_get_telephony (context), form, error);
  return event != NULL && moked_call_service_apply (session, event, row->received_at, &actor, error);
}

#define INCOMING(path) \
  { path, "twilio", moked_context_verify_telephony, dup_incoming_key, dup_call, answer_call, apply_event }

const MokedWebhook moked_calls_webhooks[] = {
  INCOMING ("/webhook/incoming_call"),
  INCOMING ("/voice/incoming"),
  { "/webhook/call_status", "twilio", moked_context_verify_telephony, dup_status_key, dup_call, NULL, apply_event },
  { MOKED_CALLS_RECORDING_PATH, "twilio", moked_context_verify_telephony, dup_recording_key, dup_call, answer_recording,
    apply_event },
  { 0 },
};
