/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-customers-picked.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "features/customers/moked-customers-change.h"

/**
 * MokedCustomersPicked:
 *
 * Under the list while several customers are picked: how many they are, and what can be done with all of them.
 */
struct _MokedCustomersPicked
{
  AdwBin          parent_instance;
  MokedUiContext *context;
  MokedListView  *view;
  GtkLabel       *count;
  GtkWidget      *actions;
  GtkMenuButton  *owner;
  GtkPopover     *tag_popover;
  GtkEditable    *tag;
};

enum
{
  DONE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MokedCustomersPicked, moked_customers_picked, ADW_TYPE_BIN)

static const char *const actions[] = { "picked.status", "picked.owner", "picked.delete" };

static void
update (MokedCustomersPicked *self)
{
  guint n = moked_list_view_get_n_picked (self->view);
  g_autofree char *text = g_strdup_printf (ngettext ("%u customer selected", "%u customers selected", n), n);

  gtk_label_set_text (self->count,
                      n > 0 ? text : _("Several rows are selected by clicks with Ctrl or Shift, all of them by Ctrl+A"));
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i], n > 0);
}

static void
run (MokedCustomersPicked    *self,
     MokedCustomersChangeKind kind,
     const char              *value)
{
  g_autoptr (GArray) row_ids = moked_list_view_list_picked (self->view);

  if (row_ids->len == 0)
    return;
  moked_customers_change_run (self->context, row_ids, kind, value);
  g_signal_emit (self, signals[DONE], 0);
}

static void
on_status (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  run (MOKED_CUSTOMERS_PICKED (widget), MOKED_CUSTOMERS_SET_STATUS, g_variant_get_string (parameter, NULL));
}

static void
on_owner (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  const char *id = g_variant_get_string (parameter, NULL);

  run (MOKED_CUSTOMERS_PICKED (widget), MOKED_CUSTOMERS_SET_OWNER, *id != '\0' ? id : NULL);
}

static void
on_delete (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  run (MOKED_CUSTOMERS_PICKED (widget), MOKED_CUSTOMERS_DELETE, NULL);
}

static void
on_all (GtkWidget  *widget,
        const char *action,
        GVariant   *parameter)
{
  moked_list_view_pick_all (MOKED_CUSTOMERS_PICKED (widget)->view);
}

static void
change_tag (MokedCustomersPicked    *self,
            MokedCustomersChangeKind kind)
{
  g_autofree char *tag = g_strstrip (g_strdup (gtk_editable_get_text (self->tag)));

  if (moked_text_is_blank (tag))
    return;
  gtk_popover_popdown (self->tag_popover);
  run (self, kind, tag);
}

static void
on_add_tag (MokedCustomersPicked *self)
{
  change_tag (self, MOKED_CUSTOMERS_ADD_TAG);
}

static void
on_remove_tag (MokedCustomersPicked *self)
{
  change_tag (self, MOKED_CUSTOMERS_REMOVE_TAG);
}

/* Whoever works here by then. */
static void
create_owner_menu (GtkMenuButton *button,
                   gpointer       user_data)
{
  MokedCustomersPicked *self = user_data;
  GHashTable *names = moked_ui_context_get_user_names (self->context);
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenuItem) nobody = g_menu_item_new (_("Nobody"), NULL);
  GHashTableIter iter;
  gpointer id, name;

  if (names != NULL)
    g_hash_table_iter_init (&iter, names);
  while (names != NULL && g_hash_table_iter_next (&iter, &id, &name))
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (name, NULL);

      g_menu_item_set_action_and_target (item, "picked.owner", "s", id);
      g_menu_append_item (menu, item);
    }
  g_menu_item_set_action_and_target (nobody, "picked.owner", "s", "");
  g_menu_append_item (menu, nobody);
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
moked_customers_picked_dispose (GObject *object)
{
  MokedCustomersPicked *self = MOKED_CUSTOMERS_PICKED (object);

  g_clear_object (&self->context);
  g_clear_object (&self->view);
  adw_bin_set_child (ADW_BIN (object), NULL); /* the bin must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_CUSTOMERS_PICKED);
  G_OBJECT_CLASS (moked_customers_picked_parent_class)->dispose (object);
}

static void
moked_customers_picked_class_init (MokedCustomersPickedClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_customers_picked_dispose;
  /**
   * MokedCustomersPicked::done:
   *
   * Something is done with what was picked.
   */
  signals[DONE] =
      g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "picked.status", "s", on_status);
  gtk_widget_class_install_action (widget_class, "picked.owner", "s", on_owner);
  gtk_widget_class_install_action (widget_class, "picked.delete", NULL, on_delete);
  gtk_widget_class_install_action (widget_class, "picked.all", NULL, on_all);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/moked_crm/Moked/ui/moked-customers-picked.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedCustomersPicked, count);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomersPicked, actions);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomersPicked, owner);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomersPicked, tag_popover);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomersPicked, tag);
  gtk_widget_class_bind_template_callback (widget_class, on_add_tag);
  gtk_widget_class_bind_template_callback (widget_class, on_remove_tag);
}

static void
moked_customers_picked_init (MokedCustomersPicked *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (self->owner, create_owner_menu, self, NULL);
}

/**
 * moked_customers_picked_start:
 * @self: a bar
 * @context: of the window
 * @view: where customers are picked
 */
void
moked_customers_picked_start (MokedCustomersPicked *self,
                              MokedUiContext       *context,
                              MokedListView        *view)
{
  g_return_if_fail (MOKED_IS_CUSTOMERS_PICKED (self));

  g_set_object (&self->context, context);
  g_set_object (&self->view, view);
  g_signal_connect_object (view, "picked", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
