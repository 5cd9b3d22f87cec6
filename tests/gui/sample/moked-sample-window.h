/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MOKED_TYPE_SAMPLE_WINDOW (moked_sample_window_get_type ())

G_DECLARE_FINAL_TYPE (MokedSampleWindow, moked_sample_window, MOKED, SAMPLE_WINDOW, AdwApplicationWindow)

MokedSampleWindow *moked_sample_window_new       (GtkApplication    *application,
                                                  gboolean           broken);
void               moked_sample_window_show_call (MokedSampleWindow *self,
                                                  const char        *phone);

G_END_DECLS
