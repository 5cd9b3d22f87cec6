/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-messages-page.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "features/messages/moked-conversation-list.h"
#include "features/messages/moked-conversation-row.h"
#include "features/messages/moked-conversation-view.h"
#include "store/moked-query-model.h"
#include "ui/moked-list-row.h"
#include "ui/widgets/moked-state-page.h"

/**
 * MokedMessagesPage:
 *
 * The conversations of the office, the latest first, and the chosen one beside them.
 */
struct _MokedMessagesPage
{
  MokedPage              parent_instance;
  MokedQueryModel       *model;
  GtkSingleSelection    *selection;
  MokedConversationView *view;
  GtkEditable           *search;
  GtkDropDown           *filter;
  MokedStatePage        *state;
  GtkScrolledWindow     *scrolled;
  GtkListView           *list;
};

G_DEFINE_FINAL_TYPE (MokedMessagesPage, moked_messages_page, MOKED_TYPE_PAGE)

static guint
find_id (MokedMessagesPage *self,
         const char        *id)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  /* What is shown is near the beginning; a look at all would read all. */
  for (guint i = 0; id != NULL && i < MIN (n, 256); i++)
    {
      g_autoptr (MokedRow) row = g_list_model_get_item (G_LIST_MODEL (self->model), i);

      if (g_strcmp0 (moked_row_get_id (row), id) == 0)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

static void
update_current (MokedMessagesPage *self)
{
  MokedUiContext *context = moked_page_get_context (MOKED_PAGE (self));
  gboolean visible = gtk_widget_get_mapped (GTK_WIDGET (self)) && gtk_widget_get_mapped (GTK_WIDGET (self->view));
  const char *id = visible ? moked_conversation_view_get_id (self->view) : NULL;

  /* What another page shows stays. */
  if (id != NULL || moked_ui_context_get_current (context, "conversation") != NULL)
    moked_ui_context_set_current (context, id != NULL ? "conversation" : NULL, id);
  if (id != NULL)
    moked_conversation_view_look (self->view);
}

static void
open_conversation (MokedMessagesPage *self,
                   const char        *id)
{
  moked_conversation_view_open (self->view, id);
  gtk_single_selection_set_selected (self->selection, find_id (self, id));
  moked_page_set_show_record (MOKED_PAGE (self), TRUE);
  update_current (self);
}

static void
on_activate (MokedMessagesPage *self,
             guint              position)
{
  g_autoptr (MokedRow) row = g_list_model_get_item (G_LIST_MODEL (self->model), position);

  if (row == NULL || moked_row_get_id (row) == NULL)
    return;
  open_conversation (self, moked_row_get_id (row));
  moked_conversation_view_focus (self->view);
}

static void
show_state (MokedMessagesPage *self)
{
  const char *text = gtk_editable_get_text (self->search);

  if (moked_query_model_is_loading (self->model))
    return;
  if (g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0)
    moked_state_page_show_content (self->state);
  else if (!moked_text_is_blank (text))
    moked_state_page_show_empty (self->state, "edit-find-symbolic", _("Nothing Found"),
                                 _("No conversation has all of these words."), NULL);
  else if (gtk_drop_down_get_selected (self->filter) == MOKED_CONVERSATIONS_ALL)
    moked_state_page_show_empty (self->state, "chat-symbolic", _("No Conversations Yet"),
                                 _("Whoever writes to the office on WhatsApp appears here."), NULL);
  else
    moked_state_page_show_empty (self->state, "chat-symbolic", _("Nothing Here"),
                                 _("There are no conversations of this kind."), NULL);
}

static void
on_listed (MokedMessagesPage *self)
{
  guint position = find_id (self, moked_conversation_view_get_id (self->view));

  if (gtk_single_selection_get_selected (self->selection) != position)
    gtk_single_selection_set_selected (self->selection, position);
  show_state (self);
}

static void
set_query (MokedMessagesPage *self)
{
  g_autoptr (MokedQuery) query = moked_conversation_list_query (gtk_drop_down_get_selected (self->filter),
                                                                gtk_editable_get_text (self->search));

  moked_query_model_set_query (self->model, query);
}

static void
on_search_changed (MokedMessagesPage *self)
{
  if (self->model != NULL)
    set_query (self);
}

static void
on_filter_changed (MokedMessagesPage *self)
{
  if (self->model != NULL)
    set_query (self);
}

static void
on_replacing (MokedMessagesPage *self)
{
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled), 0);
}

/* Whoever looks at the latest conversations sees the one that comes above them, too. */
static void
stay_at_top (MokedMessagesPage *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);

  if (gtk_adjustment_get_value (adjustment) < 1 && g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0)
    gtk_list_view_scroll_to (self->list, 0, GTK_LIST_SCROLL_NONE, NULL);
}

