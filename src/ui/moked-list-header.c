/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-list-header.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-list-columns.h"

/**
 * MokedListHeader:
 *
 * The titles over the columns of a table. Those of columns that sort are buttons; the one by which the rows
 * are sorted has an arrow, and turns the order round.
 *
 * CSS: a node `moked-header` with a node `button` or `label` for each column.
 */
struct _MokedListHeader
{
  GtkWidget              parent_instance;
  const MokedListColumn *columns;
  GtkWidget             *titles[MOKED_LIST_MAX_COLUMNS];
  GtkWidget             *arrows[MOKED_LIST_MAX_COLUMNS]; /* NULL for a column that does not sort */
  guint                  sorted;
  gboolean               descending;
};

enum
{
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MokedListHeader, moked_list_header, GTK_TYPE_WIDGET)

static void
on_clicked (GtkWidget       *button,
            MokedListHeader *self)
{
  guint column = 0;

  while (self->titles[column] != button)
    column++;
  g_signal_emit (self, signals[CHOSEN], 0, column, column == self->sorted && !self->descending);
}

static GtkWidget *
create_label (const char *title)
{
  GtkWidget *label = gtk_label_new (title);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  return label;
}

static GtkWidget *
create_button (MokedListHeader *self,
               guint            column)
{
  const char *title = _ (self->columns[column].title);
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->arrows[column] = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_box_append (GTK_BOX (box), create_label (title));
  gtk_box_append (GTK_BOX (box), self->arrows[column]);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_clicked), self, G_CONNECT_DEFAULT);
  return button;
}

static void
moked_list_header_measure (GtkWidget     *widget,
                           GtkOrientation orientation,
                           int            for_size,
                           int           *minimum,
                           int           *natural,
                           int           *minimum_baseline,
                           int           *natural_baseline)
{
  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  for (GtkWidget *i = gtk_widget_get_first_child (widget); i != NULL; i = gtk_widget_get_next_sibling (i))
    {
      int height;

      gtk_widget_measure (i, orientation, -1, &height, NULL, NULL, NULL);
      *minimum = *natural = MAX (*natural, height);
    }
}

static void
moked_list_header_size_allocate (GtkWidget *widget,
                                 int        width,
                                 int        height,
                                 int        baseline)
{
  MokedListHeader *self = MOKED_LIST_HEADER (widget);
  MokedListPlace places[MOKED_LIST_MAX_COLUMNS];
  guint n;

  if (self->columns == NULL)
    return;
  n = moked_list_columns_place (self->columns, width, gtk_widget_get_direction (widget), places);
  for (guint i = 0; i < n; i++)
    {
      int least;

      gtk_widget_measure (self->titles[i], GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      gtk_widget_size_allocate (self->titles[i],
                                &(GtkAllocation) { places[i].x, 0, MAX (places[i].width, least), height }, -1);
    }
}

static void
moked_list_header_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (moked_list_header_parent_class)->dispose (object);
}

static void
moked_list_header_class_init (MokedListHeaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_list_header_dispose;
  widget_class->measure = moked_list_header_measure;
  widget_class->size_allocate = moked_list_header_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "moked-header");

  /**
   * MokedListHeader::chosen:
   * @column: whose title was clicked
   * @descending: whether the greatest is to come first
   */
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_BOOLEAN);
}

static void
moked_list_header_init (MokedListHeader *self)
{
}

/**
 * moked_list_header_start:
 * @self: an empty header
 * @columns: static
 */
void
moked_list_header_start (MokedListHeader       *self,
                         const MokedListColumn *columns)
{
  guint n = moked_list_columns_count (columns);

  g_return_if_fail (MOKED_IS_LIST_HEADER (self));
  g_return_if_fail (self->columns == NULL);

  self->columns = columns;
  for (guint i = 0; i < n; i++)
    {
      self->titles[i] = columns[i].order != NULL ? create_button (self, i) : create_label (_ (columns[i].title));
      gtk_widget_set_parent (self->titles[i], GTK_WIDGET (self));
    }
}

/**
 * moked_list_header_set_order:
 * @self: a header
 * @column: by which the rows are sorted
 * @descending: whether the greatest comes first
 */
void
moked_list_header_set_order (MokedListHeader *self,
                             guint            column,
                             gboolean         descending)
{
  g_return_if_fail (MOKED_IS_LIST_HEADER (self));

  self->sorted = column;
  self->descending = descending;
  for (guint i = 0; self->titles[i] != NULL; i++)
    {
      GtkAccessibleSort sort = descending ? GTK_ACCESSIBLE_SORT_DESCENDING : GTK_ACCESSIBLE_SORT_ASCENDING;

      if (self->arrows[i] == NULL)
        continue;
      gtk_widget_set_visible (self->arrows[i], i == column);
      gtk_image_set_from_icon_name (GTK_IMAGE (self->arrows[i]), descending ? "pan-up-symbolic" : "pan-down-symbolic");
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->titles[i]), GTK_ACCESSIBLE_PROPERTY_SORT,
                                      i == column ? sort : GTK_ACCESSIBLE_SORT_NONE, -1);
    }
}
