/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/widgets/moked-combo-items.h"

/* The items of a combo row as libadwaita shows them, with the names for screen readers that it does not give. */

static void
set_up (GtkSignalListItemFactory *factory,
        GtkListItem              *item,
        gpointer                  in_popup)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *check;

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), label);
  if (GPOINTER_TO_INT (in_popup))
    {
      check = g_object_new (GTK_TYPE_IMAGE, "icon-name", "object-select-symbolic", "accessible-role",
                            GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
      gtk_box_append (GTK_BOX (box), check);
      g_object_bind_property (item, "selected", check, "visible", G_BINDING_SYNC_CREATE);
    }
  gtk_list_item_set_child (item, box);
}

static void
bind (GtkSignalListItemFactory *factory,
      GtkListItem              *item,
      gpointer                  user_data)
{
  const char *text = gtk_string_object_get_string (gtk_list_item_get_item (item));

  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (gtk_list_item_get_child (item))), text);
  gtk_list_item_set_accessible_label (item, text);
}

static GtkListItemFactory *
new_factory (gboolean in_popup)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (set_up), GINT_TO_POINTER (in_popup));
  g_signal_connect (factory, "bind", G_CALLBACK (bind), NULL);
  return factory;
}

/**
 * moked_combo_items_set_up:
 * @row: a combo row over a #GtkStringList
 */
void
moked_combo_items_set_up (AdwComboRow *row)
{
  g_autoptr (GtkListItemFactory) chosen = new_factory (FALSE);
  g_autoptr (GtkListItemFactory) popup = new_factory (TRUE);

  adw_combo_row_set_factory (row, chosen);
  adw_combo_row_set_list_factory (row, popup);
}
