/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-conversation-view.h"

#include <glib/gi18n-lib.h>

#include "base/moked-phone.h"
#include "base/moked-text.h"
#include "features/messages/moked-composer.h"
#include "features/messages/moked-conversation-read.h"
#include "features/messages/moked-message-actions.h"
#include "features/messages/moked-message-row.h"
#include "store/moked-query-model.h"
#include "ui/widgets/moked-reverse-list.h"

/* So near the end one is still reading the newest. */
#define NEAR_END 48

/**
 * MokedConversationView:
 *
 * One conversation: who, the messages with the newest at the bottom, and where one writes. It stays at the
 * newest unless somebody reads what was before. Only the bubbles near the view exist as widgets.
 */
struct _MokedConversationView
{
  AdwNavigationPage  parent_instance;
  MokedUiContext    *context;
  char              *id;
  MokedConversation *conversation;
  gint64             first_unread;
  GSimpleAction     *state;
  gboolean           at_end;
  guint              follow_source;
  GtkStack          *stack;
  AdwWindowTitle    *title;
  GtkScrolledWindow *scrolled;
  GtkListView       *messages;
  GtkRevealer       *newest;
  MokedComposer     *composer;
};

G_DEFINE_FINAL_TYPE (MokedConversationView, moked_conversation_view, ADW_TYPE_NAVIGATION_PAGE)

/* Staying at the newest */

static gboolean
follow (gpointer user_data)
{
  MokedConversationView *self = user_data;
  GtkSelectionModel *model = gtk_list_view_get_model (self->messages);
  guint n = model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (model)) : 0;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);

  if (n > 0)
    gtk_list_view_scroll_to (self->messages, n - 1, GTK_LIST_SCROLL_NONE, NULL);
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  self->follow_source = 0;
  return G_SOURCE_REMOVE;
}

static void
follow_soon (MokedConversationView *self)
{
  if (self->at_end && self->follow_source == 0)
    self->follow_source = g_idle_add_full (GDK_PRIORITY_REDRAW + 1, follow, self, NULL);
}

static void
on_scrolled (MokedConversationView *self,
             GtkAdjustment         *adjustment)
{
  double rest = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) -
                gtk_adjustment_get_value (adjustment);

  if (self->follow_source != 0)
    return;
  self->at_end = rest < NEAR_END;
  gtk_revealer_set_reveal_child (self->newest, !self->at_end);
  gtk_widget_set_can_target (GTK_WIDGET (self->newest), !self->at_end);
}

static void
on_newest (MokedConversationView *self)
{
  self->at_end = TRUE;
  gtk_revealer_set_reveal_child (self->newest, FALSE);
  follow_soon (self);
}

/* Bubbles */

static void
on_setup (MokedConversationView *self,
          GtkListItem           *item)
{
  gtk_list_item_set_child (item, moked_message_row_new (self->context));
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
}

static void
on_bind (MokedConversationView *self,
         GtkListItem           *item)
{
  MokedMessageRow *row = MOKED_MESSAGE_ROW (gtk_list_item_get_child (item));

  moked_message_row_set_item (row, item);
  moked_message_row_set_first_unread (row, self->first_unread);
  moked_message_row_set_row (row, MOKED_ROW (gtk_list_item_get_item (item)));
}

