/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-list-row.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "ui/widgets/moked-dim.h"
#include "ui/widgets/moked-initials.h"

#define MARGIN_X    6
#define MARGIN_Y    8
#define SPACING     12
#define LINE_GAP    3
#define SMALL       0.82 /* of the font's size, as the style class "caption" */
#define ALERT_GAP   4
#define N_LEAST     3    /* letters of the title that a row has room for */

/**
 * MokedListRow:
 *
 * A record in a narrow list: an avatar and two lines, the first with something short at its end, the second
 * with how many are unread. Empty until the row's contents are here.
 *
 * A list view keeps two hundred rows whatever its height, so this is one widget that draws its lines itself,
 * and the lines are laid out only when they are drawn. A line begins at the side where the row begins, also
 * when it is written in the other direction.
 *
 * CSS: a node `moked-row`, with nodes `avatar` and, when something is unread, `label.moked-unread` in it.
 * Screen readers get name and description of the list item.
 */
struct _MokedListRow
{
  GtkWidget             parent_instance;
  MokedListDescribeFunc describe;
  GtkListItem          *item;
  MokedRow             *row;
  GtkWidget            *initials;
  GtkWidget            *badge; /* NULL until something is unread */
  GtkWidget            *alert; /* NULL until something asks for attention */
  MokedListRowText      text;
};

G_DEFINE_FINAL_TYPE (MokedListRow, moked_list_row, GTK_TYPE_WIDGET)

/* Contents */

static void
clear_text (MokedListRowText *text)
{
  g_free (text->title);
  g_free (text->subtitle);
  g_free (text->trailing);
  *text = (MokedListRowText) { 0 };
}

static char *
dup_description (const MokedListRowText *text)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  if (text->subtitle != NULL && *text->subtitle != '\0')
    g_strv_builder_add (parts, text->subtitle);
  if (text->trailing != NULL && *text->trailing != '\0')
    g_strv_builder_add (parts, text->trailing);
  if (text->n_unread > 0)
    g_strv_builder_take (parts, g_strdup_printf (ngettext ("%d unread message", "%d unread messages", text->n_unread),
                                                 (int) text->n_unread));
  list = g_strv_builder_end (parts);
  return g_strjoinv (", ", list);
}

static void
show_unread (MokedListRow *self)
{
  guint n = self->text.n_unread;
  g_autofree char *count = n > 99 ? g_strdup ("99+") : g_strdup_printf ("%u", n);

  if (n > 0 && self->badge == NULL)
    {
      self->badge = gtk_label_new (NULL);
      gtk_widget_add_css_class (self->badge, "moked-unread");
      gtk_widget_add_css_class (self->badge, "numeric");
      gtk_widget_set_parent (self->badge, GTK_WIDGET (self));
    }
  if (self->badge == NULL)
    return;
  gtk_label_set_text (GTK_LABEL (self->badge), count);
  gtk_widget_set_visible (self->badge, n > 0);
}

static void
show_alert (MokedListRow *self)
{
  if (self->text.alert != NULL && self->alert == NULL)
    {
      self->alert = gtk_image_new ();
      gtk_widget_add_css_class (self->alert, "error");
      gtk_widget_set_parent (self->alert, GTK_WIDGET (self));
    }
  if (self->alert == NULL)
    return;
  gtk_image_set_from_icon_name (GTK_IMAGE (self->alert), self->text.alert);
  gtk_widget_set_visible (self->alert, self->text.alert != NULL);
}

static void
show_row (MokedRow *row,
          gpointer  user_data)
{
  MokedListRow *self = user_data;
  g_autofree char *description = NULL;

  clear_text (&self->text);
  if (moked_row_is_loaded (row))
    self->describe (row, &self->text);
  description = dup_description (&self->text);
  gtk_widget_set_child_visible (self->initials, self->text.title != NULL);
  if (self->text.title != NULL)
    moked_initials_set_name (MOKED_INITIALS (self->initials), self->text.title);
  show_unread (self);
  show_alert (self);
  gtk_list_item_set_accessible_label (self->item, self->text.title != NULL ? self->text.title : "");
  gtk_list_item_set_accessible_description (self->item, description);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * moked_list_row_set_item:
 * @self: a list row
 * @item: (nullable): what it is the child of
 * @row: (nullable): what to show; %NULL when it is taken out of use
 */
void
moked_list_row_set_item (MokedListRow *self,
                         GtkListItem  *item,
                         MokedRow     *row)
{
  g_return_if_fail (MOKED_IS_LIST_ROW (self));

  if (self->row != NULL)
    moked_row_unwatch (self->row, show_row, self);
  g_set_object (&self->row, row);
  self->item = item;
  if (row == NULL)
    return;
  moked_row_watch (row, show_row, self);
  show_row (row, self);
}

/* Sizes */

/* All rows of a list have one font, and only those that are drawn need a context of their own. */
static PangoContext *
get_font_context (MokedListRow *self)
{
  GtkWidget *list = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_LIST_VIEW);

  return gtk_widget_get_pango_context (list != NULL ? list : GTK_WIDGET (self));
}

