/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MOKED_TYPE_FIRST_RUN_WINDOW (moked_first_run_window_get_type ())
G_DECLARE_FINAL_TYPE (MokedFirstRunWindow, moked_first_run_window, MOKED, FIRST_RUN_WINDOW, AdwApplicationWindow)

GtkWidget *moked_first_run_window_new        (GtkApplication      *application);
void       moked_first_run_window_show_work  (MokedFirstRunWindow *self,
                                              const char          *title,
                                              const char          *description);
void       moked_first_run_window_show_error (MokedFirstRunWindow *self,
                                              const char          *what,
                                              const GError        *error);

G_END_DECLS
