/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * MokedMutationState:
 * @MOKED_MUTATION_WAITING: not sent yet; can be cancelled
 * @MOKED_MUTATION_SENDING: on its way, or sent without an answer; will be asked about again
 * @MOKED_MUTATION_CANCELLED: taken back when it was perhaps on its way; the service is told, and it is as if it had
 *   not been done unless it had arrived
 * @MOKED_MUTATION_REJECTED: the service refused it, with a reason
 */
typedef enum
{
  MOKED_MUTATION_WAITING,
  MOKED_MUTATION_SENDING,
  MOKED_MUTATION_CANCELLED,
  MOKED_MUTATION_REJECTED,
} MokedMutationState;

#define MOKED_TYPE_MUTATION (moked_mutation_get_type ())
G_DECLARE_FINAL_TYPE (MokedMutation, moked_mutation, MOKED, MUTATION, GObject)

MokedMutation      *moked_mutation_new            (const char         *id,
                                                   const char         *label,
                                                   MokedMutationState  state,
                                                   const char         *code,
                                                   const char         *detail,
                                                   gint64              made_at);
const char         *moked_mutation_get_id         (MokedMutation      *self);
const char         *moked_mutation_get_label      (MokedMutation      *self);
MokedMutationState  moked_mutation_get_state      (MokedMutation      *self);
const char         *moked_mutation_get_code       (MokedMutation      *self);
const char         *moked_mutation_get_detail     (MokedMutation      *self);
gint64              moked_mutation_get_made_at    (MokedMutation      *self);

G_END_DECLS
