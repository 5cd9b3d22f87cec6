/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/widgets/moked-menu-names.h"

#include "ui/moked-ui-feature.h"

/* GTK 4.18 says that the item of a menu is labelled by a label which screen readers do not see, so that they
 * read no name at all. Each menu that opens has its items named here. */

static void
name_item (GtkWidget *item)
{
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;

  g_object_get (item, "text", &text, NULL);
  if (text == NULL || *text == '\0')
    return;
  name = moked_ui_dup_plain_label (text);
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* The type of the items is GTK's own affair, so it is known by its name only. */
static void
name_items (GtkWidget *widget)
{
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "GtkModelButton"))
    name_item (widget);
  for (GtkWidget *i = gtk_widget_get_first_child (widget); i != NULL; i = gtk_widget_get_next_sibling (i))
    name_items (i);
}

static gboolean
on_map (GSignalInvocationHint *hint,
        guint                  n_values,
        const GValue          *values,
        gpointer               user_data)
{
  GtkWidget *widget = g_value_get_object (&values[0]);

  if (GTK_IS_POPOVER_MENU (widget))
    name_items (widget);
  return TRUE;
}

/**
 * moked_menu_names_install:
 *
 * From now on the items of every menu that opens have names for screen readers. Further calls do nothing.
 */
void
moked_menu_names_install (void)
{
  static gsize installed;

  if (!g_once_init_enter (&installed))
    return;
  g_type_class_unref (g_type_class_ref (GTK_TYPE_WIDGET));
  g_signal_add_emission_hook (g_signal_lookup ("map", GTK_TYPE_WIDGET), 0, on_map, NULL, NULL);
  g_once_init_leave (&installed, 1);
}
