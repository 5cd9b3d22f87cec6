/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-table-row.h"

#include "base/moked-text.h"
#include "ui/moked-list-columns.h"
#include "ui/widgets/moked-dim.h"

#define PADDING_X 12
#define PADDING_Y 9
#define ALERT_GAP 4

/**
 * MokedTableRow:
 *
 * A record in a table. Empty until the row's contents are here.
 *
 * A list view keeps two hundred rows whatever its height, and a widget for each cell makes thousands of them
 * that GTK styles, measures and places while one scrolls. So this is one widget that draws its cells itself; what
 * was laid out once is kept as long as it is shown. A cell begins where its column does, also when it is written
 * in the other direction, and ends with an ellipsis where it is too long.
 *
 * CSS: a node `moked-table-row`. Screen readers get name and description of the list item.
 */
struct _MokedTableRow
{
  GtkWidget              parent_instance;
  const MokedListColumn *columns;
  guint                  n_columns;
  GtkListItem           *item;
  MokedRow              *row;
  char                  *texts[MOKED_LIST_MAX_COLUMNS];   /* NULL for an empty cell */
  PangoLayout           *layouts[MOKED_LIST_MAX_COLUMNS]; /* NULL until it is drawn */
  GtkWidget             *alert;                           /* NULL until a cell asks for attention */
  guint                  alert_column;
};

G_DEFINE_FINAL_TYPE (MokedTableRow, moked_table_row, GTK_TYPE_WIDGET)

/* Contents */

static void
forget_layouts (MokedTableRow *self)
{
  for (guint i = 0; i < self->n_columns; i++)
    g_clear_object (&self->layouts[i]);
}

static void
clear_texts (MokedTableRow *self)
{
  forget_layouts (self);
  for (guint i = 0; i < self->n_columns; i++)
    g_clear_pointer (&self->texts[i], g_free);
}

static char *
dup_description (MokedTableRow *self)
{
  g_autoptr (GString) description = g_string_new (NULL);

  for (guint i = 1; i < self->n_columns; i++)
    if (self->texts[i] != NULL && *self->texts[i] != '\0')
      g_string_append_printf (description, "%s%s", description->len > 0 ? ", " : "", self->texts[i]);
  return g_strdup (description->str);
}

static void
show_alert (MokedTableRow *self)
{
  const char *icon_name = NULL;

  for (guint i = 0; moked_row_is_loaded (self->row) && i < self->n_columns; i++)
    if (self->columns[i].get_alert != NULL)
      {
        icon_name = self->columns[i].get_alert (self->row);
        self->alert_column = i;
      }
  if (icon_name != NULL && self->alert == NULL)
    {
      self->alert = gtk_image_new ();
      gtk_widget_add_css_class (self->alert, "error");
      gtk_widget_set_parent (self->alert, GTK_WIDGET (self));
    }
  if (self->alert == NULL)
    return;
  gtk_image_set_from_icon_name (GTK_IMAGE (self->alert), icon_name);
  gtk_widget_set_visible (self->alert, icon_name != NULL);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static gboolean
is_alert (MokedTableRow *self,
          guint          column)
{
  return self->alert != NULL && gtk_widget_get_visible (self->alert) && column == self->alert_column;
}

static void
show_row (MokedRow *row,
          gpointer  user_data)
{
  MokedTableRow *self = user_data;
  g_autofree char *description = NULL;

  clear_texts (self);
  for (guint i = 0; moked_row_is_loaded (row) && i < self->n_columns; i++)
    self->texts[i] = self->columns[i].dup_text (row);
  description = dup_description (self);
  gtk_list_item_set_accessible_label (self->item, self->texts[0] != NULL ? self->texts[0] : "");
  gtk_list_item_set_accessible_description (self->item, description);
  show_alert (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * moked_table_row_set_item:
 * @self: a table row
 * @item: (nullable): what it is the child of
 * @row: (nullable): what to show; %NULL when it is taken out of use
 */
void
moked_table_row_set_item (MokedTableRow *self,
                          GtkListItem   *item,
                          MokedRow      *row)
{
  g_return_if_fail (MOKED_IS_TABLE_ROW (self));

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

static int
get_line_height (GtkWidget *widget)
{
  PangoFontMetrics *metrics = pango_context_get_metrics (gtk_widget_get_pango_context (widget), NULL, NULL);
  int height = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));

  pango_font_metrics_unref (metrics);
  return height;
}

static void
moked_table_row_measure (GtkWidget     *widget,
                         GtkOrientation orientation,
                         int            for_size,
                         int           *minimum,
                         int           *natural,
                         int           *minimum_baseline,
                         int           *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = 0;
  else
    *minimum = *natural = 2 * PADDING_Y + get_line_height (widget);
}

static void
moked_table_row_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  MokedTableRow *self = MOKED_TABLE_ROW (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  MokedListPlace places[MOKED_LIST_MAX_COLUMNS];
  int size, x;

  if (self->alert == NULL || !gtk_widget_get_visible (self->alert))
    return;
  moked_list_columns_place (self->columns, width, gtk_widget_get_direction (widget), places);
  gtk_widget_measure (self->alert, GTK_ORIENTATION_VERTICAL, -1, NULL, &size, NULL, NULL);
  x = places[self->alert_column].x;
  x += rtl ? places[self->alert_column].width - PADDING_X - size : PADDING_X;
  gtk_widget_size_allocate (self->alert, &(GtkAllocation) { x, (height - size) / 2, size, size }, -1);
}

/* Drawing */

static PangoAttrList *
make_attributes (MokedListStyle style)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  if (style == MOKED_LIST_STRONG)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  if (style == MOKED_LIST_NUMERIC)
    pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  return attributes;
}

static PangoLayout *
make_layout (MokedTableRow *self,
             guint          column)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->texts[column]);
  MokedListStyle style = self->columns[column].style;
  g_autoptr (PangoAttrList) attributes = NULL;

  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  if (style == MOKED_LIST_STRONG || style == MOKED_LIST_NUMERIC)
    {
      attributes = make_attributes (style);
      pango_layout_set_attributes (layout, attributes);
    }
  return layout;
}

