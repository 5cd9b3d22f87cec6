/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-list-table.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-list-header.h"
#include "ui/moked-table-row.h"

/**
 * MokedListTable:
 *
 * The rows of a list as a table with titles over its columns. It says by which column its rows are to be
 * sorted, and the database sorts them.
 */
struct _MokedListTable
{
  AdwBin               parent_instance;
  const MokedListSpec *spec;
  MokedListHeader     *header;
  GtkListView         *list;
  guint                sort_column;
  gboolean             descending;
};

enum
{
  ACTIVATE,
  ORDER_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MokedListTable, moked_list_table, ADW_TYPE_BIN)

static void
on_chosen (MokedListHeader *header,
           guint            column,
           gboolean         descending,
           MokedListTable  *self)
{
  moked_list_table_set_order (self, column, descending);
}

static void
on_activate (GtkListView    *list,
             guint           position,
             MokedListTable *self)
{
  g_signal_emit (self, signals[ACTIVATE], 0, position);
}

static void
set_up_row (GtkSignalListItemFactory *factory,
            GtkListItem              *item,
            gpointer                  user_data)
{
  const MokedListSpec *spec = user_data;

  gtk_list_item_set_child (item, moked_table_row_new (spec->columns));
}

static void
bind_row (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          gpointer                  user_data)
{
  moked_table_row_set_item (MOKED_TABLE_ROW (gtk_list_item_get_child (item)), item, gtk_list_item_get_item (item));
}

static void
unbind_row (GtkSignalListItemFactory *factory,
            GtkListItem              *item,
            gpointer                  user_data)
{
  moked_table_row_set_item (MOKED_TABLE_ROW (gtk_list_item_get_child (item)), NULL, NULL);
}

static gboolean
moked_list_table_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (MOKED_LIST_TABLE (widget)->list));
}

static void
moked_list_table_dispose (GObject *object)
{
  adw_bin_set_child (ADW_BIN (object), NULL); /* the bin must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_LIST_TABLE);
  G_OBJECT_CLASS (moked_list_table_parent_class)->dispose (object);
}

static void
moked_list_table_class_init (MokedListTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_list_table_dispose;
  widget_class->grab_focus = moked_list_table_grab_focus;

  /**
   * MokedListTable::activate:
   * @position: of a row that somebody wants to open
   */
  signals[ACTIVATE] = g_signal_new ("activate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_UINT);
  /**
   * MokedListTable::order-changed:
   *
   * The rows are to be sorted as moked_list_table_get_order() says.
   */
  signals[ORDER_CHANGED] = g_signal_new ("order-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 0);
  g_type_ensure (MOKED_TYPE_LIST_HEADER);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-list-table.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedListTable, header);
  gtk_widget_class_bind_template_child (widget_class, MokedListTable, list);
  gtk_widget_class_bind_template_callback (widget_class, on_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
}

static void
moked_list_table_init (MokedListTable *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * moked_list_table_start:
 * @self: an empty table
 * @spec: what it shows; static
 */
void
moked_list_table_start (MokedListTable      *self,
                        const MokedListSpec *spec)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_return_if_fail (MOKED_IS_LIST_TABLE (self));
  g_return_if_fail (self->spec == NULL);

  self->spec = spec;
  self->sort_column = spec->sort_column;
  self->descending = spec->descending;
  moked_list_header_start (self->header, spec->columns);
  moked_list_header_set_order (self->header, self->sort_column, self->descending);
  g_signal_connect (factory, "setup", G_CALLBACK (set_up_row), (gpointer) spec);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row), NULL);
  gtk_list_view_set_factory (self->list, factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (spec->name), -1);
}

/**
 * moked_list_table_set_model:
 * @self: a table
 * @model: (nullable): the rows
 */
void
moked_list_table_set_model (MokedListTable    *self,
                            GtkSelectionModel *model)
{
  g_return_if_fail (MOKED_IS_LIST_TABLE (self));

  gtk_list_view_set_model (self->list, model);
}

/**
 * moked_list_table_set_order:
 * @self: a table
 * @column: index of a column that sorts
 * @descending: whether the greatest comes first
 */
void
moked_list_table_set_order (MokedListTable *self,
                            guint           column,
                            gboolean        descending)
{
  g_return_if_fail (MOKED_IS_LIST_TABLE (self));
  g_return_if_fail (self->spec->columns[column].order != NULL);

  if (column == self->sort_column && descending == self->descending)
    return;
  self->sort_column = column;
  self->descending = descending;
  moked_list_header_set_order (self->header, column, descending);
  g_signal_emit (self, signals[ORDER_CHANGED], 0);
}

/**
 * moked_list_table_get_order:
 * @self: a table
 * @out_column: (out): index of the column by which the rows are to be sorted
 * @out_descending: (out): whether the greatest comes first
 */
void
moked_list_table_get_order (MokedListTable *self,
                            guint          *out_column,
                            gboolean       *out_descending)
{
  g_return_if_fail (MOKED_IS_LIST_TABLE (self));

  *out_column = self->sort_column;
  *out_descending = self->descending;
}

void
moked_list_table_scroll_to (MokedListTable    *self,
                            guint              position,
                            GtkListScrollFlags flags)
{
  g_return_if_fail (MOKED_IS_LIST_TABLE (self));

  gtk_list_view_scroll_to (self->list, position, flags, NULL);
}
