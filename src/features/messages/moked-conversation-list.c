/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-conversation-list.h"

#include <glib/gi18n-lib.h>

#include "base/moked-phone.h"
#include "base/moked-text.h"
#include "features/messages/moked-conversation-search.h"
#include "features/messages/moked-message.h"

static const char *const columns[] = {
  [MOKED_CONVERSATION_ROW_NAME] = "c.name",
  [MOKED_CONVERSATION_ROW_ADDRESS] = "e.address",
  [MOKED_CONVERSATION_ROW_CHANNEL] = "e.channel",
  [MOKED_CONVERSATION_ROW_PREVIEW] = "e.preview",
  [MOKED_CONVERSATION_ROW_KIND] = "e.last_kind",
  [MOKED_CONVERSATION_ROW_DIRECTION] = "e.last_direction",
  [MOKED_CONVERSATION_ROW_AT] = "e.last_message_at",
  [MOKED_CONVERSATION_ROW_UNREAD] = "e.unread",
  NULL,
};

static const char joins[] = "LEFT JOIN customer c ON c.business_id = e.business_id AND c.id = e.customer_id";
static const char *const order[] = { "last_message_at", NULL };

static const char *const conditions[] = {
  [MOKED_CONVERSATIONS_OPEN] = "e.state <> 'resolved'",
  [MOKED_CONVERSATIONS_UNREAD] = "e.unread > 0",
  [MOKED_CONVERSATIONS_RESOLVED] = "e.state = 'resolved'",
  [MOKED_CONVERSATIONS_ALL] = "1",
};

/**
 * moked_conversation_list_query:
 * @filter: which ones
 * @search: (nullable): what was typed
 *
 * Returns: (transfer full): a query for conversations, the latest first
 */
MokedQuery *
moked_conversation_list_query (MokedConversationFilter filter,
                               const char             *search)
{
  MokedQuery *query = moked_query_new (moked_conversation_info.name, columns);

  moked_query_set_joins (query, joins);
  moked_query_set_order (query, order, TRUE);
  moked_query_add_filter (query, conditions[filter], "");
  if (search != NULL && !moked_text_is_blank (search))
    moked_conversation_add_search (query, search);
  return query;
}

/**
 * moked_conversation_list_dup_name:
 *
 * Returns: (transfer full): the person's name, or the number while there is none
 */
char *
moked_conversation_list_dup_name (MokedRow *row)
{
  const char *name = moked_row_get_text (row, MOKED_CONVERSATION_ROW_NAME);
  const char *address = moked_row_get_text (row, MOKED_CONVERSATION_ROW_ADDRESS);
  g_autofree char *phone = NULL;

  if (name != NULL && *name != '\0')
    return g_strdup (name);
  phone = address != NULL ? moked_phone_format (address) : g_strdup ("");
  return moked_text_isolate_ltr (phone);
}

/**
 * moked_conversation_list_dup_preview:
 *
 * Returns: (transfer full): the last message in one line, with who wrote it when that was the office
 */
char *
moked_conversation_list_dup_preview (MokedRow *row)
{
  const char *preview = moked_row_get_text (row, MOKED_CONVERSATION_ROW_PREVIEW);
  const char *nick = moked_row_get_text (row, MOKED_CONVERSATION_ROW_KIND);
  gboolean ours = g_strcmp0 (moked_row_get_text (row, MOKED_CONVERSATION_ROW_DIRECTION), "out") == 0;
  g_autofree char *isolated = NULL;
  int kind = MOKED_MESSAGE_TEXT;

  if (preview == NULL && nick != NULL && moked_enum_parse_nick (moked_message_kinds, nick, &kind))
    preview = _ (moked_enum_get_label (moked_message_kinds, kind));
  isolated = moked_text_isolate (preview != NULL ? preview : "");
  if (!ours)
    return g_steal_pointer (&isolated);
  /* Translators: the last message of a conversation, which the office wrote */
  return g_strdup_printf (_("We: %s"), isolated);
}
