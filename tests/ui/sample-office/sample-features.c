/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../../store/sample-entity.h"
#include "empty-page.h"
#include "sample-office.h"
#include "sample-page.h"
#include "store/moked-entity-store.h"
#include "ui/moked-search-hit.h"
#include "ui/moked-ui-feature.h"

/* Stands in for the table that the build makes from the program's features. */

static const char *const sample_entities[] = { "sample", NULL };

static DexFuture *
count_red (MokedSession *session,
           gpointer      user_data)
{
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, &error,
                                                        "SELECT count(*) FROM sample WHERE business_id = $1 "
                                                        "AND deleted_at IS NULL AND urgent = 1",
                                                        "");

  if (cursor == NULL || !moked_cursor_next (cursor, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_for_int64 (moked_cursor_get_int (cursor, 0));
}

static DexFuture *
find_in_session (MokedSession *session,
                 gpointer      text)
{
  GPtrArray *hits = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *pattern = g_strdup_printf ("%%%s%%", (char *) text);
  g_autoptr (GPtrArray) samples = moked_entity_store_list (session, &sample_info, NULL,
                                                           "WHERE business_id = $1 AND deleted_at IS NULL AND title LIKE $2 ORDER BY title",
                                                           "t", pattern);

  for (guint i = 0; i < samples->len; i++)
    {
      Sample *sample = g_ptr_array_index (samples, i);

      g_ptr_array_add (hits, moked_search_hit_new ("sample", moked_entity_get_id (sample), sample->title, "דוגמה",
                                                   "outbox-symbolic"));
    }
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, hits);
}

static DexFuture *
search (MokedUiContext *context,
        const char     *text,
        guint           limit)
{
  return moked_cache_read (moked_ui_context_get_cache (context), find_in_session, g_strdup (text), g_free);
}

static void
restore (MokedUiContext *context,
         gpointer        id)
{
  MokedEdit *edit = moked_edit_new ("שחזור דוגמה");

  moked_edit_restore (edit, &sample_info, id);
  moked_ui_context_commit (context, edit, "הדוגמה לא שוחזרה");
}

static void
delete_first (MokedUiContext *context)
{
  MokedEdit *edit = moked_edit_new ("מחיקת דוגמה");

  moked_edit_delete (edit, &sample_info, SAMPLE_FIRST_ID);
  moked_ui_context_commit (context, edit, "הדוגמה לא נמחקה");
  moked_ui_context_toast_undo (context, "הדוגמה נמחקה", restore, g_strdup (SAMPLE_FIRST_ID), g_free);
}

static void
notify (MokedUiContext *context)
{
  moked_ui_context_notify (context, "הודעה חדשה", "שלום", "sample", SAMPLE_FIRST_ID);
}

static void
hide_card (GtkWidget *card)
{
  gtk_widget_unparent (card);
}

static void
on_event (MokedUiContext *context,
          const char     *name,
          const char     *json)
{
  GtkWidget *card = gtk_button_new_with_label ("שיחה נכנסת");

  gtk_widget_add_css_class (card, "osd");
  g_signal_connect (card, "clicked", G_CALLBACK (hide_card), NULL);
  moked_ui_context_show_card (context, card);
}

static void
start (MokedUiContext *context)
{
  moked_ui_context_set_user_name (context, "יעל ברק");
}

static const MokedUiAction actions[] = {
  { "sample-delete", "_מחיקת הדוגמה הראשונה", "user-trash-symbolic", "<Ctrl><Shift>d", delete_first },
  { "sample-notify", "_התראה", NULL, "<Ctrl><Shift>n", notify },
  { "sample-offline", "_ניתוק", NULL, "<Ctrl><Shift>o", sample_office_toggle_service },
  { "sample-ring", "_צלצול", NULL, "<Ctrl><Shift>r", sample_office_ring },
  { 0 },
};

static const MokedUiFeature samples = {
  .name = "samples",
  .title = "דוגמאות",
  .icon_name = "chat-symbolic",
  .order = 20,
  .create_page = sample_page_new,
  .entities = sample_entities,
  .count = count_red,
  .count_entities = sample_entities,
  .actions = actions,
  .search = search,
  .live_event = on_event,
  .start = start,
};

static const MokedUiFeature today = {
  .name = "today",
  .title = "היום",
  .icon_name = "clock-symbolic",
  .order = 10,
  .create_page = empty_page_new,
};

static const MokedUiFeature *const features[] = { &samples, &today, NULL };

const MokedUiFeature *const *
moked_ui_features_get (void)
{
  return features;
}
