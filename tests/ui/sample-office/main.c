/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "base/moked-locale.h"
#include "data/moked-icons.h"
#include "sample-office.h"
#include "ui/moked-ui-resources.h"

/* moked-sample-office DIRECTORY: the window on the sample office. */

static MokedUiContext *context;
static const char *directory;

static void
on_activate (GtkApplication *application)
{
  GtkWidget *window;

  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  context = sample_office_open (directory);
  window = moked_window_new (application, context);
  moked_window_show_first_page (MOKED_WINDOW (window));
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;
  int status;

  directory = argc > 1 ? argv[1] : ".";
  moked_locale_init ("he");
  dex_init ();
  g_resources_register (moked_ui_get_resource ());
  g_resources_register (moked_icons_get_resource ());
  application = g_object_new (ADW_TYPE_APPLICATION,
                              "application-id", MOKED_APP_ID ".Sample",
                              "resource-base-path", "/io/github/moked_crm/Moked",
                              NULL);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), NULL);
  status = g_application_run (G_APPLICATION (application), 1, argv);
  sample_office_close ();
  g_object_unref (context);
  return status;
}
