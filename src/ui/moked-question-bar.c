/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-question-bar.h"

#include "ui/moked-question.h"

/**
 * MokedQuestionBar:
 *
 * Over a record's page: what was done to it here, was not carried out and asks for an answer. The oldest first, one at
 * a time; hidden when there is none. What belongs to a message is asked at its bubble.
 */
struct _MokedQuestionBar
{
  AdwBin          parent_instance;
  MokedUiContext *context;
  char           *subject_id;
  char           *shown; /* mutation's id */
};

typedef struct
{
  MokedQuestionBar *bar;
  char             *subject_id;
} Load;

G_DEFINE_FINAL_TYPE (MokedQuestionBar, moked_question_bar, ADW_TYPE_BIN)

static void
load_free (gpointer data)
{
  Load *load = data;

  g_object_unref (load->bar);
  g_free (load->subject_id);
  g_free (load);
}

static gboolean
is_about (MokedMutation *mutation,
          const char    *subject_id)
{
  return moked_mutation_asks (mutation) && moked_mutation_get_command (mutation) == NULL &&
         g_strcmp0 (moked_mutation_get_subject_id (mutation), subject_id) == 0;
}

static void
show_mutation (MokedQuestionBar *self,
               MokedMutation    *mutation)
{
  GtkWidget *question = NULL;

  if (!g_set_str (&self->shown, mutation != NULL ? moked_mutation_get_id (mutation) : NULL))
    return;
  if (mutation != NULL)
    {
      question = moked_question_new (self->context, mutation);
      gtk_widget_add_css_class (question, "moked-question");
    }
  adw_bin_set_child (ADW_BIN (self), question);
  gtk_widget_set_visible (GTK_WIDGET (self), mutation != NULL);
}

static DexFuture *
on_read (DexFuture *future,
         gpointer   user_data)
{
  Load *load = user_data;
  const GValue *value = dex_future_get_value (future, NULL);
  GPtrArray *list = value != NULL ? g_value_get_boxed (value) : NULL;
  MokedMutation *found = NULL;

  if (load->bar->context == NULL || g_strcmp0 (load->bar->subject_id, load->subject_id) != 0)
    return NULL;
  for (guint i = 0; list != NULL && found == NULL && i < list->len; i++)
    if (is_about (list->pdata[i], load->subject_id))
      found = list->pdata[i];
  show_mutation (load->bar, found);
  return NULL;
}

static void
reload (MokedQuestionBar *self)
{
  Load *load = g_new (Load, 1);

  *load = (Load) { g_object_ref (self), g_strdup (self->subject_id) };
  dex_future_disown (dex_future_finally (moked_cache_list_waiting (moked_ui_context_get_cache (self->context)), on_read,
                                         load, load_free));
}

static void
on_changed (MokedQuestionBar  *self,
            const char *const *entities)
{
  if (self->subject_id != NULL && g_strv_contains (entities, "outbox"))
    reload (self);
}

static void
moked_question_bar_dispose (GObject *object)
{
  MokedQuestionBar *self = MOKED_QUESTION_BAR (object);

  g_clear_object (&self->context);
  g_clear_pointer (&self->subject_id, g_free);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (moked_question_bar_parent_class)->dispose (object);
}

static void
moked_question_bar_class_init (MokedQuestionBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = moked_question_bar_dispose;
}

static void
moked_question_bar_init (MokedQuestionBar *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * moked_question_bar_show:
 * @self: a bar
 * @context: of the window
 * @subject_id: the record whose page it is on
 */
void
moked_question_bar_show (MokedQuestionBar *self,
                         MokedUiContext   *context,
                         const char       *subject_id)
{
  g_return_if_fail (MOKED_IS_QUESTION_BAR (self));

  if (self->context == NULL)
    g_signal_connect_object (moked_ui_context_get_cache (context), "changed", G_CALLBACK (on_changed), self,
                             G_CONNECT_SWAPPED);
  g_set_object (&self->context, context);
  g_set_str (&self->subject_id, subject_id);
  reload (self);
}
