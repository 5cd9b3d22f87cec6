/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-page.h"

G_BEGIN_DECLS

#define MOKED_TYPE_WINDOW (moked_window_get_type ())
G_DECLARE_FINAL_TYPE (MokedWindow, moked_window, MOKED, WINDOW, AdwApplicationWindow)

GtkWidget *moked_window_new             (GtkApplication *application,
                                         MokedUiContext *context);
void       moked_window_show_first_page (MokedWindow    *self);
MokedPage *moked_window_get_page        (MokedWindow    *self);

G_END_DECLS
