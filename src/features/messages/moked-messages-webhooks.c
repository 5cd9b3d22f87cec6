/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/messages/moked-messages.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "features/messages/moked-message-service.h"
#include "features/moked-context.h"
#include "features/office/moked-office-service.h"
#include "features/office/moked-user-scope.h"

/* POST /webhook/whatsapp and /webhook/sms bring messages, POST /webhook/whatsapp_status what became of ours.
 * The same is delivered more than once, and reports in any order. */

static const MokedActor actor = { NULL, "webhook", NULL };

static char *
dup_key_of (MokedRequest *request,
            const char   *start,
            const char   *second,
            GError      **error)
{
  MokedForm *form = moked_request_get_form (request, error);
  const char *sid = form != NULL ? moked_form_get (form, "MessageSid") : NULL;
  const char *more = form != NULL && second != NULL ? moked_form_get (form, second) : "";

  if (form == NULL)
    return NULL;
  if (sid != NULL && *sid != '\0' && more != NULL)
    return second != NULL ? g_strconcat (start, sid, ":", more, NULL) : g_strconcat (start, sid, NULL);
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The form has no MessageSid%s%s", second != NULL ? " or " : "",
               second != NULL ? second : "");
  return NULL;
}

static char *
dup_message_key (MokedRequest *request,
                 GError      **error)
{
  return dup_key_of (request, "message:", NULL, error);
}

static char *
dup_status_key (MokedRequest *request,
                GError      **error)
{
  return dup_key_of (request, "status:", "MessageStatus", error);
}

/* What one person writes is applied in its order, people wait for nobody else. */
static char *
dup_sender (MokedRequest *request)
{
  MokedForm *form = moked_request_get_form (request, NULL);

  return g_strconcat ("from:", form != NULL ? moked_form_get (form, "From") : NULL, NULL);
}

static char *
dup_message (MokedRequest *request)
{
  MokedForm *form = moked_request_get_form (request, NULL);

  return g_strconcat ("message:", form != NULL ? moked_form_get (form, "MessageSid") : NULL, NULL);
}

static MokedForm *
parse_form (const MokedInboxRow *row,
            GError             **error)
{
  gsize length;
  const char *data = g_bytes_get_data (row->body, &length);

  return moked_form_parse (data, length, error);
}

static char *
dup_event (const MokedReceived *received)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  g_autofree char *preview = moked_message_dup_preview (received->message);
  char *malloced, *json;

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_str (doc, root, "conversation_id", moked_entity_get_id (received->conversation));
  yyjson_mut_obj_add_str (doc, root, "customer_id", moked_entity_get_id (received->customer));
  yyjson_mut_obj_add_str (doc, root, "message_id", moked_entity_get_id (received->message));
  yyjson_mut_obj_add_str (doc, root, "name", received->customer->name);
  yyjson_mut_obj_add_str (doc, root, "preview", preview);
  yyjson_mut_obj_add_str (doc, root, "kind", moked_enum_get_nick (moked_message_kinds, received->message->kind));
  malloced = yyjson_mut_write (doc, YYJSON_WRITE_NOFLAG, NULL);
  json = g_strdup (malloced);
  free (malloced);
  return json;
}

/* Those who see the person. */
static gboolean
tell_desktops (MokedSession        *session,
               MokedContext        *context,
               const MokedReceived *received,
               GError             **error)
{
  g_autofree char *json = dup_event (received);
  g_auto (GStrv) seers = NULL, others = NULL;

  if (!moked_user_list_sight (session, received->customer, &seers, &others, error))
    return FALSE;
  moked_context_publish (context, session, (const char *const *) seers, "message.received", json);
  return TRUE;
}

static gboolean
apply_message (MokedSession        *session,
               const MokedInboxRow *row,
               MokedContext        *context,
               GError             **error)
{
  g_autoptr (MokedForm) form = parse_form (row, error);
  g_autoptr (MokedIncomingMessage) incoming = NULL;
  g_auto (MokedReceived) received = { NULL };
  g_autofree char *business = NULL;

  if (form == NULL)
    return FALSE;
  incoming = moked_messaging_parse_incoming (moked_context_get_messaging (context), form, error);
  if (incoming == NULL)
    return FALSE;
  business = moked_office_service_find_by_number (session, incoming->to, error);
  if (business == NULL)
    return FALSE;
  moked_session_set_business (session, business);
  if (!moked_message_service_receive (session, incoming, row->received_at, &actor, &received, error))
    return FALSE;
  return received.message == NULL || tell_desktops (session, context, &received, error);
}

static gboolean
apply_status (MokedSession        *session,
              const MokedInboxRow *row,
              MokedContext        *context,
              GError             **error)
{
  g_autoptr (MokedForm) form = parse_form (row, error);
  g_autoptr (MokedMessageStatus) status = NULL;

  if (form == NULL)
    return FALSE;
  status = moked_messaging_parse_status (moked_context_get_messaging (context), form, error);
  return status != NULL && moked_message_service_report (session, status, &actor, error);
}

const MokedWebhook moked_messages_webhooks[] = {
  { "/webhook/whatsapp", "twilio", moked_context_verify_messaging, dup_message_key, dup_sender, NULL, apply_message },
  { "/webhook/sms", "twilio", moked_context_verify_messaging, dup_message_key, dup_sender, NULL, apply_message },
  { MOKED_MESSAGES_STATUS_PATH, "twilio", moked_context_verify_messaging, dup_status_key, dup_message, NULL,
    apply_status },
  { 0 },
};
