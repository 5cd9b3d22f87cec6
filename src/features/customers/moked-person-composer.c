/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-person-composer.h"

#include "base/moked-text.h"
#include "features/customers/moked-customer-notes.h"
#include "ui/moked-ui-feature.h"

/**
 * MokedPersonComposer:
 *
 * What stands under a timeline: the composer of the first feature that has one, and one for notes.
 *
 * Keyboard: Ctrl+Enter saves the note.
 */
struct _MokedPersonComposer
{
  AdwBin              parent_instance;
  MokedUiContext     *context;
  char               *customer_id;
  GSimpleActionGroup *actions;
  GtkWidget          *kinds;
  GtkStack           *stack;
  AdwBin             *message;
  GtkTextView        *note;
  GtkWidget          *hint;
};

G_DEFINE_FINAL_TYPE (MokedPersonComposer, moked_person_composer, ADW_TYPE_BIN)

static char *
dup_note (MokedPersonComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->note);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
on_note_changed (MokedPersonComposer *self)
{
  g_autofree char *text = dup_note (self);
  GAction *save = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "save");

  gtk_widget_set_visible (self->hint, *text == '\0');
  g_simple_action_set_enabled (G_SIMPLE_ACTION (save), !moked_text_is_blank (text));
}

static void
save_note (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  MokedPersonComposer *self = user_data;
  g_autofree char *text = dup_note (self);

  moked_customer_notes_add (self->context, self->customer_id, text);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->note), "", 0);
}

static GtkWidget *
create_message_composer (MokedUiContext *context,
                         const char     *customer_id)
{
  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    if ((*i)->person != NULL && (*i)->person->create_composer != NULL)
      return (*i)->person->create_composer (context, customer_id);
  return NULL;
}

static void
moked_person_composer_dispose (GObject *object)
{
  MokedPersonComposer *self = MOKED_PERSON_COMPOSER (object);

  if (self->note != NULL)
    g_signal_handlers_disconnect_by_data (gtk_text_view_get_buffer (self->note), self);
  adw_bin_set_child (ADW_BIN (object), NULL); /* the bin must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_PERSON_COMPOSER);
  g_clear_object (&self->context);
  g_clear_object (&self->actions);
  g_clear_pointer (&self->customer_id, g_free);
  G_OBJECT_CLASS (moked_person_composer_parent_class)->dispose (object);
}

static void
moked_person_composer_class_init (MokedPersonComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_person_composer_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/moked_crm/Moked/ui/moked-person-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedPersonComposer, kinds);
  gtk_widget_class_bind_template_child (widget_class, MokedPersonComposer, stack);
  gtk_widget_class_bind_template_child (widget_class, MokedPersonComposer, message);
  gtk_widget_class_bind_template_child (widget_class, MokedPersonComposer, note);
  gtk_widget_class_bind_template_child (widget_class, MokedPersonComposer, hint);
}

static const GActionEntry note_actions[] = {
  { "save", save_note },
};

static void
moked_person_composer_init (MokedPersonComposer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), note_actions, G_N_ELEMENTS (note_actions), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "customer-note", G_ACTION_GROUP (self->actions));
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->note), "changed", G_CALLBACK (on_note_changed), self);
  on_note_changed (self);
}

/**
 * moked_person_composer_show:
 * @context: of the window
 * @customer_id: about whom, or to whom, one writes; what was begun for another one is given up
 */
void
moked_person_composer_show (MokedPersonComposer *self,
                            MokedUiContext      *context,
                            const char          *customer_id)
{
  GtkWidget *composer;

  g_return_if_fail (MOKED_IS_PERSON_COMPOSER (self));

  g_set_object (&self->context, context);
  if (!g_set_str (&self->customer_id, customer_id))
    return;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->note), "", 0);
  composer = create_message_composer (context, customer_id);
  adw_bin_set_child (self->message, composer);
  gtk_widget_set_visible (self->kinds, composer != NULL);
  gtk_stack_set_visible_child_name (self->stack, composer != NULL ? "message" : "note");
}

/**
 * moked_person_composer_focus_note:
 *
 * Puts the keyboard into the note.
 */
void
moked_person_composer_focus_note (MokedPersonComposer *self)
{
  g_return_if_fail (MOKED_IS_PERSON_COMPOSER (self));

  gtk_stack_set_visible_child_name (self->stack, "note");
  gtk_widget_grab_focus (GTK_WIDGET (self->note));
}
