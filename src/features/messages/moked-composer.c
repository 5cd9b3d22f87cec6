/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-composer.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "features/messages/moked-conversation-read.h"
#include "features/messages/moked-message-actions.h"
#include "features/messages/moked-message.h"

/* How long one types on before what stands there is kept. */
#define DRAFT_DELAY_MSEC 300

/* How often it is asked whether the channel still takes free text. */
#define WINDOW_CHECK_SEC 20

/**
 * MokedComposer:
 *
 * Where a message is written: Enter sends, Shift+Enter begins a line. What is typed is kept for each
 * conversation until it is sent. Where WhatsApp takes no free text any more, it says so instead.
 */
struct _MokedComposer
{
  AdwBin             parent_instance;
  MokedUiContext    *context;
  MokedConversation *conversation;
  guint              draft_source;
  guint              window_source;
  gboolean           setting;
  GtkStack          *stack;
  GtkTextView       *text;
  GtkLabel          *problem;
  GtkLabel          *closed;
  GtkWidget         *send;
};

enum
{
  SENT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MokedComposer, moked_composer, ADW_TYPE_BIN)

static char *
dup_text (MokedComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter begin, end;

  gtk_text_buffer_get_bounds (buffer, &begin, &end);
  return gtk_text_buffer_get_text (buffer, &begin, &end, FALSE);
}

static void
set_text (MokedComposer *self,
          const char    *text)
{
  self->setting = TRUE;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), text != NULL ? text : "", -1);
  self->setting = FALSE;
}

static void
keep_draft (MokedComposer *self)
{
  g_autofree char *text = dup_text (self);

  g_clear_handle_id (&self->draft_source, g_source_remove);
  if (self->conversation != NULL && self->context != NULL)
    dex_future_disown (moked_draft_write (moked_ui_context_get_cache (self->context),
                                          moked_entity_get_id (self->conversation), text));
}

static gboolean
on_draft_delay (gpointer user_data)
{
  MokedComposer *self = user_data;

  self->draft_source = 0;
  keep_draft (self);
  return G_SOURCE_REMOVE;
}

static gboolean
check_text (MokedComposer *self,
            const char    *text)
{
  g_autoptr (GError) error = NULL;
  gint64 now = moked_clock_get_real (moked_ui_context_get_clock (self->context));
  gboolean good = self->conversation != NULL && moked_conversation_check_text (self->conversation, text, now, &error);
  gboolean shown = error != NULL && !moked_text_is_blank (text);

  gtk_label_set_text (self->problem, shown ? _ (error->message) : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), shown);
  gtk_widget_set_sensitive (self->send, good);
  return good;
}

static void
on_text_changed (MokedComposer *self)
{
  g_autofree char *text = dup_text (self);

  if (self->conversation == NULL)
    return;
  check_text (self, text);
  if (!self->setting && self->draft_source == 0)
    self->draft_source = g_timeout_add (DRAFT_DELAY_MSEC, on_draft_delay, self);
}

typedef struct
{
  MokedComposer *composer;
  char          *conversation_id;
  char          *text;
} Sending;

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  g_object_unref (sending->composer);
  g_free (sending->conversation_id);
  g_free (sending->text);
  g_free (sending);
}

/* What could not even be kept to be sent stands where it was typed. */
static DexFuture *
on_send_failed (DexFuture *future,
                gpointer   user_data)
{
  Sending *sending = user_data;
  MokedComposer *self = sending->composer;
  g_autoptr (GError) error = NULL;
  g_autofree char *typed = dup_text (self);

  dex_future_get_value (future, &error);
  if (self->context == NULL)
    return dex_ref (future);
  moked_ui_context_show_error (self->context, _("The message was not sent"), error);
  if (self->conversation != NULL && *typed == '\0' &&
      g_str_equal (moked_entity_get_id (self->conversation), sending->conversation_id))
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), sending->text, -1);
  return dex_ref (future);
}

