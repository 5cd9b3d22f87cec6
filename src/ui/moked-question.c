/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-question.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-question-text.h"

/**
 * MokedQuestion:
 *
 * An action of this desktop that was not done, why, and what a person can do about it: one button for each answer.
 */
struct _MokedQuestion
{
  GtkBox          parent_instance;
  MokedUiContext *context;
  MokedMutation  *mutation;
};

G_DEFINE_FINAL_TYPE (MokedQuestion, moked_question, GTK_TYPE_BOX)

static DexFuture *
on_failed (DexFuture *future,
           gpointer   context)
{
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL)
    moked_ui_context_show_error (context, _("Nothing was changed"), error);
  return NULL;
}

static void
follow (MokedQuestion *self,
        DexFuture     *future)
{
  dex_future_disown (dex_future_catch (future, on_failed, g_object_ref (self->context), g_object_unref));
}

static gboolean
is_held (MokedQuestion *self)
{
  return moked_mutation_get_state (self->mutation) == MOKED_MUTATION_HELD;
}

static void
on_confirm (MokedQuestion *self)
{
  MokedCache *cache = moked_ui_context_get_cache (self->context);
  const char *id = moked_mutation_get_id (self->mutation);

  follow (self, is_held (self) ? moked_cache_confirm (cache, id) : moked_cache_retry (cache, id));
}

static void
on_drop (MokedQuestion *self)
{
  MokedCache *cache = moked_ui_context_get_cache (self->context);
  const char *id = moked_mutation_get_id (self->mutation);

  follow (self, is_held (self) ? moked_cache_drop (cache, id) : moked_cache_cancel (cache, id));
}

static void
moked_question_dispose (GObject *object)
{
  MokedQuestion *self = MOKED_QUESTION (object);

  g_clear_object (&self->mutation);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (moked_question_parent_class)->dispose (object);
}

static void
moked_question_class_init (MokedQuestionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = moked_question_dispose;
}

static void
moked_question_init (MokedQuestion *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
}

static void
add_label (MokedQuestion *self,
           const char    *text,
           const char    *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (self), label);
}

static void
add_button (MokedQuestion *self,
            GtkWidget     *box,
            const char    *label,
            GCallback      clicked)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  g_signal_connect_object (button, "clicked", clicked, self, G_CONNECT_SWAPPED);
  adw_wrap_box_append (ADW_WRAP_BOX (box), button);
}

static void
fill (MokedQuestion *self)
{
  g_autofree char *text = moked_question_text_dup (self->context, self->mutation);
  GtkWidget *buttons = adw_wrap_box_new ();

  add_label (self, moked_mutation_get_label (self->mutation), "heading");
  add_label (self, text, NULL);
  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (buttons), 6);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (buttons), 6);
  add_button (self, buttons, moked_question_text_get_confirm (self->mutation), G_CALLBACK (on_confirm));
  add_button (self, buttons, moked_question_text_get_drop (self->mutation), G_CALLBACK (on_drop));
  gtk_box_append (GTK_BOX (self), buttons);
}

/**
 * moked_question_new:
 * @context: of the window
 * @mutation: one that [method@Mutation.asks]
 *
 * Returns: (transfer floating): a widget
 */
GtkWidget *
moked_question_new (MokedUiContext *context,
                    MokedMutation  *mutation)
{
  MokedQuestion *self = g_object_new (MOKED_TYPE_QUESTION, NULL);

  self->context = g_object_ref (context);
  self->mutation = g_object_ref (mutation);
  fill (self);
  return GTK_WIDGET (self);
}
