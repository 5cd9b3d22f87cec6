/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/moked-list-row.h"

#include "ui/moked-list-table.h"

/**
 * MokedListRow:
 *
 * A record in a narrow list: an avatar and two lines. Empty until the row's contents are here.
 */
struct _MokedListRow
{
  GtkBox               parent_instance;
  const MokedListSpec *spec;
  GtkListItem         *item;
  MokedRow            *row;
  AdwAvatar           *avatar;
  GtkInscription      *title;
  GtkInscription      *subtitle;
  GtkLabel            *trailing;
};

G_DEFINE_FINAL_TYPE (MokedListRow, moked_list_row, GTK_TYPE_BOX)

static void
show_row (MokedRow *row,
          gpointer  user_data)
{
  MokedListRow *self = user_data;
  MokedListRowText text = { 0 };

  if (moked_row_is_loaded (row))
    self->spec->describe (row, &text);
  moked_list_set_text (self->title, text.title);
  moked_list_set_text (self->subtitle, text.subtitle);
  gtk_label_set_text (self->trailing, text.trailing != NULL ? text.trailing : "");
  adw_avatar_set_text (self->avatar, text.title);
  gtk_list_item_set_accessible_label (self->item, text.title != NULL ? text.title : "");
  gtk_list_item_set_accessible_description (self->item, text.subtitle != NULL ? text.subtitle : "");
  g_free (text.title);
  g_free (text.subtitle);
  g_free (text.trailing);
}

/**
 * moked_list_row_set_item:
 * @self: a list row
 * @item: (nullable): what it is the child of
 * @row: (nullable): what to show; %NULL when it is taken out of use
 */
void
moked_list_row_set_item (MokedListRow *self,
                         GtkListItem  *item,
                         MokedRow     *row)
{
  g_return_if_fail (MOKED_IS_LIST_ROW (self));

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
moked_list_row_dispose (GObject *object)
{
  MokedListRow *self = MOKED_LIST_ROW (object);

  moked_list_row_set_item (self, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), MOKED_TYPE_LIST_ROW);
  G_OBJECT_CLASS (moked_list_row_parent_class)->dispose (object);
}

static void
moked_list_row_class_init (MokedListRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_list_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-list-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedListRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, MokedListRow, title);
  gtk_widget_class_bind_template_child (widget_class, MokedListRow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, MokedListRow, trailing);
}

static void
moked_list_row_init (MokedListRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
moked_list_row_new (const MokedListSpec *spec)
{
  MokedListRow *self = g_object_new (MOKED_TYPE_LIST_ROW, NULL);

  self->spec = spec;
  return GTK_WIDGET (self);
}
