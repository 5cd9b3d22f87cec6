/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-list-page.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-list-order-menu.h"
#include "ui/moked-list-table.h"

/**
 * MokedListPage:
 *
 * A list of any number of records with a search field, a filter and an order. These are questions to the
 * database; the number of rows comes later than the rows.
 *
 * Keyboard: typing anywhere in it searches; Down goes from the search field to the rows, Enter there opens
 * the first; Escape empties the search field.
 */
struct _MokedListPage
{
  AdwBreakpointBin     parent_instance;
  const MokedListSpec *spec;
  MokedQueryModel     *model;
  GtkSearchEntry      *search_entry;
  GtkMenuButton       *filter_button;
  MokedListOrderMenu  *order_menu;
  GtkStack            *stack;
  MokedListView       *view;
  AdwStatusPage       *empty_page;
  GtkButton           *empty_button;
  AdwStatusPage       *none_page;
  MokedListFilterFunc  filter;
  gpointer             filter_data;
  gboolean             filtered;
  gboolean             narrow;
  guint                sort_column;
  gboolean             descending;
  char                *count_text;
};

enum
{
  PROP_NARROW = 1,
  PROP_COUNT_TEXT,
  N_PROPERTIES,
};

enum
{
  CLEAR_FILTER,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MokedListPage, moked_list_page, ADW_TYPE_BREAKPOINT_BIN)

static const char *
get_search_text (MokedListPage *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
}

static void
update_query (MokedListPage *self)
{
  g_autoptr (MokedQuery) query = NULL;

  if (self->model == NULL)
    return;
  query = moked_query_new (self->spec->table, self->spec->fields);
  if (self->spec->joins != NULL)
    moked_query_set_joins (query, self->spec->joins);
  moked_query_set_order (query, self->spec->columns[self->sort_column].order, self->descending);
  if (self->filter != NULL)
    self->filter (query, self->filter_data);
  if (self->spec->search != NULL)
    moked_query_add_search (query, self->spec->search, get_search_text (self));
  moked_query_model_set_query (self->model, query);
}

/* Search */

static void
on_search_changed (GtkSearchEntry *entry,
                   MokedListPage  *self)
{
  update_query (self);
}

