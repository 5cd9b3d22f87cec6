/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-message-service.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "base/moked-ulid.h"
#include "features/customers/moked-customer-service.h"
#include "features/messages/moked-messages.h"
#include "store/moked-entity-store.h"

/* What people do with messages: send, send again, take back, read. */

static gboolean
refuse (GError    **error,
        const char *why)
{
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_REJECTED, why);
  return FALSE;
}

static MokedConversation *
load_conversation (MokedSession     *session,
                   const char       *id,
                   const MokedActor *actor,
                   GError          **error)
{
  g_autoptr (GError) local_error = NULL;
  MokedConversation *conversation =
      moked_sync_scope_load (actor->scope, session, &moked_conversation_info, id, &local_error);

  if (g_error_matches (local_error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND))
    refuse (error, N_("The conversation does not exist any more."));
  else if (conversation == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return conversation;
}

static MokedMessage *
load_outgoing (MokedSession     *session,
               const char       *id,
               const MokedActor *actor,
               GError          **error)
{
  g_autoptr (MokedMessage) message = moked_sync_scope_load (actor->scope, session, &moked_message_info, id, error);

  if (message == NULL)
    return NULL;
  if (message->direction == MOKED_DIRECTION_OUT && !moked_entity_is_deleted (message))
    return g_steal_pointer (&message);
  refuse (error, N_("This is not a message that the office sent."));
  return NULL;
}

static gboolean
enqueue (MokedSession *session,
         MokedMessage *message,
         GError      **error)
{
  const char *id = moked_entity_get_id (message);
  g_autofree char *args = g_strdup_printf ("{\"message_id\":\"%s\"}", id);
  g_autofree char *job_id = NULL;

  return moked_job_enqueue (session, MOKED_MESSAGES_SEND_JOB, message->conversation_id, args, 0, &job_id, error) &&
         moked_session_exec (session, error,
                             "INSERT INTO message_send (business_id, message_id, job_id) VALUES ($1, $2, $3) "
                             "ON CONFLICT (business_id, message_id) "
                             "DO UPDATE SET job_id = excluded.job_id, started_at = NULL",
                             "tt", id, job_id);
}

static MokedMessage *
new_message (MokedConversation   *conversation,
             const MokedComposed *composed,
             const MokedActor    *actor)
{
  MokedMessage *message = MOKED_MESSAGE (moked_entity_new (&moked_message_info, composed->id));

  g_set_str (&message->conversation_id, composed->conversation_id);
  g_set_str (&message->customer_id, conversation->customer_id);
  g_set_str (&message->body, composed->body);
  g_set_str (&message->author_id, actor->user_id);
  message->direction = MOKED_DIRECTION_OUT;
  message->state = MOKED_DELIVERY_QUEUED;
  return message;
}

/* Whoever answers has read what there was. */
static void
note_in_conversation (MokedConversation *conversation,
                      MokedMessage      *message,
                      gint64             now)
{
  conversation->unread = 0;
  conversation->last_message_at = now;
  conversation->last_direction = MOKED_DIRECTION_OUT;
  conversation->last_kind = message->kind;
  g_free (conversation->preview);
  conversation->preview = moked_message_dup_preview (message);
}

static gboolean
save_sent (MokedSession      *session,
           MokedConversation *conversation,
           MokedMessage      *message,
           const MokedActor  *actor,
           GError           **error)
{
  gint64 now = moked_session_get_now (session);

  note_in_conversation (conversation, message, now);
  return moked_change_log_save (session, message, actor, error) &&
         moked_change_log_save (session, conversation, actor, error) && enqueue (session, message, error) &&
         moked_customer_service_touch (session, conversation->customer_id, now, conversation->preview, actor, error);
}

/* Whoever uses an id twice by mistake must not believe that the second message went out. */
static gboolean
is_same (MokedMessage        *message,
         const MokedComposed *composed,
         GError             **error)
{
  if (g_strcmp0 (message->conversation_id, composed->conversation_id) == 0 &&
      g_strcmp0 (message->body, composed->body) == 0)
    return TRUE;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CONFLICT, "Another message has this id");
  return FALSE;
}

/**
 * moked_message_service_send:
 * @session: a session of the business
 * @composed: what somebody wrote
 * @actor: who
 * @error: %MOKED_ERROR_REJECTED (an English msgid for people) where a rule says no; %MOKED_ERROR_INVALID;
 *   %MOKED_ERROR_CONFLICT when another message has the id
 *
 * Stores a message and the job that gives it to the vendor. The same message a second time changes nothing.
 *
 * Returns: (transfer full) (nullable): the message
 */
