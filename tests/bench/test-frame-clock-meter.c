/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether the meter counts work, does not count waiting, and counts each frame once. */

#include <time.h>

#include "frame-clock-meter.h"

#define WORK_MS 8
#define WAIT_MS 30
#define N_FRAMES 20

typedef struct
{
  gboolean work;
  guint    drawn;
} Drawing;

static void
work_for (double milliseconds)
{
  struct timespec now;
  double begun = -1, done = 0;

  while (done < milliseconds)
    {
      clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
      if (begun < 0)
        begun = (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
      done = (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6 - begun;
    }
}

static void
draw (GtkDrawingArea *area,
      cairo_t        *cr,
      int             width,
      int             height,
      gpointer        user_data)
{
  Drawing *drawing = user_data;

  drawing->drawn++;
  if (drawing->work)
    work_for (WORK_MS);
  else
    g_usleep (WAIT_MS * 1000);
}

static gboolean
redraw (GtkWidget     *widget,
        GdkFrameClock *clock,
        gpointer       user_data)
{
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

static double
measure (gboolean work)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *area = gtk_drawing_area_new ();
  Drawing drawing = { .work = work };
  g_autoptr (FrameClockMeter) meter = NULL;
  double median;

  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (area), draw, &drawing, NULL);
  gtk_window_set_child (GTK_WINDOW (window), area);
  gtk_window_present (GTK_WINDOW (window));
  while (drawing.drawn == 0)
    g_main_context_iteration (NULL, TRUE);

  gtk_widget_add_tick_callback (area, redraw, NULL, NULL);
  meter = frame_clock_meter_new (area);
  while (frame_clock_meter_get_n_frames (meter) < 3)
    g_main_context_iteration (NULL, TRUE);
  frame_clock_meter_reset (meter);
  g_assert_cmpuint (frame_clock_meter_get_n_frames (meter), ==, 0);
  g_assert_true (isnan (frame_clock_meter_get_percentile (meter, 50)));

  drawing.drawn = 0;
  while (frame_clock_meter_get_n_frames (meter) < N_FRAMES)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (drawing.drawn, ==, N_FRAMES);
  g_assert_cmpfloat (frame_clock_meter_get_percentile (meter, 0), <=, frame_clock_meter_get_percentile (meter, 50));
  g_assert_cmpfloat (frame_clock_meter_get_percentile (meter, 50), <=, frame_clock_meter_get_percentile (meter, 100));
  median = frame_clock_meter_get_percentile (meter, 50);

  g_clear_pointer (&meter, frame_clock_meter_free);
  gtk_window_destroy (GTK_WINDOW (window));
  return median;
}

static void
test_work_counts (void)
{
  g_assert_cmpfloat (measure (TRUE), >=, WORK_MS);
}

static void
test_waiting_does_not_count (void)
{
  g_assert_cmpfloat (measure (FALSE), <, WAIT_MS);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();
  g_test_add_func ("/frame-clock-meter/work", test_work_counts);
  g_test_add_func ("/frame-clock-meter/waiting", test_waiting_does_not_count);
  return g_test_run ();
}
