/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-sidebar-row.h"

/* One page in the sidebar, with the number of things on it that wait for a person. */
struct _MokedSidebarRow
{
  GtkListBoxRow         parent_instance;
  const MokedUiFeature *feature;
  GtkImage             *icon;
  GtkLabel             *title;
  GtkLabel             *count;
};

G_DEFINE_FINAL_TYPE (MokedSidebarRow, moked_sidebar_row, GTK_TYPE_LIST_BOX_ROW)

static void
moked_sidebar_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_SIDEBAR_ROW);
  G_OBJECT_CLASS (moked_sidebar_row_parent_class)->dispose (object);
}

static void
moked_sidebar_row_class_init (MokedSidebarRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_sidebar_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-sidebar-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedSidebarRow, icon);
  gtk_widget_class_bind_template_child (widget_class, MokedSidebarRow, title);
  gtk_widget_class_bind_template_child (widget_class, MokedSidebarRow, count);
}

static void
moked_sidebar_row_init (MokedSidebarRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * moked_sidebar_row_new:
 * @feature: whose page it stands for
 * @number: place in the sidebar, from 1; the shortcut for the tooltip
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
moked_sidebar_row_new (const MokedUiFeature *feature,
                       guint                 number)
{
  MokedSidebarRow *self = g_object_new (MOKED_TYPE_SIDEBAR_ROW, NULL);
  g_autofree char *tooltip = NULL;

  self->feature = feature;
  gtk_image_set_from_icon_name (self->icon, feature->icon_name);
  gtk_label_set_text (self->title, _ (feature->title));
  if (number < 10)
    {
      /* Translators: %s is a page such as "Customers", %u its number in the sidebar */
      tooltip = g_strdup_printf (_("%s (Ctrl+%u)"), _ (feature->title), number);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
    }
  moked_sidebar_row_set_count (self, 0);
  return GTK_WIDGET (self);
}

/**
 * moked_sidebar_row_get_feature:
 *
 * Returns: (transfer none): whose page it stands for
 */
const MokedUiFeature *
moked_sidebar_row_get_feature (MokedSidebarRow *self)
{
  g_return_val_if_fail (MOKED_IS_SIDEBAR_ROW (self), NULL);

  return self->feature;
}

/**
 * moked_sidebar_row_set_count:
 * @count: how many things wait; 0 shows nothing
 */
void
moked_sidebar_row_set_count (MokedSidebarRow *self,
                             gint64           count)
{
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;

  g_return_if_fail (MOKED_IS_SIDEBAR_ROW (self));

  text = g_strdup_printf ("%" G_GINT64_FORMAT, count);
  gtk_label_set_text (self->count, text);
  gtk_widget_set_visible (GTK_WIDGET (self->count), count > 0);

  /* Translators: read aloud: a page and how many things on it wait, such as "Conversations, 3" */
  name = count > 0 ? g_strdup_printf (_("%s, %s"), _(self->feature->title), text) : g_strdup (_(self->feature->title));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