static void
draw_cell (MokedTableRow        *self,
           GtkSnapshot          *snapshot,
           guint                 column,
           const MokedListPlace *place,
           const GdkRGBA        *color)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int taken = is_alert (self, column) ? gtk_widget_get_width (self->alert) + ALERT_GAP : 0;
  int width = MAX (place->width - 2 * PADDING_X - taken, 0);
  PangoRectangle logical;
  PangoLayout *layout;
  int x = place->x + PADDING_X + (rtl ? 0 : taken);

  if (self->layouts[column] == NULL)
    self->layouts[column] = make_layout (self, column);
  layout = self->layouts[column];
  pango_layout_set_width (layout, width * PANGO_SCALE);
  pango_layout_get_pixel_extents (layout, NULL, &logical);
  if (rtl)
    x += width - logical.width;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) (x - logical.x), PADDING_Y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
moked_table_row_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  MokedTableRow *self = MOKED_TABLE_ROW (widget);
  MokedListPlace places[MOKED_LIST_MAX_COLUMNS];
  GdkRGBA color, dim, alert;

  moked_list_columns_place (self->columns, gtk_widget_get_width (widget), gtk_widget_get_direction (widget), places);
  gtk_widget_get_color (widget, &color);
  moked_dim_get_color (widget, &dim);
  if (self->alert != NULL)
    {
      gtk_widget_get_color (self->alert, &alert);
      gtk_widget_snapshot_child (widget, self->alert, snapshot);
    }
  for (guint i = 0; i < self->n_columns; i++)
    if (self->texts[i] != NULL)
      draw_cell (self, snapshot, i, &places[i],
                 is_alert (self, i)                           ? &alert
                 : self->columns[i].style == MOKED_LIST_DIM ? &dim
                                                            : &color);
}

static void
moked_table_row_css_changed (GtkWidget         *widget,
                             GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (moked_table_row_parent_class)->css_changed (widget, change);
  forget_layouts (MOKED_TABLE_ROW (widget));
}

static void
moked_table_row_system_setting_changed (GtkWidget       *widget,
                                        GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (moked_table_row_parent_class)->system_setting_changed (widget, setting);
  forget_layouts (MOKED_TABLE_ROW (widget));
}

static void
moked_table_row_direction_changed (GtkWidget       *widget,
                                   GtkTextDirection before)
{
  GTK_WIDGET_CLASS (moked_table_row_parent_class)->direction_changed (widget, before);
  forget_layouts (MOKED_TABLE_ROW (widget));
}

static void
moked_table_row_dispose (GObject *object)
{
  MokedTableRow *self = MOKED_TABLE_ROW (object);

  moked_table_row_set_item (self, NULL, NULL);
  clear_texts (self);
  g_clear_pointer (&self->alert, gtk_widget_unparent);
  G_OBJECT_CLASS (moked_table_row_parent_class)->dispose (object);
}

static void
moked_table_row_class_init (MokedTableRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_table_row_dispose;
  widget_class->measure = moked_table_row_measure;
  widget_class->size_allocate = moked_table_row_size_allocate;
  widget_class->snapshot = moked_table_row_snapshot;
  widget_class->css_changed = moked_table_row_css_changed;
  widget_class->system_setting_changed = moked_table_row_system_setting_changed;
  widget_class->direction_changed = moked_table_row_direction_changed;
  gtk_widget_class_set_css_name (widget_class, "moked-table-row");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
moked_table_row_init (MokedTableRow *self)
{
  /* No style of this node changes with the contrast, so GTK would not draw it anew. */
  g_signal_connect_object (adw_style_manager_get_default (), "notify::high-contrast",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

/**
 * moked_table_row_new:
 * @columns: static
 *
 * Returns: (transfer floating): a row that shows nothing yet
 */
GtkWidget *
moked_table_row_new (const MokedListColumn *columns)
{
  MokedTableRow *self = g_object_new (MOKED_TYPE_TABLE_ROW, NULL);

  self->columns = columns;
  self->n_columns = moked_list_columns_count (columns);
  return GTK_WIDGET (self);
}
