/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MOKED_TYPE_SAMPLE_PAD (moked_sample_pad_get_type ())

G_DECLARE_FINAL_TYPE (MokedSamplePad, moked_sample_pad, MOKED, SAMPLE_PAD, GtkWidget)

GtkWidget *moked_sample_pad_new (void);

G_END_DECLS