static int
get_line_height (MokedListRow *self,
                 gboolean      strong)
{
  PangoContext *context = get_font_context (self);
  g_autoptr (PangoFontDescription) font = pango_font_description_copy (pango_context_get_font_description (context));
  PangoFontMetrics *metrics;
  int height;

  if (strong)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  metrics = pango_context_get_metrics (context, font, NULL);
  height = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));
  pango_font_metrics_unref (metrics);
  return height;
}

static int
get_lines_height (MokedListRow *self)
{
  return get_line_height (self, TRUE) + LINE_GAP + get_line_height (self, FALSE);
}

static int
get_least_width (MokedListRow *self)
{
  PangoContext *context = get_font_context (self);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int width = PANGO_PIXELS_CEIL (pango_font_metrics_get_approximate_char_width (metrics) * N_LEAST);

  pango_font_metrics_unref (metrics);
  return width;
}

static void
moked_list_row_measure (GtkWidget     *widget,
                        GtkOrientation orientation,
                        int            for_size,
                        int           *minimum,
                        int           *natural,
                        int           *minimum_baseline,
                        int           *natural_baseline)
{
  MokedListRow *self = MOKED_LIST_ROW (widget);
  int picture;

  gtk_widget_measure (self->initials, orientation, -1, &picture, NULL, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = 2 * MARGIN_X + picture + SPACING + get_least_width (self);
  else
    *minimum = *natural = 2 * MARGIN_Y + MAX (picture, get_lines_height (self));
}

/* Gives @child a box at @x from the start of the row. */
static void
place (MokedListRow *self,
       GtkWidget    *child,
       int           x,
       int           y,
       int           width,
       int           height)
{
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    x = gtk_widget_get_width (GTK_WIDGET (self)) - x - width;
  gtk_widget_size_allocate (child, &(GtkAllocation) { x, y, width, height }, -1);
}

static int
get_lines_top (MokedListRow *self)
{
  return (gtk_widget_get_height (GTK_WIDGET (self)) - get_lines_height (self)) / 2;
}

static void
place_alert (MokedListRow *self)
{
  int size, line = get_line_height (self, FALSE);
  int y = gtk_widget_get_height (GTK_WIDGET (self)) - get_lines_top (self) - line;

  if (self->alert == NULL || !gtk_widget_get_visible (self->alert))
    return;
  gtk_widget_measure (self->alert, GTK_ORIENTATION_VERTICAL, -1, NULL, &size, NULL, NULL);
  place (self, self->alert, MARGIN_X + gtk_widget_get_width (self->initials) + SPACING, y + (line - size) / 2, size,
         size);
}

static void
moked_list_row_size_allocate (GtkWidget *widget,
                              int        width,
                              int        height,
                              int        baseline)
{
  MokedListRow *self = MOKED_LIST_ROW (widget);
  int picture, badge_width, badge_height, line;

  gtk_widget_measure (self->initials, GTK_ORIENTATION_VERTICAL, -1, &picture, NULL, NULL, NULL);
  place (self, self->initials, MARGIN_X, (height - picture) / 2, picture, picture);
  place_alert (self);
  if (self->badge == NULL || !gtk_widget_get_visible (self->badge))
    return;
  gtk_widget_measure (self->badge, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &badge_width, NULL, NULL);
  gtk_widget_measure (self->badge, GTK_ORIENTATION_VERTICAL, -1, NULL, &badge_height, NULL, NULL);
  line = get_line_height (self, FALSE);
  place (self, self->badge, width - MARGIN_X - badge_width,
         height - get_lines_top (self) - line + (line - badge_height) / 2, badge_width, badge_height);
}

/* Drawing */

static PangoLayout *
make_layout (MokedListRow *self,
             const char   *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);

  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  return layout;
}

static PangoLayout *
make_title (MokedListRow *self)
{
  PangoLayout *layout = make_layout (self, self->text.title);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  return layout;
}

static PangoLayout *
make_trailing (MokedListRow *self)
{
  PangoLayout *layout = make_layout (self, self->text.trailing);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (SMALL));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  return layout;
}

