/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GTK and libadwaita come out in Hebrew, from right to left, on a machine that knows no Hebrew locale. Run
 * with LANG=C.UTF-8; GTK's own catalogues are the system's. */

#include <gtk/gtk.h>
#include <libintl.h>

#include "base/moked-locale.h"

static void
test_direction (void)
{
  g_assert_cmpint (gtk_get_locale_direction (), ==, GTK_TEXT_DIR_RTL);
  g_assert_true (moked_locale_is_rtl ());
}

static void
test_own_texts (void)
{
  g_assert_cmpstr (dgettext ("gtk40", "_Cancel"), ==, "_ביטול");
  g_assert_cmpstr (dgettext ("libadwaita", "Preferences"), ==, "העדפות");
}

/* libadwaita 1.7 asks the program's catalogue for these. */
static void
test_texts_that_libadwaita_asks_us_for (void)
{
  static const char *const texts[] = {
    "Close", "Close the window", "More Options", "Avatar of %s", "A toast appeared", "A toast appeared: %s",
    "A toast appeared, has a button: %s", "A toast appeared: %s, has a button: %s",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpstr (gettext (texts[i]), !=, texts[i]);
}

int
main (int   argc,
      char *argv[])
{
  moked_locale_init ("he");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gtk-hebrew/direction", test_direction);
  g_test_add_func ("/gtk-hebrew/own-texts", test_own_texts);
  g_test_add_func ("/gtk-hebrew/texts-that-libadwaita-asks-us-for", test_texts_that_libadwaita_asks_us_for);
  return g_test_run ();
}
