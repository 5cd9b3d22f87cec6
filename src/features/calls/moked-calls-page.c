/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/calls/moked-calls-page.h"

#include <glib/gi18n-lib.h>

#include "features/calls/moked-call.h"
#include "features/calls/moked-calls-list.h"
#include "ui/moked-list-page.h"

/**
 * MokedCallsPage:
 *
 * All calls, newest first. Enter on one opens who called.
 */
struct _MokedCallsPage
{
  MokedPage       parent_instance;
  MokedListPage  *list;
  GtkCheckButton *missed;
};

G_DEFINE_FINAL_TYPE (MokedCallsPage, moked_calls_page, MOKED_TYPE_PAGE)

static void
filter_query (MokedQuery *query,
              gpointer    user_data)
{
  MokedCallsPage *self = user_data;
  GtkWidget *entry = moked_list_page_get_search_entry (self->list);

  if (gtk_check_button_get_active (self->missed))
    moked_query_add_filter (query, MOKED_CALL_MISSED_SQL, "");
  moked_calls_add_search (query, gtk_editable_get_text (GTK_EDITABLE (entry)));
}

static void
on_missed_toggled (MokedCallsPage *self)
{
  moked_list_page_filter_changed (self->list, gtk_check_button_get_active (self->missed));
}

static void
on_clear_filter (MokedCallsPage *self)
{
  gtk_check_button_set_active (self->missed, FALSE);
}

static void
on_selected (MokedCallsPage *self,
             MokedRow       *row,
             gboolean        open)
{
  const char *customer = moked_row_get_text (row, MOKED_CALLS_ROW_CUSTOMER_ID);

  if (open && customer != NULL)
    moked_ui_context_open (moked_page_get_context (MOKED_PAGE (self)), "customer", customer);
}

static gboolean
moked_calls_page_step (MokedPage *page,
                       int        direction)
{
  return moked_list_view_step (moked_list_page_get_view (MOKED_CALLS_PAGE (page)->list), direction);
}

static void
add_filter (MokedCallsPage *self)
{
  GtkWidget *popover = gtk_popover_new ();

  self->missed = GTK_CHECK_BUTTON (gtk_check_button_new_with_label (_("Missed calls only")));
  gtk_popover_set_child (GTK_POPOVER (popover), GTK_WIDGET (self->missed));
  g_signal_connect_object (self->missed, "toggled", G_CALLBACK (on_missed_toggled), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "clear-filter", G_CALLBACK (on_clear_filter), self, G_CONNECT_SWAPPED);
  moked_list_page_set_filter (self->list, popover, filter_query, self);
}

static void
moked_calls_page_constructed (GObject *object)
{
  MokedCallsPage *self = MOKED_CALLS_PAGE (object);
  MokedCache *cache = moked_ui_context_get_cache (moked_page_get_context (MOKED_PAGE (self)));

  G_OBJECT_CLASS (moked_calls_page_parent_class)->constructed (object);
  self->list = g_object_new (MOKED_TYPE_LIST_PAGE, NULL);
  moked_page_set_title (MOKED_PAGE (self), _("Calls"));
  moked_page_set_content (MOKED_PAGE (self), GTK_WIDGET (self->list));
  add_filter (self);
  moked_list_page_start (self->list, &moked_calls_list, moked_cache_get_store (cache),
                         moked_cache_get_business (cache));
  moked_page_set_search_entry (MOKED_PAGE (self), moked_list_page_get_search_entry (self->list));
  g_signal_connect_object (moked_list_page_get_view (self->list), "selected", G_CALLBACK (on_selected), self,
                           G_CONNECT_SWAPPED);
}

static void
moked_calls_page_class_init (MokedCallsPageClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = moked_calls_page_constructed;
  MOKED_PAGE_CLASS (klass)->step = moked_calls_page_step;
}

static void
moked_calls_page_init (MokedCallsPage *self)
{
}

/**
 * moked_calls_page_new:
 * @context: of the window
 *
 * Returns: (transfer floating): the page of the sidebar
 */
GtkWidget *
moked_calls_page_new (MokedUiContext *context)
{
  return g_object_new (MOKED_TYPE_CALLS_PAGE, "context", context, NULL);
}
