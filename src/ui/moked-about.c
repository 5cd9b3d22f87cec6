/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-about.h"

/**
 * moked_about_new:
 *
 * Returns: (transfer floating): what the program is, and its licence
 */
AdwDialog *
moked_about_new (void)
{
  AdwDialog *dialog = adw_about_dialog_new ();

  g_object_set (dialog,
                "application-icon", MOKED_APP_ID,
                "application-name", _("Moked"),
                "developer-name", _("The Moked project"),
                "version", MOKED_VERSION,
                "comments", _("Calls, conversations and customers of the office in one place, also without a connection."),
                "copyright", _("© The Moked project"),
                "license-type", GTK_LICENSE_GPL_3_0,
                /* Translators: put your name here */
                "translator-credits", _("translator-credits"),
                NULL);
  return dialog;
}
