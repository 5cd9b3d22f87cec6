/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/moked-undo-stack.h"

#define MAX_STEPS 20

typedef struct
{
  void         (*undo) (MokedUiContext *context,
                gpointer                user_data);
  gpointer       user_data;
  GDestroyNotify destroy;
  guint          id;
} Step;

/* What can be taken back, the last first. The oldest are forgotten. */
struct _MokedUndoStack
{
  GQueue steps;
  guint  last_id;
};

static void
step_free (gpointer data)
{
  Step *step = data;

  if (step->destroy != NULL)
    step->destroy (step->user_data);
  g_free (step);
}

/**
 * moked_undo_stack_new:
 *
 * Returns: (transfer full): an empty stack
 */
MokedUndoStack *
moked_undo_stack_new (void)
{
  MokedUndoStack *self = g_new0 (MokedUndoStack, 1);

  g_queue_init (&self->steps);
  return self;
}

void
moked_undo_stack_free (MokedUndoStack *self)
{
  moked_undo_stack_clear (self);
  g_free (self);
}

/**
 * moked_undo_stack_clear:
 * @self: a stack
 *
 * Forgets everything.
 */
void
moked_undo_stack_clear (MokedUndoStack *self)
{
  g_queue_clear_full (&self->steps, step_free);
}

/**
 * moked_undo_stack_push:
 * @self: a stack
 * @undo: takes back what was done
 * @user_data: given to @undo
 * @destroy: (nullable): frees @user_data when the step was undone or forgotten
 *
 * Returns: what [func@undo_stack_run] knows the step by
 */
guint
moked_undo_stack_push (MokedUndoStack *self,
                       void          (*undo) (MokedUiContext *context,
                                     gpointer        user_data),
                       gpointer        user_data,
                       GDestroyNotify  destroy)
{
  Step *step = g_new (Step, 1);

  *step = (Step) { undo, user_data, destroy, ++self->last_id };
  g_queue_push_head (&self->steps, step);
  if (g_queue_get_length (&self->steps) > MAX_STEPS)
    step_free (g_queue_pop_tail (&self->steps));
  return step->id;
}

/**
 * moked_undo_stack_run:
 * @self: a stack
 * @id: from [func@undo_stack_push]; the step was perhaps undone or forgotten since
 * @context: the window's
 *
 * Returns: whether the step was undone now
 */
gboolean
moked_undo_stack_run (MokedUndoStack *self,
                      guint           id,
                      MokedUiContext *context)
{
  for (GList *link = self->steps.head; link != NULL; link = link->next)
    {
      Step *step = link->data;

      if (step->id != id)
        continue;
      g_queue_delete_link (&self->steps, link);
      step->undo (context, step->user_data);
      step_free (step);
      return TRUE;
    }
  return FALSE;
}

/**
 * moked_undo_stack_run_last:
 * @self: a stack
 * @context: the window's
 *
 * Returns: %FALSE when there was nothing to undo
 */
gboolean
moked_undo_stack_run_last (MokedUndoStack *self,
                           MokedUiContext *context)
{
  Step *last = g_queue_peek_head (&self->steps);

  return last != NULL && moked_undo_stack_run (self, last->id, context);
}
