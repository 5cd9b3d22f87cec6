/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "base/moked-json.h"
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

static void
on_live_event (MokedUiContext *context,
               const char     *name,
               const char     *json)
{
  g_autoptr (yyjson_doc) doc = NULL;
  const char *id, *person, *preview;

  if (!g_str_equal (name, "message.received"))
    return;
  doc = yyjson_read (json, strlen (json), YYJSON_READ_NOFLAG);
  id = yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "conversation_id"));
  person = yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "name"));
  preview = yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "preview"));
  if (id != NULL)
    moked_ui_context_notify (context, person != NULL ? person : _("New message"),
                             preview != NULL ? preview : _("Attachment"), "conversation", id);
}

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
  .live_event = on_live_event,
};
