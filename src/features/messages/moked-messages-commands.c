/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-messages.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "features/messages/moked-message-check.h"
#include "features/messages/moked-message-service.h"

/* What devices ask for:
 *
 *   message.send {"message_id","conversation_id","body"}
 *   message.retry {"message_id"}
 *   message.cancel {"message_id"}
 *   conversation.read {"conversation_id","up_to"}
 *
 * A conversation's state and assignee are saved as ordinary edits. */

#define MAX_ID 26
#define MAX_BODY 20000

/* What was written in the evening is not sent the next morning as if nothing had happened since. */
#define VALID_FOR (12 * G_TIME_SPAN_HOUR)

static const char late_detail[] = N_("It was written more than 12 hours ago and was not sent yet.");

static gboolean
run_send (MokedSession     *session,
          yyjson_val       *args,
          const MokedActor *actor,
          GError          **error)
{
  MokedComposed composed = { NULL };
  g_autoptr (MokedMessage) message = NULL;

  if (!moked_json_get_string (args, "message_id", MAX_ID, &composed.id, error) ||
      !moked_json_get_string (args, "conversation_id", MAX_ID, &composed.conversation_id, error) ||
      !moked_json_get_string (args, "body", MAX_BODY, &composed.body, error))
    return FALSE;
  message = moked_message_service_send (session, &composed, actor, error);
  return message != NULL;
}

static gboolean
run_retry (MokedSession     *session,
           yyjson_val       *args,
           const MokedActor *actor,
           GError          **error)
{
  const char *id;

  return moked_json_get_string (args, "message_id", MAX_ID, &id, error) &&
         moked_message_service_retry (session, id, actor, error);
}

static gboolean
run_cancel (MokedSession     *session,
            yyjson_val       *args,
            const MokedActor *actor,
            GError          **error)
{
  const char *id;

  return moked_json_get_string (args, "message_id", MAX_ID, &id, error) &&
         moked_message_service_cancel (session, id, actor, error);
}

static gboolean
run_read (MokedSession     *session,
          yyjson_val       *args,
          const MokedActor *actor,
          GError          **error)
{
  const char *id;
  gint64 up_to;

  return moked_json_get_string (args, "conversation_id", MAX_ID, &id, error) &&
         moked_json_get_int (args, "up_to", &up_to, error) &&
         moked_message_service_read (session, id, up_to, actor, error);
}

const MokedCommand moked_messages_commands[] = {
  { "message.send", run_send, VALID_FOR, late_detail, moked_message_check_send },
  { "message.retry", run_retry, VALID_FOR, late_detail, moked_message_check_retry },
  { "message.cancel", run_cancel },
  { "conversation.read", run_read },
  { 0 },
};
