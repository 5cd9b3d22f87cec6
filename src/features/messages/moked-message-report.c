/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/messages/moked-message-report.h"

#include "store/moked-entity-store.h"

/* What a vendor tells of messages that we sent. Its report may come before our note of the message's id, so
 * a report of an id that nobody knows is kept until the id is, or for a month. */

#define KEEP_USEC (30 * G_TIME_SPAN_DAY)

static MokedDelivery
delivery_of (MokedMessageState state)
{
  static const MokedDelivery deliveries[] = {
    [MOKED_MESSAGE_STATE_ACCEPTED] = MOKED_DELIVERY_SENDING,
    [MOKED_MESSAGE_STATE_QUEUED] = MOKED_DELIVERY_SENDING,
    [MOKED_MESSAGE_STATE_SENDING] = MOKED_DELIVERY_SENDING,
    [MOKED_MESSAGE_STATE_SENT] = MOKED_DELIVERY_SENT,
    [MOKED_MESSAGE_STATE_DELIVERED] = MOKED_DELIVERY_DELIVERED,
    [MOKED_MESSAGE_STATE_READ] = MOKED_DELIVERY_READ,
    [MOKED_MESSAGE_STATE_UNDELIVERED] = MOKED_DELIVERY_UNDELIVERED,
    [MOKED_MESSAGE_STATE_FAILED] = MOKED_DELIVERY_FAILED,
    [MOKED_MESSAGE_STATE_CANCELLED] = MOKED_DELIVERY_CANCELLED,
  };

  return deliveries[state];
}

/**
 * moked_message_apply_report:
 * @message: an outgoing message
 * @state: what the vendor says
 * @error_text: (nullable): why it failed, an English msgid
 *
 * Returns: whether it changed the message
 */
gboolean
moked_message_apply_report (MokedMessage     *message,
                            MokedMessageState state,
                            const char       *error_text)
{
  MokedDelivery delivery = delivery_of (state);
  gboolean failed;

  if (!moked_delivery_advance (message->state, delivery))
    return FALSE;
  message->state = delivery;
  failed = delivery == MOKED_DELIVERY_FAILED || delivery == MOKED_DELIVERY_UNDELIVERED;
  g_set_str (&message->error, failed ? error_text : NULL);
  return TRUE;
}

static gboolean
find_message (MokedSession *session,
              const char   *provider_id,
              char        **out_business,
              char        **out_id,
              GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error, "SELECT business_id, id FROM message WHERE provider_id = $1", "t", provider_id);

  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error))
    {
      *out_business = moked_cursor_dup_text (cursor, 0);
      *out_id = moked_cursor_dup_text (cursor, 1);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
keep (MokedSession             *session,
      const MokedMessageStatus *status,
      GError                  **error)
{
  gint64 now = moked_session_get_now (session);

  return moked_session_exec (session, error, "DELETE FROM message_report WHERE at < $1", "i", now - KEEP_USEC) &&
         moked_session_exec (session, error,
                             "INSERT INTO message_report (provider_id, state, error, at) VALUES ($1, $2, $3, $4) "
                             "ON CONFLICT DO NOTHING",
                             "titi", status->provider_id, (gint64) status->state, status->error, now);
}

/**
 * moked_message_service_report:
 * @session: a session without a business: the message tells whose it is
 * @status: what the vendor says of a message
 * @error: %MOKED_ERROR_STORAGE
 *
 * Notes how far a message came.
 */
gboolean
moked_message_service_report (MokedSession             *session,
                              const MokedMessageStatus *status,
                              const MokedActor         *actor,
                              GError                  **error)
{
  g_autofree char *business = NULL;
  g_autofree char *id = NULL;
  g_autoptr (MokedMessage) message = NULL;

  if (!find_message (session, status->provider_id, &business, &id, error))
    return FALSE;
  if (id == NULL)
    return keep (session, status, error);
  moked_session_set_business (session, business);
  message = moked_entity_store_load (session, &moked_message_info, id, error);
  if (message == NULL)
    return FALSE;
  return !moked_message_apply_report (message, status->state, status->error) ||
         moked_change_log_save (session, message, actor, error);
}

/**
 * moked_message_apply_kept:
 * @session: a session of the message's business
 * @message: an outgoing message whose vendor's id is known now
 * @error: %MOKED_ERROR_STORAGE
 *
 * Applies what the vendor said of it before, and forgets that. The message is not saved.
 */
gboolean
moked_message_apply_kept (MokedSession *session,
                          MokedMessage *message,
                          GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  /* When such a report came, its business was not known: it is kept without one. */
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT state, error FROM message_report WHERE provider_id = $2 AND $1 IS NOT NULL ORDER BY state",
      "t", message->provider_id);

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    moked_message_apply_report (message, (MokedMessageState) moked_cursor_get_int (cursor, 0),
                                moked_cursor_get_text (cursor, 1));
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return moked_session_exec (session, error, "DELETE FROM message_report WHERE provider_id = $2 AND $1 IS NOT NULL", "t",
                             message->provider_id);
}
