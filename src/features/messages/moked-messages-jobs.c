/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-messages.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "features/messages/moked-conversation.h"
#include "features/messages/moked-message-report.h"
#include "features/moked-context.h"
#include "store/moked-entity-store.h"

/* message.send {"message_id"}: gives one message to the vendor.
 *
 * Before the vendor is asked, the time is stored. Whoever finds such a time knows that an earlier try may
 * have had its effect although nobody noted it, and has the vendor look for that message first. */

static const MokedActor actor = { NULL, "job", NULL };

/* One message's way to the vendor. */
typedef struct
{
  char                 *message_id;
  char                 *channel;
  char                 *to;
  char                 *body;
  char                 *status_url;
  GStrv                 known_ids;
  gint64                started_at;
  gint64                resent_after;
  gboolean              wanted;
  MokedMessageStatus   *status;
} Delivery;

static void
delivery_clear (gpointer data)
{
  Delivery *self = data;

  g_free (self->message_id);
  g_free (self->channel);
  g_free (self->to);
  g_free (self->body);
  g_free (self->status_url);
  g_strfreev (self->known_ids);
  g_clear_pointer (&self->status, moked_message_status_free);
}

static void
delivery_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, delivery_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Delivery, delivery_unref)

static gboolean
read_start (MokedSession *session,
            Delivery     *self,
            GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT started_at FROM message_send WHERE business_id = $1 AND message_id = $2", "t",
      self->message_id);

  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error))
    self->resent_after = moked_cursor_get_int (cursor, 0);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
note_start (MokedSession *session,
            Delivery     *self,
            GError      **error)
{
  if (self->resent_after != 0)
    return TRUE;
  return moked_session_exec (session, error,
                             "UPDATE message_send SET started_at = $3 WHERE business_id = $1 AND message_id = $2", "ti",
                             self->message_id, moked_session_get_now (session));
}

/* Ids of the vendor that belong to other messages to the same person. */
static gboolean
read_known_ids (MokedSession *session,
                Delivery     *self,
                MokedMessage *message,
                GError      **error)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = NULL;

  if (self->resent_after == 0)
    return TRUE;
  cursor = moked_session_query (session, error,
                                "SELECT provider_id FROM message WHERE business_id = $1 AND conversation_id = $2 "
                                "AND direction = 'out' AND provider_id IS NOT NULL ORDER BY created_at DESC LIMIT 200",
                                "t", message->conversation_id);
  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    g_strv_builder_add (ids, moked_cursor_get_text (cursor, 0));
  self->known_ids = g_strv_builder_end (ids);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
read_message (MokedSession *session,
              Delivery     *self,
              MokedMessage *message,
              GError      **error)
{
  g_autoptr (MokedConversation) conversation =
      moked_entity_store_load (session, &moked_conversation_info, message->conversation_id, error);

  if (conversation == NULL)
    return FALSE;
  g_set_str (&self->channel, moked_enum_get_nick (moked_channels, conversation->channel));
  g_set_str (&self->to, conversation->address);
  g_set_str (&self->body, message->body);
  return read_start (session, self, error) && read_known_ids (session, self, message, error) &&
         note_start (session, self, error);
}

static gboolean
begin (MokedSession *session,
       Delivery     *self,
       GError      **error)
{
  g_autoptr (MokedMessage) message = moked_entity_store_load (session, &moked_message_info, self->message_id, error);

  if (message == NULL)
    return FALSE;
  self->wanted = !moked_entity_is_deleted (message) &&
                 (message->state == MOKED_DELIVERY_QUEUED ||
                  (message->state == MOKED_DELIVERY_SENDING && message->provider_id == NULL));
  if (!self->wanted)
    return TRUE;
  message->state = MOKED_DELIVERY_SENDING;
  return read_message (session, self, message, error) && moked_change_log_save (session, message, &actor, error);
}

