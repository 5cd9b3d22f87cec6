/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-message-check.h"

#include <glib/gi18n-lib.h>

#include "features/customers/moked-customer.h"
#include "features/messages/moked-conversation.h"
#include "features/messages/moked-message.h"
#include "store/moked-entity-store.h"

/* Whether a message that waited on a desktop is still what its author meant to send. Where it is not, the author is
 * asked; what is not allowed in any case moked-message-service.c refuses. */

static void
ask (MokedHold             *hold,
     const char            *code,
     const char            *detail,
     const MokedEntityInfo *info,
     const char            *id)
{
  hold->code = code;
  hold->detail = detail;
  hold->entity = info->name;
  hold->id = g_strdup (id);
}

/* A number that the person never had in the list of their details is nobody's news. */
static gboolean
was_removed (MokedSession      *session,
             MokedConversation *conversation,
             gboolean          *out_removed,
             GError           **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT count(*), count (CASE WHEN deleted_at IS NULL THEN 1 END) FROM identity "
      "WHERE business_id = $1 AND customer_id = $2 AND value = $3",
      "tt", conversation->customer_id, conversation->address);

  if (cursor == NULL)
    return FALSE;
  *out_removed = moked_cursor_next (cursor, &local_error) && moked_cursor_get_int (cursor, 0) > 0 &&
                 moked_cursor_get_int (cursor, 1) == 0;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
check_person (MokedSession      *session,
              MokedConversation *conversation,
              MokedHold         *hold,
              GError           **error)
{
  g_autoptr (MokedEntity) customer = NULL;
  gboolean removed;

  if (!moked_entity_store_load_if_any (session, &moked_customer_info, conversation->customer_id, &customer, error) ||
      !was_removed (session, conversation, &removed, error))
    return FALSE;
  if (customer != NULL && moked_entity_is_deleted (customer))
    ask (hold, MOKED_MESSAGE_HOLD_PERSON, N_("This person was deleted meanwhile, so the message was not sent."),
         &moked_customer_info, conversation->customer_id);
  else if (removed)
    ask (hold, MOKED_MESSAGE_HOLD_ADDRESS,
         N_("The number was removed from this person's details meanwhile, so the message was not sent."),
         &moked_customer_info, conversation->customer_id);
  return TRUE;
}

static gboolean
check_conversation (MokedSession *session,
                    const char   *id,
                    MokedHold    *hold,
                    GError      **error)
{
  g_autoptr (MokedEntity) found = NULL;
  MokedConversation *conversation;

  if (id == NULL)
    return TRUE;
  if (!moked_entity_store_load_if_any (session, &moked_conversation_info, id, &found, error))
    return FALSE;
  if (found == NULL || moked_entity_is_deleted (found))
    return TRUE;
  conversation = MOKED_CONVERSATION (found);
  if (moked_conversation_may_write (conversation, moked_session_get_now (session)))
    return check_person (session, conversation, hold, error);
  ask (hold, MOKED_MESSAGE_HOLD_WINDOW,
       N_("More than 24 hours passed since the person's last message, so WhatsApp takes only an "
           "approved template."),
       &moked_conversation_info, id);
  return TRUE;
}

/**
 * moked_message_check_send:
 *
 * The check of the command `message.send`.
 */
gboolean
moked_message_check_send (MokedSession *session,
                          yyjson_val   *args,
                          gint64        made_at,
                          MokedHold    *hold,
                          GError      **error)
{
  return check_conversation (session, yyjson_get_str (yyjson_obj_get (args, "conversation_id")), hold, error);
}

/**
 * moked_message_check_retry:
 *
 * The check of the command `message.retry`.
 */
gboolean
moked_message_check_retry (MokedSession *session,
                           yyjson_val   *args,
                           gint64        made_at,
                           MokedHold    *hold,
                           GError      **error)
{
  const char *id = yyjson_get_str (yyjson_obj_get (args, "message_id"));
  g_autoptr (MokedEntity) message = NULL;

  if (id == NULL)
    return TRUE;
  if (!moked_entity_store_load_if_any (session, &moked_message_info, id, &message, error))
    return FALSE;
  return message == NULL || check_conversation (session, MOKED_MESSAGE (message)->conversation_id, hold, error);
}
