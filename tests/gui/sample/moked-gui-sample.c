/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A small Hebrew program for the GUI harness's own test: one of each thing that the harness can do to a
 * program. "--broken" plants mistakes that the accessibility audit must find.
 */

#include <adwaita.h>

#include "moked-sample-window.h"

static gboolean broken = FALSE;

static const GOptionEntry options[] = {
  { "broken", 0, 0, G_OPTION_ARG_NONE, &broken, "Plant mistakes for the accessibility audit", NULL },
  { NULL }
};

static void
on_call (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  moked_sample_window_show_call (MOKED_SAMPLE_WINDOW (window), g_variant_get_string (parameter, NULL));
}

/* GTK sets the direction by the locale when it starts, so the program's own choice comes after that. */
static void
on_startup (GApplication *application,
            gpointer      user_data)
{
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
}

static void
on_activate (GApplication *application,
             gpointer      user_data)
{
  gtk_window_present (GTK_WINDOW (moked_sample_window_new (GTK_APPLICATION (application), broken)));
}

int
main (int    argc,
      char **argv)
{
  static const GActionEntry actions[] = { { .name = "call", .activate = on_call, .parameter_type = "s" } };
  g_autoptr (AdwApplication) application = NULL;

  application = adw_application_new ("io.github.moked_crm.Moked.GuiSample", G_APPLICATION_DEFAULT_FLAGS);
  g_application_add_main_option_entries (G_APPLICATION (application), options);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "win.save",
                                         (const char *[]) { "<Control>s", NULL });
  g_signal_connect (application, "startup", G_CALLBACK (on_startup), NULL);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), NULL);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