static DexFuture *
begin_in_session (MokedSession *session,
                  gpointer      data)
{
  GError *error = NULL;

  return begin (session, data, &error) ? dex_future_new_true () : dex_future_new_for_error (error);
}

static gboolean
finish (MokedSession *session,
        Delivery     *self,
        GError      **error)
{
  g_autoptr (MokedMessage) message = moked_entity_store_load (session, &moked_message_info, self->message_id, error);

  if (message == NULL)
    return FALSE;
  g_set_str (&message->provider_id, self->status->provider_id);
  message->sent_at = moked_session_get_now (session);
  moked_message_apply_report (message, self->status->state, self->status->error);
  return moked_message_apply_kept (session, message, error) && moked_change_log_save (session, message, &actor, error);
}

static DexFuture *
finish_in_session (MokedSession *session,
                   gpointer      data)
{
  GError *error = NULL;

  return finish (session, data, &error) ? dex_future_new_true () : dex_future_new_for_error (error);
}

static gboolean
write_in_store (Delivery        *self,
                MokedContext    *context,
                const char      *business,
                MokedSessionFunc func,
                GError         **error)
{
  return dex_await (moked_store_write (moked_context_get_store (context), MOKED_PRIORITY_URGENT, business, func,
                                       g_atomic_rc_box_acquire (self), delivery_unref),
                    error);
}

static gboolean
hand_over (Delivery     *self,
           MokedContext *context,
           GError      **error)
{
  MokedOutgoingMessage outgoing = {
    .id = self->message_id,
    .channel = self->channel,
    .to = self->to,
    .body = self->body,
    .status_url = self->status_url,
    .resent_after = self->resent_after,
    .known_ids = (const char *const *) self->known_ids,
  };

  self->status = dex_await_boxed (moked_messaging_send (moked_context_get_messaging (context), &outgoing), error);
  return self->status != NULL;
}

static gboolean
run_send (MokedJob     *job,
          MokedContext *context,
          GError      **error)
{
  g_autoptr (Delivery) self = g_atomic_rc_box_new0 (Delivery);

  self->message_id = g_strdup (yyjson_get_str (yyjson_obj_get (job->args, "message_id")));
  self->status_url = moked_context_dup_public_url (context, MOKED_MESSAGES_STATUS_PATH);
  if (!write_in_store (self, context, job->business, begin_in_session, error))
    return FALSE;
  if (!self->wanted)
    return TRUE;
  return hand_over (self, context, error) && write_in_store (self, context, job->business, finish_in_session, error);
}

/* Temporary troubles are the network's or the vendor's, and their texts are for the log. */
static const char *
reason_of (const GError *failure)
{
  if (moked_error_is_temporary (failure))
    return N_("The message could not be handed over in time, although it was tried again and again.");
  return failure->message;
}

static gboolean
send_ended (MokedSession *session,
            MokedJob     *job,
            const GError *failure,
            GError      **error)
{
  const char *message_id = yyjson_get_str (yyjson_obj_get (job->args, "message_id"));
  gboolean cancelled = g_error_matches (failure, MOKED_ERROR, MOKED_ERROR_CANCELLED);
  g_autoptr (MokedMessage) message = NULL;

  if (failure == NULL)
    return TRUE;
  message = moked_entity_store_load (session, &moked_message_info, message_id, error);
  if (message == NULL)
    return FALSE;
  if (!moked_delivery_advance (message->state, cancelled ? MOKED_DELIVERY_CANCELLED : MOKED_DELIVERY_FAILED))
    return TRUE;
  message->state = cancelled ? MOKED_DELIVERY_CANCELLED : MOKED_DELIVERY_FAILED;
  g_set_str (&message->error, cancelled ? NULL : reason_of (failure));
  return moked_change_log_save (session, message, &actor, error);
}

const MokedJobKind moked_messages_jobs[] = {
  { MOKED_MESSAGES_SEND_JOB, run_send, send_ended },
  { 0 },
};
