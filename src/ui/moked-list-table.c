/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-list-table.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"

/* The columns of a list's table. Cells are inscriptions, because a label measures its text and a jump of
 * the scroll bar binds a thousand cells in one frame. The headers have sorters that compare nothing: the
 * database sorts, and the headers only say by what. */

typedef struct
{
  const MokedListColumn *column;
  GtkInscription        *inscription;
  MokedRow              *row;
} Cell;

static GQuark
cell_quark (void)
{
  return g_quark_from_static_string ("moked-list-cell");
}

/* A cell begins where its column does, also when its text is Latin: isolated, it does not turn the line. */
void
moked_list_set_text (GtkInscription *inscription,
                     const char     *text)
{
  g_autofree char *isolated = NULL;

  if (moked_text_get_base_direction (text) == MOKED_TEXT_DIRECTION_LTR)
    text = isolated = moked_text_isolate (text);
  gtk_inscription_set_text (inscription, text);
}

static void
show_cell (MokedRow *row,
           gpointer  user_data)
{
  Cell *cell = user_data;
  g_autofree char *text = moked_row_is_loaded (row) ? cell->column->dup_text (row) : NULL;

  moked_list_set_text (cell->inscription, text);
}

static void
set_up_cell (GtkSignalListItemFactory *factory,
             GtkColumnViewCell        *item,
             gpointer                  user_data)
{
  Cell *cell = g_new0 (Cell, 1);
  GtkWidget *inscription = gtk_inscription_new (NULL);

  cell->column = user_data;
  cell->inscription = GTK_INSCRIPTION (inscription);
  gtk_inscription_set_text_overflow (cell->inscription, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_xalign (cell->inscription, 0);
  if (cell->column->style != NULL)
    gtk_widget_add_css_class (inscription, cell->column->style);
  g_object_set_qdata_full (G_OBJECT (item), cell_quark (), cell, g_free);
  gtk_column_view_cell_set_child (item, inscription);
  gtk_column_view_cell_set_focusable (item, FALSE);
}

static void
bind_cell (GtkSignalListItemFactory *factory,
           GtkColumnViewCell        *item,
           gpointer                  user_data)
{
  Cell *cell = g_object_get_qdata (G_OBJECT (item), cell_quark ());

  cell->row = gtk_column_view_cell_get_item (item);
  moked_row_watch (cell->row, show_cell, cell);
  show_cell (cell->row, cell);
}

static void
unbind_cell (GtkSignalListItemFactory *factory,
             GtkColumnViewCell        *item,
             gpointer                  user_data)
{
  Cell *cell = g_object_get_qdata (G_OBJECT (item), cell_quark ());

  moked_row_unwatch (cell->row, show_cell, cell);
  cell->row = NULL;
}

static GtkListItemFactory *
new_cell_factory (const MokedListColumn *column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (set_up_cell), (gpointer) column);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cell), NULL);
  return factory;
}

/* Rows: their names for screen readers */

static void
name_row (MokedRow *row,
          gpointer  user_data)
{
  GtkColumnViewRow *item = user_data;
  const MokedListSpec *spec = g_object_get_qdata (G_OBJECT (item), cell_quark ());
  g_autofree char *text = moked_row_is_loaded (row) ? spec->columns[0].dup_text (row) : NULL;

  gtk_column_view_row_set_accessible_label (item, text != NULL ? text : "");
}

static void
set_up_row (GtkSignalListItemFactory *factory,
            GtkColumnViewRow         *item,
            gpointer                  user_data)
{
  g_object_set_qdata (G_OBJECT (item), cell_quark (), user_data);
}

static void
bind_row (GtkSignalListItemFactory *factory,
          GtkColumnViewRow         *item,
          gpointer                  user_data)
{
  MokedRow *row = gtk_column_view_row_get_item (item);

  moked_row_watch (row, name_row, item);
  name_row (row, item);
}

static void
unbind_row (GtkSignalListItemFactory *factory,
            GtkColumnViewRow         *item,
            gpointer                  user_data)
{
  moked_row_unwatch (gtk_column_view_row_get_item (item), name_row, item);
}

static GtkListItemFactory *
new_row_factory (const MokedListSpec *spec)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (set_up_row), (gpointer) spec);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row), NULL);
  return factory;
}

static void
append_column (GtkColumnView         *table,
               const MokedListColumn *spec)
{
  g_autoptr (GtkColumnViewColumn) column =
      gtk_column_view_column_new (_ (spec->title), new_cell_factory (spec));
  g_autoptr (GtkSorter) sorter = NULL;

  if (spec->width > 0)
    gtk_column_view_column_set_fixed_width (column, spec->width);
  gtk_column_view_column_set_expand (column, spec->width == 0);
  gtk_column_view_column_set_resizable (column, TRUE);
  if (spec->order != NULL)
    {
      sorter = GTK_SORTER (gtk_custom_sorter_new (NULL, NULL, NULL));
      gtk_column_view_column_set_sorter (column, sorter);
    }
  gtk_column_view_append_column (table, column);
}

/**
 * moked_list_table_set_up:
 * @table: an empty column view
 * @spec: what it shows; static
 */
void
moked_list_table_set_up (GtkColumnView       *table,
                         const MokedListSpec *spec)
{
  g_autoptr (GtkListItemFactory) rows = new_row_factory (spec);

  for (const MokedListColumn *column = spec->columns; column->title != NULL; column++)
    append_column (table, column);
  gtk_column_view_set_row_factory (table, rows);
  /* Else Tab would stop at every row. */
  gtk_column_view_set_tab_behavior (table, GTK_LIST_TAB_ITEM);
  moked_list_table_set_order (table, spec->sort_column, spec->descending);
}

/**
 * moked_list_table_set_order:
 * @table: a column view
 * @column: index of a column that sorts
 * @descending: whether the greatest comes first
 */
void
moked_list_table_set_order (GtkColumnView *table,
                            guint          column,
                            gboolean       descending)
{
  g_autoptr (GtkColumnViewColumn) item = g_list_model_get_item (gtk_column_view_get_columns (table), column);

  g_return_if_fail (item != NULL);

  gtk_column_view_sort_by_column (table, item, descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
}

/**
 * moked_list_table_get_order:
 * @table: a column view
 * @out_column: index of the column whose header was chosen; unchanged when there is none
 * @out_descending: (out): whether the greatest comes first
 */
void
moked_list_table_get_order (GtkColumnView *table,
                            guint         *out_column,
                            gboolean      *out_descending)
{
  GtkColumnViewSorter *sorter = GTK_COLUMN_VIEW_SORTER (gtk_column_view_get_sorter (table));
  GtkColumnViewColumn *primary = gtk_column_view_sorter_get_primary_sort_column (sorter);
  GListModel *columns = gtk_column_view_get_columns (table);

  *out_descending = gtk_column_view_sorter_get_primary_sort_order (sorter) == GTK_SORT_DESCENDING;
  for (guint i = 0; primary != NULL && i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      if (column == primary)
        *out_column = i;
    }
}
