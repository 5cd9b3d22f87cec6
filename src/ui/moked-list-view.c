/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-list-view.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-list-row.h"
#include "ui/moked-list-table.h"

/**
 * MokedListView:
 *
 * The rows of a list, as a table where there is room and as two lines each where there is not, and which
 * of them is selected. The selection is a record and not a place: it survives that the list is read anew.
 *
 * Keyboard: arrows move, Enter opens, Tab leaves.
 */
struct _MokedListView
{
  AdwBin               parent_instance;
  const MokedListSpec *spec;
  MokedQueryModel     *model;
  GtkSingleSelection  *selection;
  GtkMultiSelection   *picked; /* several rows, to do something with all of them; NULL while one is selected */
  GtkStack            *stack;
  MokedListTable      *table;
  GtkListView         *list;
  gboolean             narrow;
  gint64               selected_row_id;
  MokedRow            *awaited; /* selected, but its contents are still to come */
  gboolean             restoring;
  gboolean             by_key;
};

enum
{
  SELECTED,
  PICKED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MokedListView, moked_list_view, ADW_TYPE_BIN)

static void
emit_selected (MokedListView *self,
               MokedRow      *row,
               gboolean       open)
{
  g_signal_emit (self, signals[SELECTED], 0, row, open);
}

static void stop_awaiting (MokedListView *self);

static void
on_awaited_row (MokedRow *row,
                gpointer  user_data)
{
  g_autoptr (MokedRow) kept = g_object_ref (row);
  MokedListView *self = user_data;

  stop_awaiting (self);
  emit_selected (self, kept, !self->by_key);
}

static void
stop_awaiting (MokedListView *self)
{
  if (self->awaited != NULL)
    moked_row_unwatch (self->awaited, on_awaited_row, self);
  g_clear_object (&self->awaited);
}

static void
on_selection_changed (GtkSingleSelection *selection,
                      GParamSpec         *pspec,
                      MokedListView      *self)
{
  MokedRow *row = gtk_single_selection_get_selected_item (selection);

  if (row == NULL || self->restoring)
    return;
  stop_awaiting (self);
  self->selected_row_id = moked_row_get_row_id (row);
  if (moked_row_is_loaded (row))
    {
      emit_selected (self, row, !self->by_key);
      return;
    }
  self->awaited = g_object_ref (row);
  moked_row_watch (row, on_awaited_row, self);
}

static void
restore_selection (MokedListView *self)
{
  guint position;

  if (self->selected_row_id == 0 || gtk_single_selection_get_selected_item (self->selection) != NULL)
    return;
  position = moked_query_model_find_row_id (self->model, self->selected_row_id);
  self->restoring = TRUE;
  if (position != G_MAXUINT)
    gtk_single_selection_set_selected (self->selection, position);
  self->restoring = FALSE;
}

static void
scroll_to (MokedListView     *self,
           guint              position,
           GtkListScrollFlags flags)
{
  if (self->narrow)
    gtk_list_view_scroll_to (self->list, position, flags, NULL);
  else
    moked_list_table_scroll_to (self->table, position, flags);
}

/* Places are others when the list is read anew. */
static void
unpick_all (MokedListView *self)
{
  if (self->picked != NULL)
    gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (self->picked));
}

static void
on_replacing (MokedQueryModel *model,
              MokedListView   *self)
{
  unpick_all (self);
  self->restoring = TRUE;
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  self->restoring = FALSE;
  stop_awaiting (self);
  if (g_list_model_get_n_items (G_LIST_MODEL (model)) > 0)
    scroll_to (self, 0, GTK_LIST_SCROLL_NONE);
}

static void
on_counted (MokedQueryModel *model,
            GParamSpec      *pspec,
            MokedListView   *self)
{
  if (moked_query_model_is_counted (model))
    restore_selection (self);
}

static void
on_activate (GtkWidget     *view,
             guint          position,
             MokedListView *self)
{
  g_autoptr (MokedRow) row = g_list_model_get_item (G_LIST_MODEL (self->model), position);

  if (self->picked == NULL && row != NULL && moked_row_is_loaded (row))
    emit_selected (self, row, TRUE);
}

/* Whether the last thing done to the rows was a key or a click: an arrow passes a row, a click opens it. */

static gboolean
on_key (GtkEventControllerKey *controller,
        guint                  keyval,
        guint                  keycode,
        GdkModifierType        state,
        MokedListView         *self)
{
  self->by_key = TRUE;
  return GDK_EVENT_PROPAGATE;
}

static void
on_pressed (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            MokedListView   *self)
{
  self->by_key = FALSE;
}

static void
watch_input (MokedListView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *clicks = GTK_EVENT_CONTROLLER (gtk_gesture_click_new ());

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_event_controller_set_propagation_phase (clicks, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  g_signal_connect (clicks, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), clicks);
}

