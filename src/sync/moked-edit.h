/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"

G_BEGIN_DECLS

typedef struct _MokedEdit MokedEdit;

MokedEdit  *moked_edit_new       (const char            *label);
void        moked_edit_free      (MokedEdit             *self);
const char *moked_edit_get_label (MokedEdit             *self);
void        moked_edit_set_undoes (MokedEdit            *self,
                                   gboolean              undoes);
void        moked_edit_set_action (MokedEdit            *self,
                                   const char           *action);
void        moked_edit_undo      (MokedEdit             *self,
                                  const char            *action);
void        moked_edit_save      (MokedEdit             *self,
                                  gpointer               entity);
void        moked_edit_delete    (MokedEdit             *self,
                                  const MokedEntityInfo *info,
                                  const char            *id);
void        moked_edit_take_back (MokedEdit            *self,
                                  gpointer               entity);
void        moked_edit_restore   (MokedEdit             *self,
                                  const MokedEntityInfo *info,
                                  const char            *id);
void        moked_edit_command   (MokedEdit             *self,
                                  const char            *name,
                                  const char            *args_json);
void        moked_edit_overlay   (MokedEdit             *self,
                                  gpointer               entity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedEdit, moked_edit_free)

G_END_DECLS
