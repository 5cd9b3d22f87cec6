/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-conversation-row.h"

#include <glib/gi18n-lib.h>

#include "base/moked-time.h"
#include "features/messages/moked-conversation-list.h"

/**
 * MokedConversationRow:
 *
 * A conversation in the list: who, the last message, when, and how many nobody read.
 */
struct _MokedConversationRow
{
  GtkBox          parent_instance;
  GtkListItem    *item;
  MokedRow       *row;
  AdwAvatar      *avatar;
  GtkInscription *name;
  GtkInscription *preview;
  GtkLabel       *time;
  GtkLabel       *unread;
};

G_DEFINE_FINAL_TYPE (MokedConversationRow, moked_conversation_row, GTK_TYPE_BOX)

static char *
dup_time (gint64 at)
{
  g_autoptr (GDateTime) day = moked_time_to_local (at);
  g_autoptr (GDateTime) today = moked_time_to_local (g_get_real_time ());

  if (at == 0 || day == NULL || today == NULL)
    return g_strdup ("");
  if (g_date_time_get_year (day) == g_date_time_get_year (today) &&
      g_date_time_get_day_of_year (day) == g_date_time_get_day_of_year (today))
    return moked_time_format_clock (at);
  if (g_date_time_difference (today, day) < 2 * G_TIME_SPAN_DAY)
    return moked_time_format_day_header (at, g_get_real_time ());
  return moked_time_format_date (at);
}

static void
show_unread (MokedConversationRow *self,
             gint64                unread)
{
  g_autofree char *text = g_strdup_printf (unread > 99 ? "99+" : "%d", (int) unread);

  gtk_label_set_text (self->unread, text);
  gtk_widget_set_visible (GTK_WIDGET (self->unread), unread > 0);
}

static void
show_row (MokedRow *row,
          gpointer  user_data)
{
  MokedConversationRow *self = user_data;
  gboolean loaded = moked_row_is_loaded (row);
  g_autofree char *name = loaded ? moked_conversation_list_dup_name (row) : g_strdup ("");
  g_autofree char *preview = loaded ? moked_conversation_list_dup_preview (row) : g_strdup ("");
  g_autofree char *time = dup_time (moked_row_get_int (row, MOKED_CONVERSATION_ROW_AT));
  gint64 unread = moked_row_get_int (row, MOKED_CONVERSATION_ROW_UNREAD);
  g_autofree char *count =
      g_strdup_printf (ngettext ("%d unread message", "%d unread messages", (gulong) unread), (int) unread);
  g_autofree char *description = g_strjoin (", ", preview, time, unread > 0 ? count : NULL, NULL);

  gtk_inscription_set_text (self->name, name);
  gtk_inscription_set_text (self->preview, preview);
  gtk_label_set_text (self->time, time);
  adw_avatar_set_text (self->avatar, name);
  show_unread (self, unread);
  gtk_list_item_set_accessible_label (self->item, name);
  gtk_list_item_set_accessible_description (self->item, description);
}

/**
 * moked_conversation_row_set_item:
 * @item: (nullable): what it is the child of
 * @row: (nullable): a row of [func@conversation_list_query]; %NULL when it is taken out of use
 */
void
moked_conversation_row_set_item (MokedConversationRow *self,
                                 GtkListItem          *item,
                                 MokedRow             *row)
{
  g_return_if_fail (MOKED_IS_CONVERSATION_ROW (self));

  if (self->row != NULL)
    moked_row_unwatch (self->row, show_row, self);
  g_set_object (&self->row, row);
  self->item = item;
  if (row == NULL)
    return;
  moked_row_watch (row, show_row, self);
  show_row (row, self);
}

static void
moked_conversation_row_dispose (GObject *object)
{
  MokedConversationRow *self = MOKED_CONVERSATION_ROW (object);

  moked_conversation_row_set_item (self, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), MOKED_TYPE_CONVERSATION_ROW);
  G_OBJECT_CLASS (moked_conversation_row_parent_class)->dispose (object);
}

static void
moked_conversation_row_class_init (MokedConversationRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_conversation_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-conversation-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedConversationRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, MokedConversationRow, name);
  gtk_widget_class_bind_template_child (widget_class, MokedConversationRow, preview);
  gtk_widget_class_bind_template_child (widget_class, MokedConversationRow, time);
  gtk_widget_class_bind_template_child (widget_class, MokedConversationRow, unread);
}

static void
moked_conversation_row_init (MokedConversationRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
moked_conversation_row_new (void)
{
  return g_object_new (MOKED_TYPE_CONVERSATION_ROW, NULL);
}