/* Narrow rows */

static void
set_up_row (GtkSignalListItemFactory *factory,
            GtkListItem              *item,
            gpointer                  user_data)
{
  const MokedListSpec *spec = user_data;

  gtk_list_item_set_child (item, moked_list_row_new (spec->describe));
}

static void
bind_row (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          gpointer                  user_data)
{
  moked_list_row_set_item (MOKED_LIST_ROW (gtk_list_item_get_child (item)), item, gtk_list_item_get_item (item));
}

static void
unbind_row (GtkSignalListItemFactory *factory,
            GtkListItem              *item,
            gpointer                  user_data)
{
  moked_list_row_set_item (MOKED_LIST_ROW (gtk_list_item_get_child (item)), NULL, NULL);
}

static void
set_up_list (MokedListView *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (set_up_row), (gpointer) self->spec);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row), NULL);
  gtk_list_view_set_factory (self->list, factory);
}

/* Only the view that is seen has the rows, for both would make widgets for them. */
static void
attach_model (MokedListView *self)
{
  GtkSelectionModel *selection =
      self->picked != NULL ? GTK_SELECTION_MODEL (self->picked) : GTK_SELECTION_MODEL (self->selection);

  moked_list_table_set_model (self->table, self->narrow ? NULL : selection);
  gtk_list_view_set_model (self->list, self->narrow ? selection : NULL);
  gtk_stack_set_visible_child_name (self->stack, self->narrow ? "list" : "table");
}

static gboolean
moked_list_view_grab_focus (GtkWidget *widget)
{
  MokedListView *self = MOKED_LIST_VIEW (widget);

  return gtk_widget_grab_focus (self->narrow ? GTK_WIDGET (self->list) : GTK_WIDGET (self->table));
}

static void
moked_list_view_dispose (GObject *object)
{
  MokedListView *self = MOKED_LIST_VIEW (object);

  stop_awaiting (self);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), MOKED_TYPE_LIST_VIEW);
  g_clear_object (&self->selection);
  g_clear_object (&self->picked);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (moked_list_view_parent_class)->dispose (object);
}