static void
on_setup (MokedMessagesPage *self,
          GtkListItem       *item)
{
  gtk_list_item_set_child (item, moked_list_row_new (moked_conversation_row_describe));
}

static void
on_bind (MokedMessagesPage *self,
         GtkListItem       *item)
{
  moked_list_row_set_item (MOKED_LIST_ROW (gtk_list_item_get_child (item)), item,
                           MOKED_ROW (gtk_list_item_get_item (item)));
}

static void
on_unbind (MokedMessagesPage *self,
           GtkListItem       *item)
{
  moked_list_row_set_item (MOKED_LIST_ROW (gtk_list_item_get_child (item)), NULL, NULL);
}

static gboolean
moked_messages_page_open_record (MokedPage  *page,
                                 const char *entity,
                                 const char *id)
{
  open_conversation (MOKED_MESSAGES_PAGE (page), id);
  return TRUE;
}

static gboolean
moked_messages_page_step (MokedPage *page,
                          int        direction)
{
  MokedMessagesPage *self = MOKED_MESSAGES_PAGE (page);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  guint selected = gtk_single_selection_get_selected (self->selection);
  guint position = selected == GTK_INVALID_LIST_POSITION ? 0 : selected + (guint) direction;

  if (position >= n)
    return FALSE;
  on_activate (self, position);
  gtk_list_view_scroll_to (self->list, position, GTK_LIST_SCROLL_NONE, NULL);
  return TRUE;
}

static void
moked_messages_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (moked_messages_page_parent_class)->map (widget);
  update_current (MOKED_MESSAGES_PAGE (widget));
}

static void
moked_messages_page_dispose (GObject *object)
{
  MokedMessagesPage *self = MOKED_MESSAGES_PAGE (object);

  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  adw_bin_set_child (ADW_BIN (object), NULL); /* the parent must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (self), MOKED_TYPE_MESSAGES_PAGE);
  G_OBJECT_CLASS (moked_messages_page_parent_class)->dispose (object);
}

static void
moked_messages_page_class_init (MokedMessagesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_messages_page_dispose;
  widget_class->map = moked_messages_page_map;
  MOKED_PAGE_CLASS (klass)->open_record = moked_messages_page_open_record;
  MOKED_PAGE_CLASS (klass)->step = moked_messages_page_step;

  g_type_ensure (MOKED_TYPE_STATE_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-messages-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedMessagesPage, search);
  gtk_widget_class_bind_template_child (widget_class, MokedMessagesPage, filter);
  gtk_widget_class_bind_template_child (widget_class, MokedMessagesPage, state);
  gtk_widget_class_bind_template_child (widget_class, MokedMessagesPage, scrolled);
  gtk_widget_class_bind_template_child (widget_class, MokedMessagesPage, list);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
}

static void
moked_messages_page_init (MokedMessagesPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (on_bind), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (on_unbind), self);
  gtk_list_view_set_factory (self->list, factory);
  moked_state_page_show_loading (self->state);
}

static void
follow_window (MokedMessagesPage *self)
{
  GtkWidget *root = moked_ui_context_get_root (moked_page_get_context (MOKED_PAGE (self)));

  g_signal_connect_object (self->view, "map", G_CALLBACK (update_current), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "unmap", G_CALLBACK (update_current), self, G_CONNECT_SWAPPED);
  if (root != NULL)
    g_signal_connect_object (root, "notify::is-active", G_CALLBACK (update_current), self, G_CONNECT_SWAPPED);
}

static void
start (MokedMessagesPage *self)
{
  static const char *const watched[] = { "customer", NULL };
  MokedUiContext *context = moked_page_get_context (MOKED_PAGE (self));
  MokedCache *cache = moked_ui_context_get_cache (context);

  self->view = moked_conversation_view_new (context);
  moked_page_set_record (MOKED_PAGE (self), ADW_NAVIGATION_PAGE (self->view));
  self->model = moked_query_model_new (moked_cache_get_store (cache), moked_cache_get_business (cache));
  moked_query_model_watch (self->model, watched);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->model)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (stay_at_top), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "replacing", G_CALLBACK (on_replacing), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "notify::counted", G_CALLBACK (on_listed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "notify::loading", G_CALLBACK (on_listed), self, G_CONNECT_SWAPPED);
  follow_window (self);
  set_query (self);
}

/**
 * moked_messages_page_new:
 * @context: where the conversations are
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
moked_messages_page_new (MokedUiContext *context)
{
  MokedMessagesPage *self = g_object_new (MOKED_TYPE_MESSAGES_PAGE, "context", context, NULL);

  start (self);
  return GTK_WIDGET (self);
}
