/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _FrameClockMeter FrameClockMeter;

FrameClockMeter *frame_clock_meter_new            (GtkWidget       *widget);
void             frame_clock_meter_free           (FrameClockMeter *self);
void             frame_clock_meter_reset          (FrameClockMeter *self);
guint            frame_clock_meter_get_n_frames   (FrameClockMeter *self);
double           frame_clock_meter_get_percentile (FrameClockMeter *self,
                                                   double           percent);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FrameClockMeter, frame_clock_meter_free)

G_END_DECLS
