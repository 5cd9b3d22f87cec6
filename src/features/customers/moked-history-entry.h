/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <yyjson.h>

#include "model/moked-entity.h"

G_BEGIN_DECLS

typedef struct
{
  const MokedField *field;
  char             *old;
  char             *new;
} MokedHistoryValue;

/**
 * MokedHistoryEntry:
 * @info: what kind of record
 * @id: which one
 * @kind: `create`, `update`, `delete` or `restore`
 * @name: (nullable): who
 * @mutation: (nullable): the action that it belongs to
 * @values: (element-type MokedHistoryValue): what people write, and knew by a label
 *
 * One change of one record, as the service tells it.
 */
typedef struct
{
  gint64                 seq;
  gint64                 at;
  const MokedEntityInfo *info;
  char                  *id;
  char                  *kind;
  char                  *name;
  char                  *origin;
  char                  *mutation;
  GPtrArray             *values;
} MokedHistoryEntry;

MokedHistoryEntry *moked_history_entry_new     (yyjson_val              *json);
void               moked_history_entry_free    (MokedHistoryEntry       *self);
gboolean           moked_history_entry_is      (const MokedHistoryEntry *self,
                                                const char              *kind);
gboolean           moked_history_entry_is_with (const MokedHistoryEntry *self,
                                                const MokedHistoryEntry *other);
const char        *moked_history_entry_get_new (const MokedHistoryEntry *self,
                                                const MokedField        *field);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedHistoryEntry, moked_history_entry_free)

G_END_DECLS
