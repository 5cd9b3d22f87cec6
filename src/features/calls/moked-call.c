/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/calls/moked-call.h"

#include <glib/gi18n-lib.h>

const MokedEnumValue moked_call_directions[] = {
  { MOKED_CALL_IN, "in", N_("Incoming call") },
  { MOKED_CALL_OUT, "out", N_("Outgoing call") },
  { 0 },
};

const MokedEnumValue moked_call_stages[] = {
  { MOKED_CALL_QUEUED, "queued", NC_("call", "Dialling") },
  { MOKED_CALL_RINGING, "ringing", NC_("call", "Ringing") },
  { MOKED_CALL_IN_PROGRESS, "in_progress", NC_("call", "In progress") },
  { MOKED_CALL_COMPLETED, "completed", NC_("call", "Ended") },
  { MOKED_CALL_BUSY, "busy", NC_("call", "Busy") },
  { MOKED_CALL_NO_ANSWER, "no_answer", NC_("call", "No answer") },
  { MOKED_CALL_FAILED, "failed", NC_("call", "Failed") },
  { MOKED_CALL_CANCELED, "canceled", NC_("call", "Cancelled") },
  { 0 },
};

static const MokedField fields[] = {
  MOKED_REF (MokedCall, customer_id, N_("Customer"), MOKED_FIELD_SERVICE | MOKED_FIELD_PART_OF),
  MOKED_TEXT (MokedCall, provider_id, N_("Vendor's id"), 100, MOKED_FIELD_REQUIRED | MOKED_FIELD_SERVICE),
  MOKED_ENUM (MokedCall, direction, N_("Direction"), moked_call_directions, MOKED_FIELD_SERVICE),
  MOKED_TEXT (MokedCall, peer, N_("Phone"), 40, MOKED_FIELD_SERVICE),
  MOKED_ENUM (MokedCall, state, N_("State"), moked_call_stages, MOKED_FIELD_SERVICE),
  MOKED_TIME (MokedCall, started_at, N_("Start"), MOKED_FIELD_SERVICE),
  MOKED_TIME (MokedCall, answered_at, N_("Answered at"), MOKED_FIELD_SERVICE),
  MOKED_TIME (MokedCall, ended_at, N_("End"), MOKED_FIELD_SERVICE),
  MOKED_INT (MokedCall, duration, N_("Duration"), MOKED_FIELD_SERVICE),
  MOKED_REF (MokedCall, user_id, N_("Answered by"), MOKED_FIELD_SERVICE),
  MOKED_TEXT (MokedCall, voicemail, N_("Recorded message"), 500, MOKED_FIELD_SERVICE),
  MOKED_INT (MokedCall, voicemail_duration, N_("Length of the recorded message"), MOKED_FIELD_SERVICE),
};

/**
 * moked_call_is_over:
 *
 * Returns: whether nobody is on the line any more
 */
gboolean
moked_call_is_over (MokedCall *self)
{
  g_return_val_if_fail (MOKED_IS_CALL (self), FALSE);

  return self->state >= MOKED_CALL_COMPLETED;
}

/**
 * moked_call_is_missed:
 *
 * A call that only the recording answered was missed: somebody should call back.
 *
 * Returns: whether somebody called and nobody of the office spoke to them
 */
gboolean
moked_call_is_missed (MokedCall *self)
{
  g_return_val_if_fail (MOKED_IS_CALL (self), FALSE);

  return self->direction == MOKED_CALL_IN && self->user_id == NULL && moked_call_is_over (self);
}

const MokedEntityInfo moked_call_info = {
  "call", moked_call_get_type, fields, G_N_ELEMENTS (fields), NULL, NULL,
};

/**
 * MokedCall:
 *
 * One telephone call with somebody outside. @peer is their number in E.164, %NULL when it was withheld, and
 * then nobody knows whose call it is. Durations are seconds. @user_id is who of the office spoke.
 */
MOKED_DEFINE_ENTITY (MokedCall, moked_call, &moked_call_info)
