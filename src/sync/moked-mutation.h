/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-schema.h"
#include "sync/moked-hold.h"

G_BEGIN_DECLS

/**
 * MokedMutationState:
 * @MOKED_MUTATION_WAITING: not sent yet; can be cancelled
 * @MOKED_MUTATION_SENDING: on its way, or sent without an answer; will be asked about again
 * @MOKED_MUTATION_CANCELLED: taken back when it was perhaps on its way; the service is told, and it is as if it had
 *   not been done unless it had arrived
 * @MOKED_MUTATION_REJECTED: the service refused it, with a reason
 * @MOKED_MUTATION_HELD: not done before a person was asked: something came in between
 */
typedef enum
{
  MOKED_MUTATION_WAITING,
  MOKED_MUTATION_SENDING,
  MOKED_MUTATION_CANCELLED,
  MOKED_MUTATION_REJECTED,
  MOKED_MUTATION_HELD,
} MokedMutationState;

#define MOKED_TYPE_MUTATION (moked_mutation_get_type ())
G_DECLARE_FINAL_TYPE (MokedMutation, moked_mutation, MOKED, MUTATION, GObject)

MokedMutation         *moked_mutation_read             (MokedSession       *session,
                                                        const MokedSchema  *schema,
                                                        MokedCursor        *cursor,
                                                        GError            **error);
const char            *moked_mutation_get_id           (MokedMutation      *self);
const char            *moked_mutation_get_label        (MokedMutation      *self);
MokedMutationState     moked_mutation_get_state        (MokedMutation      *self);
const char            *moked_mutation_get_code         (MokedMutation      *self);
const char            *moked_mutation_get_detail       (MokedMutation      *self);
gint64                 moked_mutation_get_made_at      (MokedMutation      *self);
gboolean               moked_mutation_asks             (MokedMutation      *self);
const MokedEntityInfo *moked_mutation_get_subject_info (MokedMutation      *self);
const char            *moked_mutation_get_subject_id   (MokedMutation      *self);
const char            *moked_mutation_get_title        (MokedMutation      *self);
const char            *moked_mutation_get_by           (MokedMutation      *self);
gint64                 moked_mutation_get_at           (MokedMutation      *self);
const GPtrArray       *moked_mutation_get_fields       (MokedMutation      *self);
const char            *moked_mutation_get_command      (MokedMutation      *self);
char                  *moked_mutation_dup_argument     (MokedMutation      *self,
                                                        const char         *name);

/* What moked_mutation_read() reads. */
#define MOKED_MUTATION_COLUMNS "id, label, state, code, detail, made_at, ops, question"

G_END_DECLS
