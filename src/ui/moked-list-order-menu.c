/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-list-order-menu.h"

#include <glib/gi18n-lib.h>

/**
 * MokedListOrderMenu:
 *
 * A button with the order of a list in its menu, for a narrow list, which has no titles over columns. The order
 * itself is the table's.
 */
struct _MokedListOrderMenu
{
  AdwBin              parent_instance;
  MokedListTable     *table;
  GSimpleActionGroup *actions;
  GMenu              *menu;
};

G_DEFINE_FINAL_TYPE (MokedListOrderMenu, moked_list_order_menu, ADW_TYPE_BIN)

static void
show_order (MokedListOrderMenu *self)
{
  GAction *sort = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "sort");
  GAction *turned = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "descending");
  g_autofree char *name = NULL;
  gboolean descending;
  guint column;

  moked_list_table_get_order (self->table, &column, &descending);
  name = g_strdup_printf ("%u", column);
  g_simple_action_set_state (G_SIMPLE_ACTION (sort), g_variant_new_string (name));
  g_simple_action_set_state (G_SIMPLE_ACTION (turned), g_variant_new_boolean (descending));
}

static void
change_sort (GSimpleAction *action,
             GVariant      *state,
             gpointer       user_data)
{
  MokedListOrderMenu *self = user_data;
  gboolean descending;
  guint column;

  moked_list_table_get_order (self->table, &column, &descending);
  column = (guint) g_ascii_strtoull (g_variant_get_string (state, NULL), NULL, 10);
  moked_list_table_set_order (self->table, column, descending);
}

static void
change_descending (GSimpleAction *action,
                   GVariant      *state,
                   gpointer       user_data)
{
  MokedListOrderMenu *self = user_data;
  gboolean descending;
  guint column;

  moked_list_table_get_order (self->table, &column, &descending);
  moked_list_table_set_order (self->table, column, g_variant_get_boolean (state));
}

static const GActionEntry actions[] = {
  { "sort", NULL, "s", "'0'", change_sort },
  { "descending", NULL, NULL, "false", change_descending },
};

static void
fill_menu (MokedListOrderMenu  *self,
           const MokedListSpec *spec)
{
  g_autoptr (GMenu) columns = g_menu_new ();
  g_autoptr (GMenu) direction = g_menu_new ();

  for (guint i = 0; spec->columns[i].title != NULL; i++)
    {
      g_autofree char *action = g_strdup_printf ("order.sort::%u", i);

      if (spec->columns[i].order != NULL)
        g_menu_append (columns, _ (spec->columns[i].title), action);
    }
  g_menu_append (direction, _("_Descending"), "order.descending");
  g_menu_append_section (self->menu, NULL, G_MENU_MODEL (columns));
  g_menu_append_section (self->menu, NULL, G_MENU_MODEL (direction));
}

static void
moked_list_order_menu_dispose (GObject *object)
{
  MokedListOrderMenu *self = MOKED_LIST_ORDER_MENU (object);

  g_clear_object (&self->actions);
  g_clear_object (&self->menu);
  G_OBJECT_CLASS (moked_list_order_menu_parent_class)->dispose (object);
}

static void
moked_list_order_menu_class_init (MokedListOrderMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = moked_list_order_menu_dispose;
}

static void
moked_list_order_menu_init (MokedListOrderMenu *self)
{
  GtkWidget *button = gtk_menu_button_new ();

  self->menu = g_menu_new ();
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), actions, G_N_ELEMENTS (actions), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "order", G_ACTION_GROUP (self->actions));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-sort-ascending-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (self->menu));
  gtk_widget_set_tooltip_text (button, _("Sort"));
  gtk_widget_add_css_class (button, "flat");
  adw_bin_set_child (ADW_BIN (self), button);
}

/**
 * moked_list_order_menu_start:
 * @self: an empty menu
 * @spec: the list; static
 * @table: a started table that has the order; it lives as long as @self
 */
void
moked_list_order_menu_start (MokedListOrderMenu  *self,
                             const MokedListSpec *spec,
                             MokedListTable      *table)
{
  g_return_if_fail (MOKED_IS_LIST_ORDER_MENU (self));
  g_return_if_fail (self->table == NULL);

  self->table = table;
  fill_menu (self, spec);
  g_signal_connect_object (table, "order-changed", G_CALLBACK (show_order), self, G_CONNECT_SWAPPED);
  show_order (self);
}
