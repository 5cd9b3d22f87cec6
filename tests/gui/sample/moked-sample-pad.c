/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "moked-sample-pad.h"

/*
 * MokedSamplePad:
 *
 * A place to draw with a pen. Its accessible description says how many samples came and the greatest
 * pressure, so that a test can tell what reached the program.
 */
struct _MokedSamplePad
{
  GtkWidget  parent_instance;

  GArray    *samples;      /* Sample */
  double     max_pressure;
};

typedef struct
{
  graphene_point_t point;
  float            pressure;
} Sample;

G_DEFINE_FINAL_TYPE (MokedSamplePad, moked_sample_pad, GTK_TYPE_WIDGET)

static void
add_sample (MokedSamplePad *self,
            double          x,
            double          y,
            double          pressure)
{
  Sample sample = { GRAPHENE_POINT_INIT ((float) x, (float) y), (float) pressure };

  g_array_append_val (self->samples, sample);
  self->max_pressure = MAX (self->max_pressure, pressure);
}

static void
describe (MokedSamplePad *self)
{
  g_autofree char *text = g_strdup_printf ("%u דגימות, לחץ מרבי %.2f", self->samples->len, self->max_pressure);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* GTK merges the samples of one frame into one signal with the last of them; those before are in the backlog. */
static void
on_pen (GtkGestureStylus *gesture,
        double            x,
        double            y,
        MokedSamplePad   *self)
{
  g_autofree GdkTimeCoord *backlog = NULL;
  double pressure = 0;
  guint n = 0;

  if (gtk_gesture_stylus_get_backlog (gesture, &backlog, &n))
    for (guint i = 0; i < n; i++)
      add_sample (self, backlog[i].axes[GDK_AXIS_X], backlog[i].axes[GDK_AXIS_Y], backlog[i].axes[GDK_AXIS_PRESSURE]);
  if (gtk_gesture_stylus_get_axis (gesture, GDK_AXIS_PRESSURE, &pressure))
    add_sample (self, x, y, pressure);
  describe (self);
}

static void
moked_sample_pad_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  MokedSamplePad *self = MOKED_SAMPLE_PAD (widget);
  const GdkRGBA paper = { 1, 1, 1, 1 }, ink = { 0, 0, 0.5f, 1 };

  gtk_snapshot_append_color (snapshot, &paper,
                             &GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                                  (float) gtk_widget_get_height (widget)));
  for (guint i = 0; i < self->samples->len; i++)
    {
      const Sample *sample = &g_array_index (self->samples, Sample, i);
      float size = 1 + 8 * sample->pressure;

      gtk_snapshot_append_color (snapshot, &ink,
                                 &GRAPHENE_RECT_INIT (sample->point.x - size / 2, sample->point.y - size / 2,
                                                      size, size));
    }
}

static void
moked_sample_pad_finalize (GObject *object)
{
  MokedSamplePad *self = MOKED_SAMPLE_PAD (object);

  g_clear_pointer (&self->samples, g_array_unref);
  G_OBJECT_CLASS (moked_sample_pad_parent_class)->finalize (object);
}

static void
moked_sample_pad_class_init (MokedSamplePadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_sample_pad_finalize;
  GTK_WIDGET_CLASS (klass)->snapshot = moked_sample_pad_snapshot;
  /* The default role, generic, cannot have a name. */
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_IMG);
}

static void
moked_sample_pad_init (MokedSamplePad *self)
{
  GtkGesture *pen = gtk_gesture_stylus_new ();

  self->samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  g_signal_connect (pen, "down", G_CALLBACK (on_pen), self);
  g_signal_connect (pen, "motion", G_CALLBACK (on_pen), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pen));
  gtk_widget_set_size_request (GTK_WIDGET (self), 200, 120);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, "משטח חתימה", -1);
}

GtkWidget *
moked_sample_pad_new (void)
{
  return g_object_new (MOKED_TYPE_SAMPLE_PAD, NULL);
}