static void
on_send (MokedComposer *self)
{
  g_autofree char *text = g_strstrip (dup_text (self));
  Sending *sending;

  if (!check_text (self, text))
    return;
  sending = g_new (Sending, 1);
  *sending = (Sending) { g_object_ref (self), g_strdup (moked_entity_get_id (self->conversation)), g_strdup (text) };
  dex_future_disown (dex_future_catch (moked_message_send (self->context, self->conversation, text), on_send_failed,
                                       sending, sending_free));
  set_text (self, NULL);
  keep_draft (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
  g_signal_emit (self, signals[SENT], 0);
}

static gboolean
on_key (MokedComposer  *self,
        guint           keyval,
        guint           keycode,
        GdkModifierType state)
{
  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter)
    return GDK_EVENT_PROPAGATE;
  if ((state & (GDK_SHIFT_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  on_send (self);
  return GDK_EVENT_STOP;
}

static void
update_window (MokedComposer *self)
{
  gint64 now = moked_clock_get_real (moked_ui_context_get_clock (self->context));

  if (self->conversation == NULL)
    {
      gtk_label_set_text (self->closed, _("A conversation begins when this person writes to the office."));
      gtk_stack_set_visible_child_name (self->stack, "closed");
    }
  else if (moked_conversation_may_write (self->conversation, now))
    gtk_stack_set_visible_child_name (self->stack, "write");
  else
    {
      gtk_label_set_text (self->closed, _("More than 24 hours passed since the last message from this person. "
                                          "Until they write again, WhatsApp takes only approved templates, and "
                                          "these are not sent from here. A phone call is always possible. What "
                                          "was typed here is kept."));
      gtk_stack_set_visible_child_name (self->stack, "closed");
    }
}

static gboolean
on_window_check (gpointer user_data)
{
  update_window (user_data);
  return G_SOURCE_CONTINUE;
}

static void
moked_composer_dispose (GObject *object)
{
  MokedComposer *self = MOKED_COMPOSER (object);

  if (self->draft_source != 0)
    keep_draft (self);
  g_clear_handle_id (&self->window_source, g_source_remove);
  g_clear_object (&self->conversation);
  g_clear_object (&self->context);
  adw_bin_set_child (ADW_BIN (self), NULL); /* AdwBin must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (self), MOKED_TYPE_COMPOSER);
  G_OBJECT_CLASS (moked_composer_parent_class)->dispose (object);
}

static void
moked_composer_class_init (MokedComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_composer_dispose;
  /**
   * MokedComposer::sent:
   *
   * A message was sent, as far as this desktop goes.
   */
  signals[SENT] =
      g_signal_new ("sent", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedComposer, stack);
  gtk_widget_class_bind_template_child (widget_class, MokedComposer, text);
  gtk_widget_class_bind_template_child (widget_class, MokedComposer, problem);
  gtk_widget_class_bind_template_child (widget_class, MokedComposer, closed);
  gtk_widget_class_bind_template_child (widget_class, MokedComposer, send);
  gtk_widget_class_bind_template_callback (widget_class, on_send);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
}

static void
moked_composer_init (MokedComposer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_sensitive (self->send, FALSE);
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->text), "changed", G_CALLBACK (on_text_changed), self);
}

/**
 * moked_composer_new:
 * @context: where messages go
 *
 * Returns: (transfer floating): a composer without a conversation
 */
GtkWidget *
moked_composer_new (MokedUiContext *context)
{
  MokedComposer *self = g_object_new (MOKED_TYPE_COMPOSER, NULL);

  moked_composer_set_context (self, context);
  return GTK_WIDGET (self);
}

/* What was written and not sent is to be written again. */

typedef struct
{
  MokedComposer         *composer;
  MokedConversationRead *read;
} Taking;

static void
taking_free (gpointer data)
{
  Taking *taking = data;

  g_object_unref (taking->composer);
  moked_conversation_read_unref (taking->read);
  g_free (taking);
}

static DexFuture *
on_taken (DexFuture *future,
          gpointer   user_data)
{
  Taking *taking = user_data;
  MokedComposer *self = taking->composer;

  if (self->conversation == NULL || taking->read->draft == NULL ||
      !g_str_equal (moked_entity_get_id (self->conversation), taking->read->id))
    return NULL;
  g_clear_handle_id (&self->draft_source, g_source_remove);
  set_text (self, taking->read->draft);
  moked_composer_focus (self);
  return NULL;
}

static void
on_cache_changed (MokedComposer     *self,
                  const char *const *names)
{
  MokedCache *cache = moked_ui_context_get_cache (self->context);
  Taking *taking;

  if (self->conversation == NULL || !g_strv_contains (names, MOKED_DRAFT_TAKEN))
    return;
  taking = g_new (Taking, 1);
  taking->composer = g_object_ref (self);
  taking->read = moked_conversation_read_new (moked_entity_get_id (self->conversation), NULL);
  dex_future_disown (dex_future_then (moked_conversation_read_run (taking->read, cache), on_taken, taking,
                                      taking_free));
}

/**
 * moked_composer_set_context:
 * @context: where messages go; set once
 */
void
moked_composer_set_context (MokedComposer  *self,
                            MokedUiContext *context)
{
  g_return_if_fail (MOKED_IS_COMPOSER (self));

  g_set_object (&self->context, context);
  g_signal_connect_object (moked_ui_context_get_cache (context), "changed", G_CALLBACK (on_cache_changed), self,
                           G_CONNECT_SWAPPED);
  self->window_source = g_timeout_add_seconds (WINDOW_CHECK_SEC, on_window_check, self);
}

/**
 * moked_composer_set_conversation:
 * @conversation: (nullable): where it is written
 * @draft: (nullable): what was typed there before; looked at when the conversation is another one
 */
void
moked_composer_set_conversation (MokedComposer     *self,
                                 MokedConversation *conversation,
                                 const char        *draft)
{
  gboolean other;

  g_return_if_fail (MOKED_IS_COMPOSER (self));

  other = self->conversation == NULL || conversation == NULL ||
          !g_str_equal (moked_entity_get_id (self->conversation), moked_entity_get_id (conversation));
  if (other && self->draft_source != 0)
    keep_draft (self);
  g_set_object (&self->conversation, conversation);
  if (other)
    set_text (self, draft);
  update_window (self);
}

/**
 * moked_composer_focus:
 *
 * Lets one type, where typing is possible.
 */
void
moked_composer_focus (MokedComposer *self)
{
  g_return_if_fail (MOKED_IS_COMPOSER (self));

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "write") == 0)
    gtk_widget_grab_focus (GTK_WIDGET (self->text));
}
