/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "features/attachments/moked-attachment-adding.h"
#include "features/attachments/moked-attachment-desk.h"
#include "features/attachments/moked-attachment-group.h"
#include "features/attachments/moked-attachment-range.h"
#include "features/attachments/moked-attachment-row.h"
#include "ui/moked-ui-feature.h"

/* What a person's page gets from this folder: files on the timeline and among the details, and how they come there. */

static const MokedPersonPart person_part;

static DexFuture *
create_items (DexFuture *future,
              gpointer   user_data)
{
  GPtrArray *found = g_value_get_boxed (dex_future_get_value (future, NULL));
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (items, moked_timeline_item_new (&person_part, moked_entity_get_id (found->pdata[i]),
                                                     moked_entity_get_created_at (found->pdata[i]), found->pdata[i]));
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, items);
}

static DexFuture *
list_files (MokedUiContext *context,
            const char     *customer_id,
            gint64          before,
            guint           limit)
{
  gpointer range = moked_attachment_range_new (customer_id, before, limit, moked_attachment_desk_get_files (context));

  return dex_future_then (moked_cache_read (moked_ui_context_get_cache (context), moked_attachment_range_read, range,
                                            moked_attachment_range_free),
                          create_items, NULL, NULL);
}

static GtkWidget *
create_widget (MokedUiContext    *context,
               MokedTimelineItem *item)
{
  GtkWidget *row = moked_attachment_row_new (context, moked_timeline_item_get_record (item));

  gtk_widget_add_css_class (row, "moked-file-event");
  return row;
}

static void
receive_files (MokedUiContext *context,
               const char     *customer_id,
               GPtrArray      *files,
               GdkTexture     *picture)
{
  if (files != NULL)
    moked_attachment_add_files (context, customer_id, files);
  else
    moked_attachment_add_picture (context, customer_id, picture);
}

static void
attach_to_current (MokedUiContext *context)
{
  const char *id = moked_ui_context_get_current (context, "customer");

  if (id != NULL)
    moked_attachment_choose (context, id);
  else
    moked_ui_context_toast (context, _("Open a customer to attach files"));
}

static void
on_automatic (AdwSpinRow *row,
              GParamSpec *pspec,
              GSettings  *settings)
{
  g_settings_set_int (settings, MOKED_ATTACHMENT_AUTOMATIC_KEY, (int) adw_spin_row_get_value (row));
}

static GtkWidget *
create_preferences (MokedUiContext *context)
{
  GSettings *settings = moked_ui_context_get_settings (context);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *row = adw_spin_row_new_with_range (0, 1000, 5);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _("Files"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Receive new files by themselves, up to (MB)"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _("Larger ones are received when they are opened. On a metered connection, all of them."));
  adw_spin_row_set_value (ADW_SPIN_ROW (row), g_settings_get_int (settings, MOKED_ATTACHMENT_AUTOMATIC_KEY));
  g_signal_connect_object (row, "notify::value", G_CALLBACK (on_automatic), settings, G_CONNECT_DEFAULT);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return group;
}

static const char *const entities[] = { "attachment", "user", NULL };

static const MokedPersonAction person_actions[] = {
  { N_("_Attach Files"), "mail-attachment-symbolic", FALSE, moked_attachment_choose },
  { 0 },
};

static const MokedPersonPart person_part = {
  .entities = entities,
  .list = list_files,
  .create_widget = create_widget,
  .actions = person_actions,
  .create_details = moked_attachment_group_new,
  .receive_files = receive_files,
};

static const MokedUiAction actions[] = {
  { "files-attach", N_("Attach Files to the Customer"), "mail-attachment-symbolic", "<Ctrl><Shift>a",
    attach_to_current },
  { 0 },
};

extern const MokedUiFeature moked_attachments_ui;

const MokedUiFeature moked_attachments_ui = {
  .name = "attachments",
  .person = &person_part,
  .actions = actions,
  .create_preferences = create_preferences,
  .start = moked_attachment_desk_start,
};
