/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "providers/moked-telephony.h"

/**
 * MokedTelephony:
 *
 * A vendor that carries calls.
 */
G_DEFINE_INTERFACE (MokedTelephony, moked_telephony, G_TYPE_OBJECT)

static void
moked_telephony_default_init (MokedTelephonyInterface *iface)
{
}

/**
 * moked_telephony_get_name:
 *
 * Returns: such as `twilio`
 */
const char *
moked_telephony_get_name (MokedTelephony *self)
{
  return MOKED_TELEPHONY_GET_IFACE (self)->get_name (self);
}

/**
 * moked_telephony_verify:
 * @request: what came in
 * @error: %MOKED_ERROR_FORBIDDEN, or %MOKED_ERROR_FORMAT when it is not even a form
 *
 * Returns: whether the vendor really sent it
 */
gboolean
moked_telephony_verify (MokedTelephony           *self,
                        const MokedSignedRequest *request,
                        GError                  **error)
{
  return MOKED_TELEPHONY_GET_IFACE (self)->verify (self, request, error);
}

/**
 * moked_telephony_parse_event:
 * @form: a verified webhook
 * @error: %MOKED_ERROR_FORMAT
 *
 * Returns: (transfer full) (nullable): what happened to which call
 */
MokedCallEvent *
moked_telephony_parse_event (MokedTelephony *self,
                             MokedForm      *form,
                             GError        **error)
{
  return MOKED_TELEPHONY_GET_IFACE (self)->parse_event (self, form, error);
}

/**
 * moked_telephony_dup_answer:
 * @answer: what the caller is to hear
 *
 * Returns: (transfer full): it in the vendor's language: an XML document
 */
char *
moked_telephony_dup_answer (MokedTelephony        *self,
                            const MokedCallAnswer *answer)
{
  return MOKED_TELEPHONY_GET_IFACE (self)->dup_answer (self, answer);
}

static const char *const nicks[] = {
  [MOKED_CALL_STATE_QUEUED] = "queued",
  [MOKED_CALL_STATE_RINGING] = "ringing",
  [MOKED_CALL_STATE_IN_PROGRESS] = "in_progress",
  [MOKED_CALL_STATE_COMPLETED] = "completed",
  [MOKED_CALL_STATE_BUSY] = "busy",
  [MOKED_CALL_STATE_NO_ANSWER] = "no_answer",
  [MOKED_CALL_STATE_FAILED] = "failed",
  [MOKED_CALL_STATE_CANCELED] = "canceled",
};

/**
 * moked_call_state_get_nick:
 *
 * Returns: such as `in_progress`
 */
const char *
moked_call_state_get_nick (MokedCallState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (nicks), NULL);

  return nicks[state];
}

/**
 * moked_call_state_advance:
 * @from: what is known
 * @to: what was reported now
 *
 * Reports come in any order. A call goes from queued to ringing to in progress to one of its ends, and
 * never back.
 *
 * Returns: whether @to replaces @from
 */
gboolean
moked_call_state_advance (MokedCallState from,
                          MokedCallState to)
{
  return from < MOKED_CALL_STATE_COMPLETED && to > from;
}

void
moked_call_event_free (MokedCallEvent *self)
{
  g_free (self->provider_id);
  g_free (self->from);
  g_free (self->to);
  g_free (self->caller_name);
  g_free (self->recording_url);
  g_free (self);
}
