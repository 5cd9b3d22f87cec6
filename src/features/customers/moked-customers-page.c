/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-customers-page.h"

#include <glib/gi18n-lib.h>

#include "features/customers/moked-customer-editor.h"
#include "features/customers/moked-customer-page.h"
#include "features/customers/moked-customer.h"
#include "features/customers/moked-customers-filter.h"
#include "features/customers/moked-customers-list.h"
#include "features/customers/moked-customers-picked.h"
#include "ui/moked-list-page.h"

/**
 * MokedCustomersPage:
 *
 * All customers as a table; once one of them is opened, a narrow list with their page beside it.
 */
struct _MokedCustomersPage
{
  MokedPage          parent_instance;
  MokedListPage     *list;
  MokedCustomerPage *customer;
  GtkWidget         *table_button;
  GtkToggleButton   *picking;
  MokedCustomersPicked *picked;
  MokedCustomersFilter *filter;
};

G_DEFINE_FINAL_TYPE (MokedCustomersPage, moked_customers_page, MOKED_TYPE_PAGE)

static gboolean
has_record_beside (MokedCustomersPage *self)
{
  MokedPage *page = MOKED_PAGE (self);

  return moked_page_get_split (page) && moked_page_get_layout (page) != MOKED_PAGE_LAYOUT_NARROW;
}

static void
update_table_button (MokedCustomersPage *self)
{
  gtk_widget_set_visible (self->table_button, has_record_beside (self));
}

static void
show_customer (MokedCustomersPage *self,
               const char         *id)
{
  moked_customer_page_show (self->customer, id);
  moked_ui_context_set_current (moked_page_get_context (MOKED_PAGE (self)), moked_customer_info.name, id);
}

static void
open_customer (MokedCustomersPage *self,
               const char         *id)
{
  show_customer (self, id);
  moked_page_set_split (MOKED_PAGE (self), TRUE);
  moked_page_set_show_record (MOKED_PAGE (self), TRUE);
}

static void
on_selected (MokedListView      *view,
             MokedRow           *row,
             gboolean            open,
             MokedCustomersPage *self)
{
  if (open)
    open_customer (self, moked_row_get_id (row));
  else if (has_record_beside (self))
    show_customer (self, moked_row_get_id (row));
}

/* What is not shown is not selected, so that a click on it opens it again. */
static void
on_show_record (MokedCustomersPage *self)
{
  if (!moked_page_get_show_record (MOKED_PAGE (self)) && !has_record_beside (self) && self->list != NULL)
    moked_list_view_select_row_id (moked_list_page_get_view (self->list), 0);
}

static void
on_show_table (MokedCustomersPage *self)
{
  moked_page_set_show_record (MOKED_PAGE (self), FALSE);
  moked_page_set_split (MOKED_PAGE (self), FALSE);
  on_show_record (self);
  moked_ui_context_set_current (moked_page_get_context (MOKED_PAGE (self)), NULL, NULL);
}

/* The shown customer was deleted, here or elsewhere. */
static void
on_gone (MokedCustomersPage *self)
{
  on_show_table (self);
}

static void
on_loaded (MokedCustomersPage *self,
           gint64              row_id)
{
  if (has_record_beside (self) || moked_page_get_show_record (MOKED_PAGE (self)))
    moked_list_view_select_row_id (moked_list_page_get_view (self->list), row_id);
}

/* Several rows are picked in the table alone: no card is beside it meanwhile. */
static void
on_picking (MokedCustomersPage *self)
{
  gboolean picking = gtk_toggle_button_get_active (self->picking);
  MokedListView *view = moked_list_page_get_view (self->list);

  if (picking)
    on_show_table (self);
  moked_list_view_set_picking (view, picking);
  gtk_widget_grab_focus (GTK_WIDGET (view));
}

static void
on_done (MokedCustomersPage *self)
{
  gtk_toggle_button_set_active (self->picking, FALSE);
}

static gboolean
on_escape (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   user_data)
{
  MokedCustomersPage *self = MOKED_CUSTOMERS_PAGE (widget);

  if (!gtk_toggle_button_get_active (self->picking))
    return GDK_EVENT_PROPAGATE;
  on_done (self);
  return GDK_EVENT_STOP;
}

static void
on_new (MokedCustomersPage *self)
{
  moked_page_create_new (MOKED_PAGE (self));
}

static void
moked_customers_page_create_new (MokedPage *page)
{
  moked_customer_editor_present (moked_page_get_context (page), NULL);
}

static gboolean
moked_customers_page_step (MokedPage *page,
                           int        direction)
{
  return moked_list_view_step (moked_list_page_get_view (MOKED_CUSTOMERS_PAGE (page)->list), direction);
}

