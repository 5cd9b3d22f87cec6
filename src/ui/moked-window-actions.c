/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-about.h"
#include "ui/moked-help-overlay.h"
#include "ui/moked-outbox-dialog.h"
#include "ui/moked-palette.h"
#include "ui/moked-preferences-dialog.h"
#include "ui/moked-window-private.h"

static void
on_search (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  MokedPage *page = moked_window_get_page (MOKED_WINDOW (widget));

  if (page != NULL)
    moked_page_focus_search (page);
}

static void
on_new (GtkWidget  *widget,
        const char *name,
        GVariant   *parameter)
{
  MokedPage *page = moked_window_get_page (MOKED_WINDOW (widget));

  if (page != NULL)
    moked_page_create_new (page);
}

static void
on_step (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  MokedPage *page = moked_window_get_page (MOKED_WINDOW (widget));

  if (page != NULL && !moked_page_step (page, g_str_equal (name, "win.previous") ? -1 : 1))
    gtk_widget_error_bell (widget);
}

static void
on_undo (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  if (!moked_ui_context_undo (MOKED_WINDOW (widget)->context))
    gtk_widget_error_bell (widget);
}

static void
on_page (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  MokedWindow *self = MOKED_WINDOW (widget);
  const MokedUiFeature *feature = moked_sidebar_get_nth (self->sidebar, g_variant_get_int32 (parameter) - 1);

  if (feature != NULL)
    moked_window_show_feature (self, feature);
}

static void
on_toggle_sidebar (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  MokedWindow *self = MOKED_WINDOW (widget);
  GSettings *settings = moked_ui_context_get_settings (self->context);

  /* Where the panes follow one another, the sidebar is the first of them. */
  if (adw_application_window_get_current_breakpoint (ADW_APPLICATION_WINDOW (self)) != NULL)
    adw_navigation_split_view_set_show_content (self->split_view,
                                                !adw_navigation_split_view_get_show_content (self->split_view));
  else
    g_settings_set_boolean (settings, "sidebar-visible", !g_settings_get_boolean (settings, "sidebar-visible"));
}

static void
on_palette (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  moked_ui_context_present (MOKED_WINDOW (widget)->context, moked_palette_new (MOKED_WINDOW (widget)->context));
}

static void
on_outbox (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  moked_ui_context_present (MOKED_WINDOW (widget)->context, moked_outbox_dialog_new (MOKED_WINDOW (widget)->context));
}

static void
on_preferences (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  MokedUiContext *context = MOKED_WINDOW (widget)->context;

  moked_ui_context_present (context, moked_preferences_dialog_new (context));
}

static void
on_shortcuts (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  MokedWindow *self = MOKED_WINDOW (widget);

  if (self->shortcuts == NULL)
    {
      g_set_weak_pointer (&self->shortcuts, moked_help_overlay_new ());
      gtk_window_set_transient_for (GTK_WINDOW (self->shortcuts), GTK_WINDOW (self));
    }
  gtk_window_present (GTK_WINDOW (self->shortcuts));
}

static void
on_about (GtkWidget  *widget,
          const char *name,
          GVariant   *parameter)
{
  moked_ui_context_present (MOKED_WINDOW (widget)->context, moked_about_new ());
}

static void
on_sync_now (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  MokedSyncClient *sync = moked_ui_context_get_sync (MOKED_WINDOW (widget)->context);

  /* Its end, good or bad, is seen at the foot of the sidebar. */
  if (sync != NULL)
    dex_future_disown (moked_sync_client_sync_now (sync));
}

static const struct
{
  const char             *name;
  const char             *parameter;
  GtkWidgetActionActivateFunc activate;
} actions[] = {
  { "win.search", NULL, on_search },
  { "win.new", NULL, on_new },
  { "win.previous", NULL, on_step },
  { "win.next", NULL, on_step },
  { "win.undo", NULL, on_undo },
  { "win.page", "i", on_page },
  { "win.toggle-sidebar", NULL, on_toggle_sidebar },
  { "win.palette", NULL, on_palette },
  { "win.outbox", NULL, on_outbox },
  { "win.preferences", NULL, on_preferences },
  { "win.shortcuts", NULL, on_shortcuts },
  { "win.about", NULL, on_about },
  { "win.sync-now", NULL, on_sync_now },
};

/* Bindings of the class, which run after those of the focused widget: Ctrl+Z in an entry stays the
 * entry's own. */
static const struct
{
  guint           key;
  GdkModifierType modifiers;
  const char     *action;
} bindings[] = {
  { GDK_KEY_f, GDK_CONTROL_MASK, "win.search" },
  { GDK_KEY_n, GDK_CONTROL_MASK, "win.new" },
  { GDK_KEY_Up, GDK_ALT_MASK, "win.previous" },
  { GDK_KEY_Down, GDK_ALT_MASK, "win.next" },
  { GDK_KEY_z, GDK_CONTROL_MASK, "win.undo" },
  { GDK_KEY_F9, 0, "win.toggle-sidebar" },
  { GDK_KEY_k, GDK_CONTROL_MASK, "win.palette" },
  { GDK_KEY_comma, GDK_CONTROL_MASK, "win.preferences" },
  { GDK_KEY_F1, 0, "win.shortcuts" },
  { GDK_KEY_question, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.shortcuts" },
  { GDK_KEY_r, GDK_CONTROL_MASK, "win.sync-now" },
  { GDK_KEY_w, GDK_CONTROL_MASK, "window.close" },
};

void
moked_window_install_actions (GtkWidgetClass *widget_class)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].parameter, actions[i].activate);
  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++)
    gtk_widget_class_add_binding_action (widget_class, bindings[i].key, bindings[i].modifiers,
                                         bindings[i].action, NULL);
  for (int i = 1; i <= 9; i++)
    {
      gtk_widget_class_add_binding_action (widget_class, GDK_KEY_0 + i, GDK_CONTROL_MASK, "win.page", "i", i);
      gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_0 + i, GDK_CONTROL_MASK, "win.page", "i", i);
    }
}

static void
on_feature_action (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  const MokedUiAction *description = g_object_get_data (G_OBJECT (action), "moked-ui-action");

  description->activate (MOKED_WINDOW (user_data)->context);
}

static void
add_action (MokedWindow         *self,
            const MokedUiAction *description)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new (description->name, NULL);
  g_autofree char *name = g_strconcat ("win.", description->name, NULL);
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  const char *accels[] = { description->accel, NULL };

  g_object_set_data (G_OBJECT (action), "moked-ui-action", (gpointer) description);
  g_signal_connect_object (action, "activate", G_CALLBACK (on_feature_action), self, G_CONNECT_DEFAULT);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
  if (application != NULL && description->accel != NULL)
    gtk_application_set_accels_for_action (application, name, accels);
}

/* Makes the features' own actions. */
void
moked_window_add_features (MokedWindow *self)
{
  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    for (const MokedUiAction *action = (*i)->actions; action != NULL && action->name != NULL; action++)
      add_action (self, action);
}

/* What the shown page cannot do is greyed out. */
void
moked_window_update_actions (MokedWindow *self)
{
  MokedPage *page = moked_window_get_page (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.search", page != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.new", page != NULL && moked_page_can_create_new (page));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.previous", page != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.next", page != NULL);
}
