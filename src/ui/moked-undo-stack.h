/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

typedef struct _MokedUndoStack MokedUndoStack;

MokedUndoStack *moked_undo_stack_new      (void);
void            moked_undo_stack_free     (MokedUndoStack *self);
void            moked_undo_stack_clear    (MokedUndoStack *self);
guint           moked_undo_stack_push     (MokedUndoStack *self,
                                           void          (*undo) (MokedUiContext *context,
                                                         gpointer        user_data),
                                           gpointer        user_data,
                                           GDestroyNotify  destroy);
gboolean        moked_undo_stack_run      (MokedUndoStack *self,
                                           guint           id,
                                           MokedUiContext *context);
gboolean        moked_undo_stack_run_last (MokedUndoStack *self,
                                           MokedUiContext *context);

G_END_DECLS
