/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-messages-person.h"

#include <glib/gi18n-lib.h>

#include "features/messages/moked-composer.h"
#include "features/messages/moked-conversation-read.h"
#include "features/messages/moked-message-row.h"

/* Messages on the page of a person, and the way from there to the conversation. */

static DexFuture *
list_in_session (MokedSession *session,
                 gpointer      query)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) rows = moked_query_list (query, session, &error);
  GPtrArray *items;

  if (rows == NULL)
    return dex_future_new_for_error (error);
  items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (items, moked_timeline_item_new (&moked_messages_person, moked_row_get_id (rows->pdata[i]),
                                                     moked_row_get_int (rows->pdata[i], MOKED_MESSAGE_ROW_AT),
                                                     rows->pdata[i]));
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, items);
}

static DexFuture *
list (MokedUiContext *context,
      const char     *customer_id,
      gint64          before,
      guint           limit)
{
  MokedQuery *query = moked_message_list_query ();

  moked_query_add_filter (query, "e.customer_id = ?", "t", customer_id);
  moked_query_add_filter (query, "e.created_at < ?", "i", before);
  moked_query_set_limit (query, limit);
  return moked_cache_read (moked_ui_context_get_cache (context), list_in_session, query,
                           (GDestroyNotify) moked_query_unref);
}

static GtkWidget *
create_widget (MokedUiContext    *context,
               MokedTimelineItem *item)
{
  GtkWidget *row = moked_message_row_new (context);

  moked_message_row_set_plain (MOKED_MESSAGE_ROW (row));
  moked_message_row_set_row (MOKED_MESSAGE_ROW (row), moked_timeline_item_get_record (item));
  return row;
}

typedef struct
{
  MokedUiContext        *context;
  MokedComposer         *composer;
  MokedConversationRead *read;
} Reading;

static Reading *
reading_new (MokedUiContext *context,
             MokedComposer  *composer,
             const char     *customer_id)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->context = g_object_ref (context);
  g_set_object (&reading->composer, composer);
  reading->read = moked_conversation_read_new (NULL, customer_id);
  return reading;
}

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->context);
  g_clear_object (&reading->composer);
  moked_conversation_read_unref (reading->read);
  g_free (reading);
}

static void
run (Reading          *reading,
     DexFutureCallback done)
{
  MokedCache *cache = moked_ui_context_get_cache (reading->context);

  dex_future_disown (dex_future_then (moked_conversation_read_run (reading->read, cache), done, reading, reading_free));
}

static DexFuture *
on_read_for_composer (DexFuture *future,
                      gpointer   user_data)
{
  Reading *reading = user_data;

  moked_composer_set_conversation (reading->composer, reading->read->conversation, reading->read->draft);
  return NULL;
}

static void
read_for_composer (MokedComposer *composer)
{
  MokedUiContext *context = g_object_get_data (G_OBJECT (composer), "context");
  const char *customer_id = g_object_get_data (G_OBJECT (composer), "customer-id");

  run (reading_new (context, composer, customer_id), on_read_for_composer);
}

static void
on_changed (MokedComposer     *composer,
            const char *const *entities)
{
  if (g_strv_contains (entities, moked_conversation_info.name))
    read_for_composer (composer);
}

static GtkWidget *
create_composer (MokedUiContext *context,
                 const char     *customer_id)
{
  GtkWidget *composer = moked_composer_new (context);

  g_object_set_data_full (G_OBJECT (composer), "context", g_object_ref (context), g_object_unref);
  g_object_set_data_full (G_OBJECT (composer), "customer-id", g_strdup (customer_id), g_free);
  g_signal_connect_object (moked_ui_context_get_cache (context), "changed", G_CALLBACK (on_changed), composer,
                           G_CONNECT_SWAPPED);
  read_for_composer (MOKED_COMPOSER (composer));
  return composer;
}

static DexFuture *
on_read_to_open (DexFuture *future,
                 gpointer   user_data)
{
  Reading *reading = user_data;

  if (reading->read->conversation != NULL)
    moked_ui_context_open (reading->context, moked_conversation_info.name,
                           moked_entity_get_id (reading->read->conversation));
  else
    moked_ui_context_toast (reading->context, _("A conversation begins when this person writes to the office."));
  return NULL;
}

static void
open_conversation (MokedUiContext *context,
                   const char     *customer_id)
{
  run (reading_new (context, NULL, customer_id), on_read_to_open);
}

static const char *const entities[] = { "message", NULL };

static const MokedPersonAction actions[] = {
  { N_("_Open the conversation"), "chat-symbolic", FALSE, open_conversation },
  { 0 },
};

const MokedPersonPart moked_messages_person = {
  .entities = entities,
  .list = list,
  .create_widget = create_widget,
  .create_composer = create_composer,
  .actions = actions,
};
