/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/calls/moked-call-timeline.h"

#include <glib/gi18n-lib.h>

#include "base/moked-time.h"
#include "features/calls/moked-call-history.h"
#include "features/calls/moked-call.h"
#include "features/calls/moked-calls-list.h"

typedef struct
{
  char  *customer_id;
  gint64 before;
  guint  limit;
} Range;

static void
range_free (gpointer data)
{
  Range *range = data;

  g_free (range->customer_id);
  g_free (range);
}

static DexFuture *
list_in_session (MokedSession *session,
                 gpointer      user_data)
{
  Range *range = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) calls =
      moked_call_history_list (session, range->customer_id, range->before, range->limit, &error);
  GPtrArray *items;

  if (calls == NULL)
    return dex_future_new_for_error (error);
  items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < calls->len; i++)
    {
      MokedCall *call = calls->pdata[i];

      g_ptr_array_add (items, moked_timeline_item_new (&moked_call_timeline, moked_entity_get_id (call),
                                                       call->started_at, call));
    }
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, items);
}

static DexFuture *
list_calls (MokedUiContext *context,
            const char     *customer_id,
            gint64          before,
            guint           limit)
{
  Range *range = g_new (Range, 1);

  *range = (Range) { g_strdup (customer_id), before, limit };
  return moked_cache_read (moked_ui_context_get_cache (context), list_in_session, range, range_free);
}

static const char *
get_icon_name (MokedCall *call)
{
  if (moked_call_is_missed (call))
    return "phone-missed-symbolic";
  return call->direction == MOKED_CALL_IN ? "phone-incoming-symbolic" : "phone-outgoing-symbolic";
}

static char *
dup_text (MokedCall *call)
{
  g_autofree char *outcome = moked_call_dup_outcome (call->direction, call->state, moked_call_is_missed (call));
  g_autofree char *length = moked_call_dup_length (call->duration);
  g_autofree char *clock = moked_time_format_clock (call->started_at);
  g_autofree char *left = call->voicemail != NULL ? moked_call_dup_length (MAX (call->voicemail_duration, 1)) : NULL;
  g_autofree char *message = left != NULL ? g_strdup_printf (_("Message left (%s)"), left) : NULL;
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  g_ptr_array_add (parts, outcome);
  if (message != NULL)
    g_ptr_array_add (parts, message);
  else if (length != NULL && !moked_call_is_missed (call))
    g_ptr_array_add (parts, length);
  g_ptr_array_add (parts, clock);
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **) parts->pdata);
}

static GtkWidget *
create_widget (MokedUiContext    *context,
               MokedTimelineItem *item)
{
  MokedCall *call = moked_timeline_item_get_record (item);
  g_autofree char *text = dup_text (call);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", get_icon_name (call), "accessible-role",
                                  GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  if (moked_call_is_missed (call))
    gtk_widget_add_css_class (icon, "error");
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

static const char *const entities[] = { "call", NULL };

const MokedPersonPart moked_call_timeline = {
  .entities = entities,
  .list = list_calls,
  .create_widget = create_widget,
};