/* Draws @layout in the box that begins @start after the row's start and ends @end before its end. */
static void
draw_line (MokedListRow  *self,
           GtkSnapshot   *snapshot,
           PangoLayout   *layout,
           int            start,
           int            end,
           float          y,
           const GdkRGBA *color)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  PangoRectangle logical;
  int x;

  pango_layout_set_width (layout, MAX (width - start - end, 0) * PANGO_SCALE);
  pango_layout_get_pixel_extents (layout, NULL, &logical);
  x = rtl ? width - start - logical.width : start;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) (x - logical.x), y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

/* Returns how much of the first line it takes. */
static int
draw_trailing (MokedListRow  *self,
               GtkSnapshot   *snapshot,
               int            baseline,
               const GdkRGBA *dim)
{
  g_autoptr (PangoLayout) layout = NULL;
  int width;

  if (self->text.trailing == NULL || *self->text.trailing == '\0')
    return 0;
  layout = make_trailing (self);
  pango_layout_get_pixel_size (layout, &width, NULL);
  draw_line (self, snapshot, layout, gtk_widget_get_width (GTK_WIDGET (self)) - MARGIN_X - width, MARGIN_X,
             (float) (baseline - PANGO_PIXELS (pango_layout_get_baseline (layout))), dim);
  return width + SPACING;
}

static void
draw_lines (MokedListRow *self,
            GtkSnapshot  *snapshot)
{
  g_autoptr (PangoLayout) title = make_title (self);
  g_autoptr (PangoLayout) subtitle = make_layout (self, self->text.subtitle != NULL ? self->text.subtitle : "");
  int start = MARGIN_X + gtk_widget_get_width (self->initials) + SPACING;
  int top = get_lines_top (self);
  int taken = MARGIN_X;
  GdkRGBA color, dim;

  gtk_widget_get_color (GTK_WIDGET (self), &color);
  moked_dim_get_color (GTK_WIDGET (self), &dim);

  taken += draw_trailing (self, snapshot, top + PANGO_PIXELS (pango_layout_get_baseline (title)), &dim);
  draw_line (self, snapshot, title, start, taken, (float) top, &color);
  taken = MARGIN_X;
  if (self->badge != NULL && gtk_widget_get_visible (self->badge))
    {
      int width;

      gtk_widget_measure (self->badge, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
      taken += width + SPACING; /* with its padding, which a widget's width is without */
    }
  if (self->alert != NULL && gtk_widget_get_visible (self->alert))
    {
      gtk_widget_get_color (self->alert, &dim);
      start += gtk_widget_get_width (self->alert) + ALERT_GAP;
    }
  draw_line (self, snapshot, subtitle, start, taken, (float) (top + get_line_height (self, TRUE) + LINE_GAP), &dim);
}

static void
moked_list_row_snapshot (GtkWidget   *widget,
                         GtkSnapshot *snapshot)
{
  MokedListRow *self = MOKED_LIST_ROW (widget);

  if (self->text.title == NULL)
    return;
  draw_lines (self, snapshot);
  gtk_widget_snapshot_child (widget, self->initials, snapshot);
  if (self->badge != NULL)
    gtk_widget_snapshot_child (widget, self->badge, snapshot);
  if (self->alert != NULL)
    gtk_widget_snapshot_child (widget, self->alert, snapshot);
}

/* The object */

static void
moked_list_row_dispose (GObject *object)
{
  MokedListRow *self = MOKED_LIST_ROW (object);

  moked_list_row_set_item (self, NULL, NULL);
  g_clear_pointer (&self->initials, gtk_widget_unparent);
  g_clear_pointer (&self->badge, gtk_widget_unparent);
  g_clear_pointer (&self->alert, gtk_widget_unparent);
  clear_text (&self->text);
  G_OBJECT_CLASS (moked_list_row_parent_class)->dispose (object);
}

static void
moked_list_row_class_init (MokedListRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_list_row_dispose;
  widget_class->measure = moked_list_row_measure;
  widget_class->size_allocate = moked_list_row_size_allocate;
  widget_class->snapshot = moked_list_row_snapshot;
  gtk_widget_class_set_css_name (widget_class, "moked-row");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
moked_list_row_init (MokedListRow *self)
{
  self->initials = moked_initials_new ();
  gtk_widget_set_parent (self->initials, GTK_WIDGET (self));
}

/**
 * moked_list_row_new:
 * @describe: says what a loaded row shows
 *
 * Returns: (transfer floating): a row that shows nothing yet
 */
GtkWidget *
moked_list_row_new (MokedListDescribeFunc describe)
{
  MokedListRow *self = g_object_new (MOKED_TYPE_LIST_ROW, NULL);

  self->describe = describe;
  return GTK_WIDGET (self);
}