static void
on_unbind (MokedConversationView *self,
           GtkListItem           *item)
{
  moked_message_row_set_row (MOKED_MESSAGE_ROW (gtk_list_item_get_child (item)), NULL);
  moked_message_row_set_item (MOKED_MESSAGE_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
show_messages (MokedConversationView *self)
{
  static const char *const watched[] = { "outbox", NULL };
  MokedCache *cache = moked_ui_context_get_cache (self->context);
  g_autoptr (MokedQueryModel) model =
      moked_query_model_new (moked_cache_get_store (cache), moked_cache_get_business (cache));
  g_autoptr (MokedQuery) query = moked_message_list_query ();
  g_autoptr (GtkNoSelection) selection = NULL;

  moked_query_add_filter (query, "e.conversation_id = ?", "t", self->id);
  moked_query_model_watch (model, watched);
  self->at_end = TRUE;
  selection = gtk_no_selection_new (G_LIST_MODEL (moked_reverse_list_new (G_LIST_MODEL (model))));
  g_signal_connect_object (selection, "items-changed", G_CALLBACK (follow_soon), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_model (self->messages, GTK_SELECTION_MODEL (selection));
  moked_query_model_set_query (model, query);
}

/* The conversation itself */

static void
mark_read (MokedConversationView *self)
{
  if (self->conversation == NULL)
    return;
  moked_ui_context_withdraw (self->context, moked_conversation_info.name, self->id);
  if (self->conversation->unread > 0)
    moked_conversation_mark_read (self->context, self->conversation);
}

static void
update_seen (MokedConversationView *self)
{
  if (self->id != NULL && moked_ui_context_is_seen (self->context, moked_conversation_info.name, self->id))
    mark_read (self);
}

static void
show_title (MokedConversationView *self,
            const char            *name)
{
  g_autofree char *phone = moked_phone_format (self->conversation->address);
  g_autofree char *isolated = moked_text_isolate_ltr (phone);
  const char *channel = _ (moked_enum_get_label (moked_channels, self->conversation->channel));
  g_autofree char *subtitle = g_strconcat (channel, " · ", isolated, NULL);
  const char *title = name != NULL && *name != '\0' ? name : isolated;

  adw_window_title_set_title (self->title, title);
  adw_window_title_set_subtitle (self->title, subtitle);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), title);
}

typedef struct
{
  MokedConversationView *view;
  MokedConversationRead *read;
  gboolean               first;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->view);
  moked_conversation_read_unref (reading->read);
  g_free (reading);
}

static void
show_conversation (MokedConversationView *self,
                   MokedConversationRead *read)
{
  const char *state = moked_enum_get_nick (moked_conversation_states, read->conversation->state);

  g_set_object (&self->conversation, read->conversation);
  show_title (self, read->name);
  g_simple_action_set_state (self->state, g_variant_new_string (state));
  moked_composer_set_conversation (self->composer, read->conversation, read->draft);
}

static DexFuture *
on_read (DexFuture *future,
         gpointer   user_data)
{
  Reading *reading = user_data;
  MokedConversationView *self = reading->view;
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL && self->context != NULL)
    moked_ui_context_show_error (self->context, _("The conversation could not be read"), error);
  /* Another one was opened meanwhile, or the window is closed. */
  if (self->context == NULL || reading->read->conversation == NULL || g_strcmp0 (self->id, reading->read->id) != 0)
    return NULL;
  show_conversation (self, reading->read);
  if (reading->first)
    {
      self->first_unread = reading->read->first_unread;
      gtk_stack_set_visible_child_name (self->stack, "conversation");
      show_messages (self);
    }
  update_seen (self);
  return NULL;
}

static void
read_conversation (MokedConversationView *self,
                   gboolean               first)
{
  Reading *reading = g_new (Reading, 1);
  MokedConversationRead *read = moked_conversation_read_new (self->id, NULL);

  *reading = (Reading) { g_object_ref (self), read, first };
  dex_future_disown (dex_future_finally (moked_conversation_read_run (read, moked_ui_context_get_cache (self->context)),
                                         on_read, reading, reading_free));
}

static void
on_changed (MokedConversationView *self,
            const char *const     *entities)
{
  if (self->conversation != NULL &&
      (g_strv_contains (entities, "conversation") || g_strv_contains (entities, "customer")))
    read_conversation (self, FALSE);
}

static void
on_state_wanted (MokedConversationView *self,
                 GVariant              *value)
{
  int state;

  if (self->conversation != NULL &&
      moked_enum_parse_nick (moked_conversation_states, g_variant_get_string (value, NULL), &state))
    moked_conversation_set_state (self->context, self->conversation, state);
}

static void
on_customer (MokedConversationView *self)
{
  if (self->conversation != NULL)
    moked_ui_context_open (self->context, "customer", self->conversation->customer_id);
}

