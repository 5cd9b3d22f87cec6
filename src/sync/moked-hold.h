/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the kernel itself asks about; commands have codes of their own. */
#define MOKED_HOLD_DELETED "deleted" /* the record of an edit was deleted meanwhile */
#define MOKED_HOLD_EDITED "edited"   /* somebody worked on a record that is to be deleted */
#define MOKED_HOLD_LATE "late"       /* a command waited longer than its author can have meant */

/**
 * MokedHold:
 * @code: (nullable): what the person is to be asked, for programs; static; %NULL: nothing
 * @detail: (nullable): the same as an English msgid for people; static
 * @entity: (nullable): what kind of record it is about; static
 * @id: (nullable): which one
 * @field: (nullable): which of its fields; static
 * @by: (nullable): the user who did what came in between; %NULL for the service itself
 * @at: when that was, microseconds UTC by the service's clock; 0: not known
 * @seq: the newest change that the question tells of; 0: of none
 *
 * Why a mutation was not done before its author was asked, or what an undo was refused for.
 */
typedef struct
{
  const char *code;
  const char *detail;
  const char *entity;
  char       *id;
  const char *field;
  char       *by;
  gint64      at;
  gint64      seq;
} MokedHold;

static inline void
moked_hold_clear (MokedHold *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->by, g_free);
  *self = (MokedHold) { 0 };
}

G_END_DECLS