MokedMessage *
moked_message_service_send (MokedSession        *session,
                            const MokedComposed *composed,
                            const MokedActor    *actor,
                            GError             **error)
{
  g_autoptr (MokedConversation) conversation = NULL;
  g_autoptr (MokedMessage) message = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!moked_ulid_is_valid (composed->id))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘message_id’ must be a ULID");
      return NULL;
    }
  message = moked_sync_scope_load (actor->scope, session, &moked_message_info, composed->id, &local_error);
  if (message != NULL)
    return is_same (message, composed, error) ? g_steal_pointer (&message) : NULL;
  if (!g_error_matches (local_error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  conversation = load_conversation (session, composed->conversation_id, actor, error);
  if (conversation == NULL ||
      !moked_conversation_check_text (conversation, composed->body, moked_session_get_now (session), error))
    return NULL;
  message = new_message (conversation, composed, actor);
  return save_sent (session, conversation, message, actor, error) ? g_steal_pointer (&message) : NULL;
}

/**
 * moked_message_service_retry:
 * @message_id: a message that was not delivered
 * @error: %MOKED_ERROR_REJECTED (an English msgid for people), %MOKED_ERROR_NOT_FOUND
 *
 * Sends it once more. What the vendor still says of the first time is about another message of its own.
 */
gboolean
moked_message_service_retry (MokedSession     *session,
                             const char       *message_id,
                             const MokedActor *actor,
                             GError          **error)
{
  g_autoptr (MokedMessage) message = load_outgoing (session, message_id, actor, error);
  g_autoptr (MokedConversation) conversation = NULL;

  if (message == NULL)
    return FALSE;
  if (!moked_message_may_retry (message))
    return refuse (error, N_("Only a message that was not delivered can be sent again."));
  conversation = load_conversation (session, message->conversation_id, actor, error);
  if (conversation == NULL ||
      !moked_conversation_check_text (conversation, message->body, moked_session_get_now (session), error))
    return FALSE;
  message->state = MOKED_DELIVERY_QUEUED;
  message->sent_at = 0;
  g_clear_pointer (&message->provider_id, g_free);
  g_clear_pointer (&message->error, g_free);
  return moked_change_log_save (session, message, actor, error) && enqueue (session, message, error);
}

static gboolean
cancel_job (MokedSession *session,
            const char   *message_id,
            gboolean     *out_cancelled,
            GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *job_id = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT job_id FROM message_send WHERE business_id = $1 AND message_id = $2", "t", message_id);

  *out_cancelled = FALSE;
  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error))
    job_id = moked_cursor_dup_text (cursor, 0);
  g_clear_object (&cursor);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return job_id == NULL || moked_job_cancel (session, job_id, out_cancelled, error);
}

/**
 * moked_message_service_cancel:
 * @message_id: a message that was not given to the vendor yet
 * @error: %MOKED_ERROR_REJECTED (an English msgid for people) when it was; %MOKED_ERROR_NOT_FOUND
 *
 * Takes it back.
 */
gboolean
moked_message_service_cancel (MokedSession     *session,
                              const char       *message_id,
                              const MokedActor *actor,
                              GError          **error)
{
  g_autoptr (MokedMessage) message = load_outgoing (session, message_id, actor, error);
  gboolean cancelled;

  if (message == NULL)
    return FALSE;
  if (message->state == MOKED_DELIVERY_CANCELLED)
    return TRUE;
  if (message->state != MOKED_DELIVERY_QUEUED)
    return refuse (error, N_("The message was sent already."));
  if (!cancel_job (session, message_id, &cancelled, error))
    return FALSE;
  if (!cancelled)
    return refuse (error, N_("The message is being sent already."));
  g_clear_object (&message);
  message = load_outgoing (session, message_id, actor, error);
  if (message == NULL)
    return FALSE;
  message->state = MOKED_DELIVERY_CANCELLED;
  return moked_change_log_save (session, message, actor, error);
}

static gint64
count_incoming_after (MokedSession *session,
                      const char   *conversation_id,
                      gint64        up_to,
                      GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT count(*) FROM message WHERE business_id = $1 AND conversation_id = $2 AND created_at > $3 "
      "AND direction = 'in' AND deleted_at IS NULL",
      "ti", conversation_id, up_to);

  if (cursor == NULL)
    return -1;
  if (moked_cursor_next (cursor, &local_error))
    return moked_cursor_get_int (cursor, 0);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return -1;
}

/**
 * moked_message_service_read:
 * @conversation_id: which one
 * @up_to: time of the newest message that the person saw, microseconds UTC
 *
 * Notes that somebody read the conversation. What came after @up_to stays unread.
 */
gboolean
moked_message_service_read (MokedSession     *session,
                            const char       *conversation_id,
                            gint64            up_to,
                            const MokedActor *actor,
                            GError          **error)
{
  g_autoptr (MokedConversation) conversation = load_conversation (session, conversation_id, actor, error);
  gint64 left;

  if (conversation == NULL)
    return FALSE;
  left = count_incoming_after (session, conversation_id, up_to, error);
  if (left < 0)
    return FALSE;
  conversation->unread = MIN (conversation->unread, left);
  return moked_change_log_save (session, conversation, actor, error);
}