static gboolean
moked_customers_page_open_record (MokedPage  *page,
                                  const char *entity,
                                  const char *id)
{
  on_done (MOKED_CUSTOMERS_PAGE (page));
  open_customer (MOKED_CUSTOMERS_PAGE (page), id);
  return TRUE;
}

/* A desktop that never talked to its service does not know yet whose data it has. */
static void
filter_query (MokedQuery *query,
              gpointer    user_data)
{
  moked_customers_filter_apply (MOKED_CUSTOMERS_PAGE (user_data)->filter, query);
}

static void
on_filter_changed (MokedCustomersPage *self)
{
  moked_list_page_filter_changed (self->list, moked_customers_filter_is_active (self->filter));
}

static void
add_filter (MokedCustomersPage *self)
{
  const char *user_id = moked_ui_context_get_user_id (moked_page_get_context (MOKED_PAGE (self)));

  self->filter = MOKED_CUSTOMERS_FILTER (moked_customers_filter_new (user_id));
  g_signal_connect_object (self->filter, "changed", G_CALLBACK (on_filter_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "clear-filter", G_CALLBACK (moked_customers_filter_clear), self->filter,
                           G_CONNECT_SWAPPED);
  moked_list_page_set_filter (self->list, GTK_WIDGET (self->filter), filter_query, self);
}

static void
start_list (MokedCustomersPage *self)
{
  MokedCache *cache = moked_ui_context_get_cache (moked_page_get_context (MOKED_PAGE (self)));

  if (moked_cache_get_business (cache) == NULL || moked_list_page_get_model (self->list) != NULL)
    return;
  moked_list_page_start (self->list, &moked_customers_list, moked_cache_get_store (cache),
                         moked_cache_get_business (cache));
}

static void
set_up_list (MokedCustomersPage *self)
{
  MokedCache *cache = moked_ui_context_get_cache (moked_page_get_context (MOKED_PAGE (self)));

  moked_list_page_set_empty_action (self->list, _("_New Customer"), "win.new");
  add_filter (self);
  g_signal_connect_object (moked_list_page_get_view (self->list), "selected", G_CALLBACK (on_selected), self,
                           G_CONNECT_DEFAULT);
  moked_customers_picked_start (self->picked, moked_page_get_context (MOKED_PAGE (self)),
                                moked_list_page_get_view (self->list));
  moked_page_set_search_entry (MOKED_PAGE (self), moked_list_page_get_search_entry (self->list));
  g_signal_connect_object (cache, "notify::business", G_CALLBACK (start_list), self, G_CONNECT_SWAPPED);
  start_list (self);
}

static void
moked_customers_page_constructed (GObject *object)
{
  MokedCustomersPage *self = MOKED_CUSTOMERS_PAGE (object);

  G_OBJECT_CLASS (moked_customers_page_parent_class)->constructed (object);
  moked_customer_page_set_context (self->customer, moked_page_get_context (MOKED_PAGE (self)));
  set_up_list (self);
}

static void
moked_customers_page_dispose (GObject *object)
{
  adw_bin_set_child (ADW_BIN (object), NULL); /* the parent must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_CUSTOMERS_PAGE);
  G_OBJECT_CLASS (moked_customers_page_parent_class)->dispose (object);
}

static void
moked_customers_page_class_init (MokedCustomersPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  MokedPageClass *page_class = MOKED_PAGE_CLASS (klass);

  object_class->constructed = moked_customers_page_constructed;
  object_class->dispose = moked_customers_page_dispose;
  page_class->create_new = moked_customers_page_create_new;
  page_class->step = moked_customers_page_step;
  page_class->open_record = moked_customers_page_open_record;

  g_type_ensure (MOKED_TYPE_LIST_PAGE);
  g_type_ensure (MOKED_TYPE_CUSTOMER_PAGE);
  g_type_ensure (MOKED_TYPE_CUSTOMERS_PICKED);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-customers-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedCustomersPage, list);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomersPage, customer);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomersPage, table_button);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomersPage, picking);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomersPage, picked);
  gtk_widget_class_bind_template_callback (widget_class, on_picking);
  gtk_widget_class_bind_template_callback (widget_class, on_done);
  gtk_widget_class_bind_template_callback (widget_class, update_table_button);
  gtk_widget_class_bind_template_callback (widget_class, on_new);
  gtk_widget_class_bind_template_callback (widget_class, on_show_record);
  gtk_widget_class_bind_template_callback (widget_class, on_show_table);
  gtk_widget_class_bind_template_callback (widget_class, on_gone);
  gtk_widget_class_bind_template_callback (widget_class, on_loaded);
}

static void
moked_customers_page_init (MokedCustomersPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * moked_customers_page_new:
 * @context: of the window
 *
 * Returns: (transfer floating): the page of the sidebar
 */
GtkWidget *
moked_customers_page_new (MokedUiContext *context)
{
  return g_object_new (MOKED_TYPE_CUSTOMERS_PAGE, "context", context, NULL);
}