static void
moked_conversation_view_dispose (GObject *object)
{
  MokedConversationView *self = MOKED_CONVERSATION_VIEW (object);

  g_clear_handle_id (&self->follow_source, g_source_remove);
  if (self->messages != NULL)
    gtk_list_view_set_model (self->messages, NULL);
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (object), NULL); /* the parent must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (self), MOKED_TYPE_CONVERSATION_VIEW);
  g_clear_object (&self->state);
  g_clear_object (&self->conversation);
  g_clear_object (&self->context);
  g_clear_pointer (&self->id, g_free);
  G_OBJECT_CLASS (moked_conversation_view_parent_class)->dispose (object);
}

static void
moked_conversation_view_class_init (MokedConversationViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_conversation_view_dispose;
  g_type_ensure (MOKED_TYPE_COMPOSER);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-conversation-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedConversationView, stack);
  gtk_widget_class_bind_template_child (widget_class, MokedConversationView, title);
  gtk_widget_class_bind_template_child (widget_class, MokedConversationView, scrolled);
  gtk_widget_class_bind_template_child (widget_class, MokedConversationView, messages);
  gtk_widget_class_bind_template_child (widget_class, MokedConversationView, newest);
  gtk_widget_class_bind_template_child (widget_class, MokedConversationView, composer);
  gtk_widget_class_bind_template_callback (widget_class, on_newest);
  gtk_widget_class_bind_template_callback (widget_class, on_customer);
}

static void
follow_adjustment (MokedConversationView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);

  g_signal_connect_object (adjustment, "changed", G_CALLBACK (follow_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_scrolled), self, G_CONNECT_SWAPPED);
}

static void
moked_conversation_view_init (MokedConversationView *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->at_end = TRUE;
  self->state = g_simple_action_new_stateful ("state", G_VARIANT_TYPE_STRING, g_variant_new_string ("open"));
  g_signal_connect_object (self->state, "change-state", G_CALLBACK (on_state_wanted), self, G_CONNECT_SWAPPED);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (self->state));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "conversation", G_ACTION_GROUP (group));
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (on_bind), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (on_unbind), self);
  gtk_list_view_set_factory (self->messages, factory);
  g_object_unref (factory);
  follow_adjustment (self);
}

/**
 * moked_conversation_view_new:
 * @context: where the conversations are
 *
 * Returns: (transfer floating): a view without a conversation
 */
MokedConversationView *
moked_conversation_view_new (MokedUiContext *context)
{
  MokedConversationView *self = g_object_new (MOKED_TYPE_CONVERSATION_VIEW, NULL);

  self->context = g_object_ref (context);
  moked_composer_set_context (self->composer, context);
  g_signal_connect_object (moked_ui_context_get_cache (context), "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * moked_conversation_view_open:
 * @id: a conversation
 *
 * Shows it, at its newest message.
 */
void
moked_conversation_view_open (MokedConversationView *self,
                              const char            *id)
{
  g_return_if_fail (MOKED_IS_CONVERSATION_VIEW (self));
  g_return_if_fail (id != NULL);

  if (!g_set_str (&self->id, id))
    return;
  g_clear_object (&self->conversation);
  read_conversation (self, TRUE);
}

/**
 * moked_conversation_view_get_id:
 *
 * Returns: (transfer none) (nullable): the conversation that is shown
 */
const char *
moked_conversation_view_get_id (MokedConversationView *self)
{
  g_return_val_if_fail (MOKED_IS_CONVERSATION_VIEW (self), NULL);

  return self->id;
}

/**
 * moked_conversation_view_look:
 *
 * Somebody may look at it now: what is before their eyes counts as read.
 */
void
moked_conversation_view_look (MokedConversationView *self)
{
  g_return_if_fail (MOKED_IS_CONVERSATION_VIEW (self));

  update_seen (self);
}

/**
 * moked_conversation_view_focus:
 *
 * Lets one write.
 */
void
moked_conversation_view_focus (MokedConversationView *self)
{
  g_return_if_fail (MOKED_IS_CONVERSATION_VIEW (self));

  moked_composer_focus (self->composer);
}