static void
moked_list_view_class_init (MokedListViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_list_view_dispose;
  widget_class->grab_focus = moked_list_view_grab_focus;

  /**
   * MokedListView::selected:
   * @row: a loaded row
   * @open: whether somebody clicked it or pressed Enter, and did not only pass it with an arrow key
   */
  signals[SELECTED] = g_signal_new ("selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, MOKED_TYPE_ROW, G_TYPE_BOOLEAN);
  /**
   * MokedListView::picked:
   *
   * Other rows are picked than before.
   */
  signals[PICKED] = g_signal_new ("picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  g_type_ensure (MOKED_TYPE_LIST_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-list-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedListView, stack);
  gtk_widget_class_bind_template_child (widget_class, MokedListView, table);
  gtk_widget_class_bind_template_child (widget_class, MokedListView, list);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
}

static void
moked_list_view_init (MokedListView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  watch_input (self);
}

/**
 * moked_list_view_start:
 * @self: a list view without a list
 * @spec: what it shows; static
 * @model: the rows
 */
void
moked_list_view_start (MokedListView       *self,
                       const MokedListSpec *spec,
                       MokedQueryModel     *model)
{
  g_return_if_fail (MOKED_IS_LIST_VIEW (self));
  g_return_if_fail (self->model == NULL);

  self->spec = spec;
  self->model = g_object_ref (model);
  moked_list_table_start (self->table, spec);
  set_up_list (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _(spec->name), -1);
  g_signal_connect (model, "replacing", G_CALLBACK (on_replacing), self);
  g_signal_connect (model, "notify::counted", G_CALLBACK (on_counted), self);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (model));
  g_signal_connect (self->selection, "notify::selected-item", G_CALLBACK (on_selection_changed), self);
  attach_model (self);
}

/**
 * moked_list_view_get_table:
 *
 * Returns: (transfer none): the table, which says what the headers ask for
 */
MokedListTable *
moked_list_view_get_table (MokedListView *self)
{
  g_return_val_if_fail (MOKED_IS_LIST_VIEW (self), NULL);

  return self->table;
}

void
moked_list_view_set_narrow (MokedListView *self,
                            gboolean       narrow)
{
  g_return_if_fail (MOKED_IS_LIST_VIEW (self));

  self->narrow = narrow;
  if (self->model != NULL)
    attach_model (self);
}

/**
 * moked_list_view_step:
 * @self: a list view
 * @direction: -1 for the row before the selected one, 1 for the one after
 *
 * Returns: %FALSE at the end of the list
 */
gboolean
moked_list_view_step (MokedListView *self,
                      int            direction)
{
  guint selected = gtk_single_selection_get_selected (self->selection);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint position;

  g_return_val_if_fail (MOKED_IS_LIST_VIEW (self), FALSE);

  if (selected == GTK_INVALID_LIST_POSITION)
    position = direction > 0 ? 0 : n - 1;
  else if (direction < 0 && selected == 0)
    return FALSE;
  else
    position = direction > 0 ? selected + 1 : selected - 1;
  if (position >= n)
    return FALSE;
  self->by_key = FALSE;
  scroll_to (self, position, GTK_LIST_SCROLL_SELECT);
  return TRUE;
}

/**
 * moked_list_view_focus_first:
 *
 * Selects the first row and puts the keyboard there.
 */
void
moked_list_view_focus_first (MokedListView *self)
{
  g_return_if_fail (MOKED_IS_LIST_VIEW (self));

  if (g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0)
    return;
  self->by_key = TRUE;
  scroll_to (self, 0, GTK_LIST_SCROLL_FOCUS | GTK_LIST_SCROLL_SELECT);
}

/**
 * moked_list_view_activate:
 * @self: a list view
 * @position: a row; nothing happens when there is none
 *
 * As if somebody clicked it.
 */
void
moked_list_view_activate (MokedListView *self,
                          guint          position)
{
  g_return_if_fail (MOKED_IS_LIST_VIEW (self));

  on_activate (GTK_WIDGET (self), position, self);
}

/**
 * moked_list_view_select_row_id:
 * @self: a list view
 * @row_id: a row's number in its table; 0 for none
 *
 * Marks the row if it is in the list, without telling anybody; also once the list has it.
 */
void
moked_list_view_select_row_id (MokedListView *self,
                               gint64         row_id)
{
  g_return_if_fail (MOKED_IS_LIST_VIEW (self));

  stop_awaiting (self);
  self->selected_row_id = row_id;
  self->restoring = TRUE;
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  self->restoring = FALSE;
  if (self->model != NULL)
    restore_selection (self);
}

static void
on_picked (MokedListView *self)
{
  g_signal_emit (self, signals[PICKED], 0);
}

/**
 * moked_list_view_set_picking:
 * @self: a list view
 * @picking: whether several rows can be picked: by clicks with Ctrl and Shift, Ctrl+Space, Ctrl+A. Nothing opens
 *   meanwhile
 */
void
moked_list_view_set_picking (MokedListView *self,
                             gboolean       picking)
{
  g_return_if_fail (MOKED_IS_LIST_VIEW (self));

  if (picking == (self->picked != NULL) || self->model == NULL)
    return;
  if (self->picked != NULL)
    g_signal_handlers_disconnect_by_data (self->picked, self);
  g_clear_object (&self->picked);
  if (picking)
    {
      self->picked = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (self->model)));
      g_signal_connect_swapped (self->picked, "selection-changed", G_CALLBACK (on_picked), self);
    }
  attach_model (self);
  on_picked (self);
}

/**
 * moked_list_view_pick_all:
 *
 * Picks all rows of the list.
 */
void
moked_list_view_pick_all (MokedListView *self)
{
  g_return_if_fail (MOKED_IS_LIST_VIEW (self));

  if (self->picked != NULL)
    gtk_selection_model_select_all (GTK_SELECTION_MODEL (self->picked));
}

/**
 * moked_list_view_get_n_picked:
 *
 * Returns: how many rows are picked
 */
guint
moked_list_view_get_n_picked (MokedListView *self)
{
  g_autoptr (GtkBitset) picked = NULL;

  g_return_val_if_fail (MOKED_IS_LIST_VIEW (self), 0);

  picked = self->picked != NULL ? gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->picked)) : NULL;
  return picked != NULL ? (guint) gtk_bitset_get_size (picked) : 0;
}

/**
 * moked_list_view_list_picked:
 *
 * Returns: (transfer full) (element-type gint64): the picked rows' numbers in their table, in the list's order
 */
GArray *
moked_list_view_list_picked (MokedListView *self)
{
  GArray *row_ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GtkBitset) picked = NULL;
  GtkBitsetIter iter;
  guint position;

  g_return_val_if_fail (MOKED_IS_LIST_VIEW (self), row_ids);

  picked = self->picked != NULL ? gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->picked)) : NULL;
  if (picked == NULL || !gtk_bitset_iter_init_first (&iter, picked, &position))
    return row_ids;
  do
    {
      gint64 row_id = moked_query_model_get_row_id (self->model, position);

      if (row_id != 0)
        g_array_append_val (row_ids, row_id);
    }
  while (gtk_bitset_iter_next (&iter, &position));
  return row_ids;
}
