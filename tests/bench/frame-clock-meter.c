/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "frame-clock-meter.h"

#include <math.h>
#include <time.h>

/*
 * FrameClockMeter:
 *
 * Measures what each frame of a window costs: the CPU time of the main thread between the frame clock's
 * before-paint and after-paint, which holds tick callbacks, layout and drawing. It is the thread's CPU time
 * because that varies by a tenth where the time on the clock varies by more than half on a machine that
 * does other work too.
 */
struct _FrameClockMeter
{
  GdkFrameClock *clock;
  gulong         handlers[2];
  double         begun_ms;   /* negative outside a frame */
  GArray        *costs_ms;   /* double */
};

static double
get_thread_cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static void
on_before_paint (GdkFrameClock   *clock,
                 FrameClockMeter *self)
{
  self->begun_ms = get_thread_cpu_ms ();
}

static void
on_after_paint (GdkFrameClock   *clock,
                FrameClockMeter *self)
{
  double cost = get_thread_cpu_ms () - self->begun_ms;

  if (self->begun_ms >= 0)
    g_array_append_val (self->costs_ms, cost);
  self->begun_ms = -1;
}

static int
compare_costs (gconstpointer a,
               gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/**
 * frame_clock_meter_new:
 * @widget: a realized widget
 *
 * Begins to measure the frames of the window that @widget is in.
 *
 * Returns: (transfer full): a meter; end it before the window
 */
FrameClockMeter *
frame_clock_meter_new (GtkWidget *widget)
{
  FrameClockMeter *self;

  g_return_val_if_fail (gtk_widget_get_realized (widget), NULL);

  self = g_new0 (FrameClockMeter, 1);
  self->clock = g_object_ref (gtk_widget_get_frame_clock (widget));
  self->costs_ms = g_array_new (FALSE, FALSE, sizeof (double));
  self->begun_ms = -1;
  self->handlers[0] = g_signal_connect (self->clock, "before-paint", G_CALLBACK (on_before_paint), self);
  self->handlers[1] = g_signal_connect (self->clock, "after-paint", G_CALLBACK (on_after_paint), self);
  return self;
}

void
frame_clock_meter_free (FrameClockMeter *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->handlers); i++)
    g_signal_handler_disconnect (self->clock, self->handlers[i]);
  g_object_unref (self->clock);
  g_array_unref (self->costs_ms);
  g_free (self);
}

/**
 * frame_clock_meter_reset:
 * @self: a meter
 *
 * Forgets the frames so far, such as those of opening the window.
 */
void
frame_clock_meter_reset (FrameClockMeter *self)
{
  g_array_set_size (self->costs_ms, 0);
  self->begun_ms = -1;
}

/**
 * frame_clock_meter_get_n_frames:
 * @self: a meter
 *
 * Returns: the number of whole frames since the last reset
 */
guint
frame_clock_meter_get_n_frames (FrameClockMeter *self)
{
  return self->costs_ms->len;
}

/**
 * frame_clock_meter_get_percentile:
 * @self: a meter
 * @percent: from 0, the cheapest frame, to 100, the dearest
 *
 * Returns: milliseconds of CPU time that @percent of the frames do not exceed, NaN when there were none
 */
double
frame_clock_meter_get_percentile (FrameClockMeter *self,
                                  double           percent)
{
  g_return_val_if_fail (percent >= 0 && percent <= 100, NAN);

  if (self->costs_ms->len == 0)
    return NAN;
  g_array_sort (self->costs_ms, compare_costs);
  return g_array_index (self->costs_ms, double, (guint) (percent / 100 * (self->costs_ms->len - 1)));
}
