/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/widgets/moked-initials.h"

#include "base/moked-text.h"

#define SIZE      40
#define ICON_SIZE 20
/* Side of the square that letters fill, inside a circle of SIZE. */
#define LETTERS_SIZE (SIZE * 0.58)
#define N_COLORS     14

/**
 * MokedInitials:
 *
 * The round picture of somebody in a list: initials, or a figure where there is only a number.
 *
 * It looks like an AdwAvatar of the same name, down to the colour, but is one widget that draws itself:
 * a list has hundreds of them.
 *
 * CSS: one node, `avatar`, with the class of its colour. Screen readers do not see it.
 */
struct _MokedInitials
{
  GtkWidget parent_instance;
  char     *letters;
};

G_DEFINE_FINAL_TYPE (MokedInitials, moked_initials, GTK_TYPE_WIDGET)

static void
moked_initials_measure (GtkWidget     *widget,
                        GtkOrientation orientation,
                        int            for_size,
                        int           *minimum,
                        int           *natural,
                        int           *minimum_baseline,
                        int           *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
draw_letters (MokedInitials *self,
              GtkSnapshot   *snapshot,
              const GdkRGBA *color)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->letters);
  PangoRectangle logical;
  float scale;

  pango_layout_get_pixel_extents (layout, NULL, &logical);
  scale = (float) MIN (LETTERS_SIZE / MAX (logical.width, 1), LETTERS_SIZE / MAX (logical.height, 1));
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (SIZE / 2.0f, SIZE / 2.0f));
  gtk_snapshot_scale (snapshot, scale, scale);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-logical.x - logical.width / 2.0f,
                                                          -logical.y - logical.height / 2.0f));
  gtk_snapshot_append_layout (snapshot, layout, color);
}

static void
draw_figure (MokedInitials *self,
             GtkSnapshot   *snapshot,
             const GdkRGBA *color)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));
  g_autoptr (GtkIconPaintable) icon =
      gtk_icon_theme_lookup_icon (theme, "avatar-default-symbolic", NULL, ICON_SIZE,
                                  gtk_widget_get_scale_factor (widget), gtk_widget_get_direction (widget), 0);

  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((SIZE - ICON_SIZE) / 2.0f, (SIZE - ICON_SIZE) / 2.0f));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, ICON_SIZE, ICON_SIZE, color, 1);
}

static void
moked_initials_snapshot (GtkWidget   *widget,
                         GtkSnapshot *snapshot)
{
  MokedInitials *self = MOKED_INITIALS (widget);
  GdkRGBA color;

  gtk_widget_get_color (widget, &color);
  if (*self->letters != '\0')
    draw_letters (self, snapshot, &color);
  else
    draw_figure (self, snapshot, &color);
}

static void
moked_initials_finalize (GObject *object)
{
  g_free (MOKED_INITIALS (object)->letters);
  G_OBJECT_CLASS (moked_initials_parent_class)->finalize (object);
}

static void
moked_initials_class_init (MokedInitialsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = moked_initials_finalize;
  widget_class->measure = moked_initials_measure;
  widget_class->snapshot = moked_initials_snapshot;
  gtk_widget_class_set_css_name (widget_class, "avatar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
moked_initials_init (MokedInitials *self)
{
  self->letters = g_strdup ("");
}

GtkWidget *
moked_initials_new (void)
{
  return g_object_new (MOKED_TYPE_INITIALS, NULL);
}

/**
 * moked_initials_set_name:
 * @self: initials
 * @name: whose
 */
void
moked_initials_set_name (MokedInitials *self,
                         const char    *name)
{
  g_autofree char *color = NULL;

  g_return_if_fail (MOKED_IS_INITIALS (self));
  g_return_if_fail (name != NULL);

  /* As AdwAvatar chooses it, so that somebody has one colour in the whole program. */
  color = g_strdup_printf ("color%u", g_str_hash (name) % N_COLORS + 1);
  gtk_widget_set_css_classes (GTK_WIDGET (self), (const char *[]) { color, NULL });
  g_free (self->letters);
  self->letters = moked_text_initials (name);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
