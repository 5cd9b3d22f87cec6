/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CONFLICT (moked_conflict_get_type ())
G_DECLARE_FINAL_TYPE (MokedConflict, moked_conflict, MOKED, CONFLICT, GObject)

MokedConflict         *moked_conflict_new            (const char            *id,
                                                      const MokedEntityInfo *info,
                                                      const char            *entity_id,
                                                      const MokedField      *field,
                                                      const char            *mine,
                                                      const char            *theirs,
                                                      const char            *by,
                                                      gint64                 theirs_at,
                                                      gint64                 noted_at);
const char            *moked_conflict_get_id         (MokedConflict         *self);
const MokedEntityInfo *moked_conflict_get_info       (MokedConflict         *self);
const char            *moked_conflict_get_entity_id  (MokedConflict         *self);
const MokedField      *moked_conflict_get_field      (MokedConflict         *self);
const char            *moked_conflict_get_mine       (MokedConflict         *self);
const char            *moked_conflict_get_theirs     (MokedConflict         *self);
const char            *moked_conflict_get_by         (MokedConflict         *self);
gint64                 moked_conflict_get_theirs_at  (MokedConflict         *self);
gint64                 moked_conflict_get_noted_at   (MokedConflict         *self);

G_END_DECLS