static gboolean
on_search_key (GtkEventControllerKey *controller,
               guint                  keyval,
               guint                  keycode,
               GdkModifierType        state,
               MokedListPage         *self)
{
  if (keyval != GDK_KEY_Down || (state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  moked_list_view_focus_first (self->view);
  return GDK_EVENT_STOP;
}

static void
on_search_activate (GtkSearchEntry *entry,
                    MokedListPage  *self)
{
  moked_list_view_activate (self->view, 0);
}

static void
on_stop_search (GtkSearchEntry *entry,
                MokedListPage  *self)
{
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
}

static void
on_show_everything (GtkButton     *button,
                    MokedListPage *self)
{
  moked_list_page_show_everything (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

static void
on_order_changed (MokedListTable *table,
                  MokedListPage  *self)
{
  moked_list_table_get_order (table, &self->sort_column, &self->descending);
  update_query (self);
}

/* What is shown */

static void
show_page (MokedListPage *self)
{
  guint n = moked_query_model_get_n_rows (self->model);
  gboolean asked = self->filtered || *get_search_text (self) != '\0';

  if (n > 0 || !moked_query_model_is_counted (self->model))
    gtk_stack_set_visible_child_name (self->stack, "rows");
  else
    gtk_stack_set_visible_child_name (self->stack, asked ? "none" : "empty");
}

static void
on_counted (MokedQueryModel *model,
            GParamSpec      *pspec,
            MokedListPage   *self)
{
  if (!moked_query_model_is_counted (model))
    return;
  g_free (self->count_text);
  self->count_text = self->spec->dup_count (moked_query_model_get_n_rows (model), moked_query_model_is_capped (model));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNT_TEXT]);
  show_page (self);
}

static void
on_loading (MokedQueryModel *model,
            GParamSpec      *pspec,
            MokedListPage   *self)
{
  if (!moked_query_model_is_loading (model))
    show_page (self);
}

/* The object */

static void
moked_list_page_get_property (GObject    *object,
                              guint       property,
                              GValue     *value,
                              GParamSpec *pspec)
{
  MokedListPage *self = MOKED_LIST_PAGE (object);

  if (property == PROP_NARROW)
    g_value_set_boolean (value, self->narrow);
  else if (property == PROP_COUNT_TEXT)
    g_value_set_string (value, self->count_text);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
}

static void
moked_list_page_set_property (GObject      *object,
                              guint         property,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  if (property == PROP_NARROW)
    moked_list_page_set_narrow (MOKED_LIST_PAGE (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
}

static void
moked_list_page_dispose (GObject *object)
{
  MokedListPage *self = MOKED_LIST_PAGE (object);

  if (self->model != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->model, self);
      g_signal_handlers_disconnect_by_data (moked_list_view_get_table (self->view), self);
    }
  g_clear_object (&self->model);
  adw_breakpoint_bin_set_child (ADW_BREAKPOINT_BIN (object), NULL); /* the bin must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (self), MOKED_TYPE_LIST_PAGE);
  g_clear_pointer (&self->count_text, g_free);
  G_OBJECT_CLASS (moked_list_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (MOKED_TYPE_LIST_ORDER_MENU);
  g_type_ensure (MOKED_TYPE_LIST_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-list-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedListPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, MokedListPage, filter_button);
  gtk_widget_class_bind_template_child (widget_class, MokedListPage, order_menu);
  gtk_widget_class_bind_template_child (widget_class, MokedListPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MokedListPage, view);
  gtk_widget_class_bind_template_child (widget_class, MokedListPage, empty_page);
  gtk_widget_class_bind_template_child (widget_class, MokedListPage, empty_button);
  gtk_widget_class_bind_template_child (widget_class, MokedListPage, none_page);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_search_key);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
  gtk_widget_class_bind_template_callback (widget_class, on_show_everything);
}

static void
moked_list_page_class_init (MokedListPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = moked_list_page_get_property;
  object_class->set_property = moked_list_page_set_property;
  object_class->dispose = moked_list_page_dispose;

  /**
   * MokedListPage:narrow:
   *
   * Whether rows are two lines each instead of a table.
   */
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, flags | G_PARAM_READWRITE);
  /**
   * MokedListPage:count-text:
   *
   * The number of rows in words; it arrives after the rows.
   */
  properties[PROP_COUNT_TEXT] = g_param_spec_string ("count-text", NULL, NULL, NULL, flags | G_PARAM_READABLE);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * MokedListPage::clear-filter:
   *
   * Somebody wants to see everything: the filter popover is to empty itself and to say so with
   * moked_list_page_filter_changed().
   */
  signals[CLEAR_FILTER] = g_signal_new ("clear-filter", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
moked_list_page_init (MokedListPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_entry_set_key_capture_widget (self->search_entry, GTK_WIDGET (self));
}

static void
show_texts (MokedListPage *self)
{
  const MokedListSpec *spec = self->spec;

  gtk_search_entry_set_placeholder_text (self->search_entry, _ (spec->search_hint));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search_entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (spec->search_hint), -1);
  adw_status_page_set_icon_name (self->empty_page, spec->empty_icon);
  adw_status_page_set_title (self->empty_page, _ (spec->empty_title));
  adw_status_page_set_description (self->empty_page, _ (spec->empty_text));
  adw_status_page_set_title (self->none_page, _ (spec->none_title));
}

/**
 * moked_list_page_start:
 * @self: a list page without a list
 * @spec: what it shows; static
 * @store: an open store
 * @business: whose records
 */
void
moked_list_page_start (MokedListPage       *self,
                       const MokedListSpec *spec,
                       MokedStore          *store,
                       const char          *business)
{
  g_return_if_fail (MOKED_IS_LIST_PAGE (self));
  g_return_if_fail (self->model == NULL);

  self->spec = spec;
  self->sort_column = spec->sort_column;
  self->descending = spec->descending;
  self->model = moked_query_model_new (store, business);
  moked_query_model_watch (self->model, spec->watched);
  g_signal_connect (self->model, "notify::counted", G_CALLBACK (on_counted), self);
  g_signal_connect (self->model, "notify::loading", G_CALLBACK (on_loading), self);
  show_texts (self);
  moked_list_view_start (self->view, spec, self->model);
  g_signal_connect (moked_list_view_get_table (self->view), "order-changed", G_CALLBACK (on_order_changed), self);
  moked_list_order_menu_start (self->order_menu, spec, moked_list_view_get_table (self->view));
  update_query (self);
}

/**
 * moked_list_page_set_filter:
 * @self: a list page that was not started yet
 * @popover: (transfer floating): what the filter button opens
 * @func: called whenever the list is read
 * @user_data: for @func
 */
void
moked_list_page_set_filter (MokedListPage      *self,
                            GtkWidget          *popover,
                            MokedListFilterFunc func,
                            gpointer            user_data)
{
  g_return_if_fail (MOKED_IS_LIST_PAGE (self));

  self->filter = func;
  self->filter_data = user_data;
  gtk_menu_button_set_popover (self->filter_button, popover);
  gtk_widget_set_visible (GTK_WIDGET (self->filter_button), TRUE);
}

/**
 * moked_list_page_filter_changed:
 * @self: a list page
 * @active: whether the filter takes anything away
 */
void
moked_list_page_filter_changed (MokedListPage *self,
                                gboolean       active)
{
  GtkWidget *button = GTK_WIDGET (self->filter_button);

  g_return_if_fail (MOKED_IS_LIST_PAGE (self));

  self->filtered = active;
  if (active)
    gtk_widget_add_css_class (button, "accent");
  else
    gtk_widget_remove_css_class (button, "accent");
  gtk_widget_set_tooltip_text (button, active ? _("Filter (active)") : _("Filter"));
  update_query (self);
}

/**
 * moked_list_page_set_empty_action:
 * @self: a list page
 * @label: translated, with a mnemonic
 * @action_name: what the button of the page without a single record does
 */
void
moked_list_page_set_empty_action (MokedListPage *self,
                                  const char    *label,
                                  const char    *action_name)
{
  g_return_if_fail (MOKED_IS_LIST_PAGE (self));

  gtk_button_set_label (self->empty_button, label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->empty_button), action_name);
  gtk_widget_set_visible (GTK_WIDGET (self->empty_button), TRUE);
}

GtkWidget *
moked_list_page_get_search_entry (MokedListPage *self)
{
  g_return_val_if_fail (MOKED_IS_LIST_PAGE (self), NULL);

  return GTK_WIDGET (self->search_entry);
}

/**
 * moked_list_page_get_view:
 *
 * Returns: (transfer none): the rows' widget, with the selection
 */
MokedListView *
moked_list_page_get_view (MokedListPage *self)
{
  g_return_val_if_fail (MOKED_IS_LIST_PAGE (self), NULL);

  return self->view;
}

/**
 * moked_list_page_get_model:
 *
 * Returns: (transfer none) (nullable): the rows; %NULL before it was started
 */
MokedQueryModel *
moked_list_page_get_model (MokedListPage *self)
{
  g_return_val_if_fail (MOKED_IS_LIST_PAGE (self), NULL);

  return self->model;
}

const char *
moked_list_page_get_count_text (MokedListPage *self)
{
  g_return_val_if_fail (MOKED_IS_LIST_PAGE (self), NULL);

  return self->count_text;
}

gboolean
moked_list_page_get_narrow (MokedListPage *self)
{
  g_return_val_if_fail (MOKED_IS_LIST_PAGE (self), FALSE);

  return self->narrow;
}

void
moked_list_page_set_narrow (MokedListPage *self,
                            gboolean       narrow)
{
  g_return_if_fail (MOKED_IS_LIST_PAGE (self));

  if (self->narrow == !!narrow)
    return;
  self->narrow = !!narrow;
  moked_list_view_set_narrow (self->view, self->narrow);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
}

/**
 * moked_list_page_show_everything:
 * @self: a list page
 *
 * Empties the search field and the filter.
 */
void
moked_list_page_show_everything (MokedListPage *self)
{
  g_return_if_fail (MOKED_IS_LIST_PAGE (self));

  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  if (self->filtered)
    g_signal_emit (self, signals[CLEAR_FILTER], 0);
}
