/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "base/moked-phone.h"
#include "base/moked-text.h"
#include "features/messages/moked-conversation-list.h"
#include "features/messages/moked-messages-page.h"
#include "features/messages/moked-messages-person.h"
#include "ui/moked-search-hit.h"
#include "ui/moked-ui-feature.h"

/* What the window gets from this folder: the page, its badge, quick search, notifications and a part of
 * the page of a person. */

static DexFuture *
count_unread (MokedSession *session,
              gpointer      user_data)
{
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, &error,
                                                        "SELECT count (*) FROM conversation WHERE business_id = $1 "
                                                        "AND unread > 0 AND deleted_at IS NULL",
                                                        "");

  if (cursor == NULL || !moked_cursor_next (cursor, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_for_int64 (moked_cursor_get_int (cursor, 0));
}

static DexFuture *
list_hits (MokedSession *session,
           gpointer      query)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) rows = moked_query_list (query, session, &error);
  GPtrArray *hits;

  if (rows == NULL)
    return dex_future_new_for_error (error);
  hits = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < rows->len; i++)
    {
      g_autofree char *name = moked_conversation_list_dup_name (rows->pdata[i]);
      g_autofree char *preview = moked_conversation_list_dup_preview (rows->pdata[i]);

      g_ptr_array_add (hits, moked_search_hit_new ("conversation", moked_row_get_id (rows->pdata[i]), name, preview,
                                                   "chat-symbolic"));
    }
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, hits);
}

static DexFuture *
search (MokedUiContext *context,
        const char     *text,
        guint           limit)
{
  MokedQuery *query = moked_conversation_list_query (MOKED_CONVERSATIONS_ALL, text);

  moked_query_set_limit (query, limit);
  return moked_cache_read (moked_ui_context_get_cache (context), list_hits, query, (GDestroyNotify) moked_query_unref);
}

/* Notifications: incoming messages that nobody read. */

static const char arrivals_sql[] =
    "SELECT e.id, 'conversation', e.conversation_id, c.name, v.address, e.body FROM message e "
    "JOIN conversation v ON v.business_id = e.business_id AND v.id = e.conversation_id "
    "LEFT JOIN customer c ON c.business_id = e.business_id AND c.id = e.customer_id "
    "WHERE +e.business_id = $1 AND e.row_id > $2 AND e.direction = 'in' AND e.deleted_at IS NULL AND v.unread > 0 "
    "ORDER BY e.row_id";

static char *
dup_sender (MokedCursor *cursor)
{
  const char *name = moked_cursor_get_text (cursor, 3);
  const char *address = moked_cursor_get_text (cursor, 4);

  if (name != NULL && *name != '\0')
    return g_strdup (name);
  return address != NULL ? moked_phone_format (address) : g_strdup (_("New message"));
}

static char *
dup_message (MokedCursor *cursor)
{
  const char *body = moked_cursor_get_text (cursor, 5);

  return moked_text_is_blank (body) ? g_strdup (_("Attachment")) : moked_text_strip_controls (body);
}

static char *
dup_summary (guint n)
{
  return g_strdup_printf (ngettext ("New messages in %u conversation", "New messages in %u conversations", n), n);
}

static const MokedArrivalSource arrivals = {
  .entity = "message",
  .max_row_sql = "SELECT row_id FROM message WHERE +business_id = $1 ORDER BY row_id DESC LIMIT 1",
  .list_sql = arrivals_sql,
  .page = "conversation",
  .dup_title = dup_sender,
  .dup_body = dup_message,
  .dup_summary = dup_summary,
};

static const char *const entities[] = { "conversation", NULL };

extern const MokedUiFeature moked_messages_ui;

const MokedUiFeature moked_messages_ui = {
  .name = "messages",
  .title = N_("Conversations"),
  .icon_name = "chat-symbolic",
  .order = 20,
  .create_page = moked_messages_page_new,
  .entities = entities,
  .count = count_unread,
  .count_entities = entities,
  .search = search,
  .person = &moked_messages_person,
  .arrivals = &arrivals,
};
