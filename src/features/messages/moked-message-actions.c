/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-message-actions.h"

#include <glib/gi18n-lib.h>

#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "features/messages/moked-conversation-read.h"
#include "features/messages/moked-message.h"
#include "ui/moked-record-change.h"

/* What people do with conversations and their messages. Messages belong to the service: everything about
 * them is asked for by a command, with the answer shown at once as an overlay. */

static char *
dup_args (const char *name,
          const char *value,
          const char *other_name,
          const char *other_value,
          const char *body)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  g_autofree char *written = NULL;
  char *json;

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_str (doc, root, name, value);
  if (other_name != NULL)
    yyjson_mut_obj_add_str (doc, root, other_name, other_value);
  if (body != NULL)
    yyjson_mut_obj_add_str (doc, root, "body", body);
  json = yyjson_mut_write (doc, YYJSON_WRITE_NOFLAG, NULL);
  written = g_strdup (json);
  free (json);
  yyjson_mut_doc_free (doc);
  return g_steal_pointer (&written);
}

static MokedMessage *
create_message (MokedUiContext    *context,
                MokedConversation *conversation,
                const char        *body)
{
  MokedClock *clock = moked_ui_context_get_clock (context);
  g_autofree char *id = moked_ulid_new (clock);
  MokedMessage *message = MOKED_MESSAGE (moked_entity_new (&moked_message_info, id));

  moked_entity_set_created_at (message, moked_clock_get_real (clock));
  message->conversation_id = g_strdup (moked_entity_get_id (conversation));
  message->customer_id = g_strdup (conversation->customer_id);
  message->direction = MOKED_DIRECTION_OUT;
  message->kind = MOKED_MESSAGE_TEXT;
  message->body = g_strdup (body);
  message->state = MOKED_DELIVERY_WAITING;
  message->author_id = g_strdup (moked_ui_context_get_user_id (context));
  return message;
}

/**
 * moked_message_send:
 * @context: where
 * @conversation: to whom
 * @body: a text that [method@Conversation.check_text] let through
 *
 * Returns: (transfer full): resolves to the id of the mutation that sends it
 */
DexFuture *
moked_message_send (MokedUiContext    *context,
                    MokedConversation *conversation,
                    const char        *body)
{
  g_autoptr (MokedMessage) message = create_message (context, conversation, body);
  g_autofree char *args = dup_args ("message_id", moked_entity_get_id (message), "conversation_id",
                                    moked_entity_get_id (conversation), body);
  MokedEdit *edit = moked_edit_new (_("Message"));

  moked_edit_command (edit, "message.send", args);
  moked_edit_overlay (edit, message);
  return moked_cache_commit (moked_ui_context_get_cache (context), edit);
}

static void
run_command (MokedUiContext *context,
             const char     *label,
             const char     *command,
             const char     *message_id,
             const char     *failure)
{
  MokedEdit *edit = moked_edit_new (label);
  g_autofree char *args = dup_args ("message_id", message_id, NULL, NULL, NULL);

  moked_edit_command (edit, command, args);
  moked_ui_context_commit (context, edit, failure);
}

/**
 * moked_message_retry:
 * @context: where
 * @message_id: a message that was not delivered
 */
void
moked_message_retry (MokedUiContext *context,
                     const char     *message_id)
{
  run_command (context, _("Send again"), "message.retry", message_id, _("The message could not be sent again"));
}

/**
 * moked_message_cancel_queued:
 * @context: where
 * @message_id: a message that the service has not handed on yet
 */
void
moked_message_cancel_queued (MokedUiContext *context,
                             const char     *message_id)
{
  run_command (context, _("Take a message back"), "message.cancel", message_id,
               _("The message could not be taken back"));
}

static DexFuture *
on_failed (DexFuture *future,
           gpointer   context)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (future, &error);
  moked_ui_context_show_error (context, _("The message is unchanged"), error);
  return dex_ref (future);
}

static void
show_failure (MokedUiContext *context,
              DexFuture      *future)
{
  dex_future_disown (dex_future_catch (future, on_failed, g_object_ref (context), g_object_unref));
}

/**
 * moked_message_retry_rejected:
 * @context: where
 * @mutation_id: a sending that the service refused
 */
void
moked_message_retry_rejected (MokedUiContext *context,
                              const char     *mutation_id)
{
  show_failure (context, moked_cache_retry (moked_ui_context_get_cache (context), mutation_id));
}

/**
 * moked_message_confirm_held:
 * @context: where
 * @mutation_id: a sending that is held
 *
 * Sends it all the same.
 */
void
moked_message_confirm_held (MokedUiContext *context,
                            const char     *mutation_id)
{
  show_failure (context, moked_cache_confirm (moked_ui_context_get_cache (context), mutation_id));
}

/**
 * moked_message_edit_again:
 * @context: where
 * @mutation_id: a sending that is held or was refused; its message goes away
 * @conversation_id: where it was to be sent
 * @body: what was written; it is where one writes again
 */
void
moked_message_edit_again (MokedUiContext *context,
                          const char     *mutation_id,
                          const char     *conversation_id,
                          const char     *body)
{
  MokedCache *cache = moked_ui_context_get_cache (context);

  show_failure (context, dex_future_all (moked_draft_take (cache, conversation_id, body),
                                         moked_cache_cancel (cache, mutation_id), NULL));
}

/**
 * moked_message_cancel_waiting:
 * @context: where
 * @mutation_id: a sending that waits here, or was refused; its message goes away
 */
void
moked_message_cancel_waiting (MokedUiContext *context,
                              const char     *mutation_id)
{
  show_failure (context, moked_cache_cancel (moked_ui_context_get_cache (context), mutation_id));
}

/**
 * moked_conversation_mark_read:
 * @context: where
 * @conversation: as it stands before somebody's eyes
 */
void
moked_conversation_mark_read (MokedUiContext    *context,
                              MokedConversation *conversation)
{
  g_autoptr (MokedConversation) read = moked_entity_copy (conversation);
  g_autofree char *args = g_strdup_printf ("{\"conversation_id\":\"%s\",\"up_to\":%" G_GINT64_FORMAT "}",
                                           moked_entity_get_id (conversation), conversation->last_message_at);
  MokedEdit *edit = moked_edit_new (_("Conversation read"));

  read->unread = 0;
  moked_edit_command (edit, "conversation.read", args);
  moked_edit_overlay (edit, read);
  moked_ui_context_commit (context, edit, _("The conversation could not be marked as read"));
}

/**
 * moked_conversation_set_state:
 * @context: where
 * @conversation: a conversation; not changed itself
 * @state: what it is from now on
 */
void
moked_conversation_set_state (MokedUiContext        *context,
                              MokedConversation     *conversation,
                              MokedConversationState state)
{
  g_autoptr (MokedConversation) changed = moked_entity_copy (conversation);
  MokedRecordChange *change;
  const char *label;
  g_autofree char *done = NULL;

  if (conversation->state == (int) state)
    return;
  change = moked_record_change_new (_("Conversation's state"));
  changed->state = (int) state;
  moked_record_change_add (change, conversation, changed);
  label = g_dpgettext2 (GETTEXT_PACKAGE, "conversation", moked_enum_get_label (moked_conversation_states, (int) state));
  /* Translators: a toast; %s is the state that a conversation has now, such as "Resolved" */
  done = g_strdup_printf (_("The conversation: %s"), label);
  moked_record_change_commit (change, context, done, _("The conversation's state was not changed"));
}
