/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/moked-edit.h"

G_BEGIN_DECLS

typedef enum
{
  MOKED_EDIT_SAVE,
  MOKED_EDIT_DELETE,
  MOKED_EDIT_RESTORE,
  MOKED_EDIT_COMMAND,
  MOKED_EDIT_OVERLAY,
  MOKED_EDIT_UNDO,
} MokedEditKind;

typedef struct
{
  MokedEditKind          kind;
  MokedEntity           *entity; /* save, overlay; delete: as it must be still */
  const MokedEntityInfo *info;   /* delete, restore */
  char                  *id;     /* delete, restore; undo: of the action */
  char                  *command;
  char                  *args_json;
} MokedEditOp;

const GPtrArray *moked_edit_get_ops    (MokedEdit *self);
gboolean         moked_edit_get_undoes (MokedEdit *self);
const char      *moked_edit_get_action (MokedEdit *self);

G_END_DECLS
