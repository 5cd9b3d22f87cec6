/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "moked-sample-window.h"

#include "moked-sample-pad.h"

struct _MokedSampleWindow
{
  AdwApplicationWindow  parent_instance;

  AdwToastOverlay      *toasts;
  AdwEntryRow          *name;
  GtkLabel             *call;
  GtkWidget            *bar;
};

G_DEFINE_FINAL_TYPE (MokedSampleWindow, moked_sample_window, ADW_TYPE_APPLICATION_WINDOW)

static void
save (GtkWidget  *widget,
      const char *action_name,
      GVariant   *parameter)
{
  MokedSampleWindow *self = MOKED_SAMPLE_WINDOW (widget);
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name));
  g_autofree char *text = g_strdup_printf ("הלקוח \u2068%s\u2069 נשמר", name);
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_timeout (toast, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
remind (GtkWidget  *widget,
        const char *action_name,
        GVariant   *parameter)
{
  g_autoptr (GNotification) notification = g_notification_new ("תזכורת");

  g_notification_set_body (notification, "להתקשר לדנה כהן");
  g_notification_add_button_with_target (notification, "התקשרות", "app.call", "s", "050-1234567");
  g_application_send_notification (g_application_get_default (), "reminder", notification);
}

static void
open_dialog (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  AdwDialog *dialog = adw_alert_dialog_new ("מחיקת הלקוח?", "אפשר לשחזר מהיומן.");

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", "ביטול", "delete", "מחיקה", NULL);
  adw_dialog_present (dialog, widget);
}

static void
open_child_window (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *button = gtk_button_new_with_label ("סגירת הפרטים");

  gtk_window_set_title (GTK_WINDOW (window), "פרטים");
  gtk_window_set_default_size (GTK_WINDOW (window), 360, 240);
  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (widget));
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_valign (button, GTK_ALIGN_END);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "window.close");
  gtk_window_set_child (GTK_WINDOW (window), button);
  gtk_window_present (GTK_WINDOW (window));
}

static void
on_name_changed (MokedSampleWindow *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.save",
                                 *gtk_editable_get_text (GTK_EDITABLE (self->name)) != '\0');
}

static GtkWidget *
create_button (const char *label,
               const char *action_name)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action_name);
  return button;
}

static GtkWidget *
create_buttons (void)
{
  GtkWidget *box = adw_wrap_box_new ();

  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (box), 6);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (box), 6);
  adw_wrap_box_append (ADW_WRAP_BOX (box), create_button ("_שמירה", "win.save"));
  adw_wrap_box_append (ADW_WRAP_BOX (box), create_button ("תזכורת", "win.remind"));
  adw_wrap_box_append (ADW_WRAP_BOX (box), create_button ("מחיקה…", "win.open-dialog"));
  adw_wrap_box_append (ADW_WRAP_BOX (box), create_button ("פרטים…", "win.open-child-window"));
  return box;
}

static GtkWidget *
create_fields (MokedSampleWindow *self)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *phone = adw_entry_row_new ();

  self->name = ADW_ENTRY_ROW (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->name), "שם מלא");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (phone), "טלפון");
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (on_name_changed), self);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (self->name));
  gtk_list_box_append (GTK_LIST_BOX (list), phone);
  gtk_widget_add_css_class (list, "boxed-list");
  return list;
}

static GtkWidget *
create_rows (void)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *list = gtk_list_box_new ();

  for (int i = 1; i <= 40; i++)
    {
      g_autofree char *title = g_strdup_printf ("שורה %d", i);
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
      gtk_list_box_append (GTK_LIST_BOX (list), row);
    }
  /* Tab would stop at each row. */
  gtk_list_box_set_tab_behavior (GTK_LIST_BOX (list), GTK_LIST_TAB_ITEM);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, "שורות", -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), list);
  gtk_widget_set_vexpand (scrolled, TRUE);
  return scrolled;
}

static GtkWidget *
create_content (MokedSampleWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->call = GTK_LABEL (gtk_label_new ("אין שיחה"));
  gtk_box_append (GTK_BOX (box), create_fields (self));
  gtk_box_append (GTK_BOX (box), create_buttons ());
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->call));
  gtk_box_append (GTK_BOX (box), moked_sample_pad_new ());
  gtk_box_append (GTK_BOX (box), create_rows ());
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  return box;
}

static void
moked_sample_window_class_init (MokedSampleWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_install_action (widget_class, "win.save", NULL, save);
  gtk_widget_class_install_action (widget_class, "win.remind", NULL, remind);
  gtk_widget_class_install_action (widget_class, "win.open-dialog", NULL, open_dialog);
  gtk_widget_class_install_action (widget_class, "win.open-child-window", NULL, open_child_window);
}

static void
moked_sample_window_init (MokedSampleWindow *self)
{
  GtkWidget *view = adw_toolbar_view_new ();

  self->bar = adw_header_bar_new ();
  self->toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  adw_toast_overlay_set_child (self->toasts, create_content (self));
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), self->bar);
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), GTK_WIDGET (self->toasts));
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), view);
  gtk_window_set_title (GTK_WINDOW (self), "דוגמה");
  gtk_widget_set_size_request (GTK_WIDGET (self), 360, 294);
  on_name_changed (self);
}

static GtkWidget *
create_small_button (void)
{
  g_autoptr (GtkCssProvider) css = gtk_css_provider_new ();
  GtkWidget *button = gtk_button_new_with_label ("קטן מדי");

  gtk_css_provider_load_from_string (css, ".small { min-height: 8px; padding: 0; }");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_widget_add_css_class (button, "small");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  return button;
}

/* With @broken, has an icon button without a name, and one that is too small for a finger. */
MokedSampleWindow *
moked_sample_window_new (GtkApplication *application,
                         gboolean        broken)
{
  MokedSampleWindow *self = g_object_new (MOKED_TYPE_SAMPLE_WINDOW, "application", application, NULL);

  if (broken)
    {
      adw_header_bar_pack_start (ADW_HEADER_BAR (self->bar), gtk_button_new_from_icon_name ("list-add-symbolic"));
      adw_header_bar_pack_start (ADW_HEADER_BAR (self->bar), create_small_button ());
    }
  return self;
}

void
moked_sample_window_show_call (MokedSampleWindow *self,
                               const char        *phone)
{
  g_autofree char *text = g_strdup_printf ("בשיחה עם \u2066%s\u2069", phone);

  gtk_label_set_text (self->call, text);
}
