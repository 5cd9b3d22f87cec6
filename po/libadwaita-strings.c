/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Read by xgettext, compiled by nobody. libadwaita 1.7 looks these texts up in the program's catalogue and
 * not in its own, so without them a screen reader says English names in a Hebrew window. */

#include <glib/gi18n.h>

const char *const libadwaita_strings[] = {
  N_("Close"),
  N_("Close the window"),
  N_("More Options"),
  /* Translators: %s is a person's name */
  N_("Avatar of %s"),
  N_("A toast appeared"),
  N_("A toast appeared: %s"),
  N_("A toast appeared, has a button: %s"),
  N_("A toast appeared: %s, has a button: %s"),
};
