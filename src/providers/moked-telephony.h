/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "providers/moked-signed-request.h"

G_BEGIN_DECLS

typedef struct _MokedCallEvent MokedCallEvent;
typedef struct _MokedCallAnswer MokedCallAnswer;

/**
 * MokedCallState:
 *
 * moked_call_state_advance() says which of two wins: vendors report them in any order.
 */
typedef enum
{
  MOKED_CALL_STATE_QUEUED,
  MOKED_CALL_STATE_RINGING,
  MOKED_CALL_STATE_IN_PROGRESS,
  MOKED_CALL_STATE_COMPLETED,
  MOKED_CALL_STATE_BUSY,
  MOKED_CALL_STATE_NO_ANSWER,
  MOKED_CALL_STATE_FAILED,
  MOKED_CALL_STATE_CANCELED,
} MokedCallState;

/**
 * MokedCallEvent:
 * @from: (nullable): the caller, E.164; %NULL when the number is withheld
 * @sequence: the vendor's counter of this call's events, -1 when it gives none
 * @at: when it happened, microseconds; 0 when the vendor does not say
 * @duration: seconds, -1 when unknown
 * @recording_url: (nullable): a message that the caller left
 *
 * What a vendor tells of a call: that one comes in, or how one goes on.
 */
struct _MokedCallEvent
{
  char           *provider_id;
  char           *from;
  char           *to;
  char           *caller_name;
  char           *recording_url;
  MokedCallState  state;
  gboolean        incoming;
  gint64          sequence;
  gint64          at;
  gint64          duration;
  gint64          recording_duration;
};

/**
 * MokedCallAnswer:
 * @greeting: spoken first
 * @take_message: then record what the caller says
 * @recording_url: (nullable): absolute address told when the recording is there
 * @goodbye: (nullable): spoken at the end
 */
struct _MokedCallAnswer
{
  const char *greeting;
  const char *goodbye;
  const char *recording_url;
  gboolean    take_message;
};

#define MOKED_TYPE_TELEPHONY (moked_telephony_get_type ())
G_DECLARE_INTERFACE (MokedTelephony, moked_telephony, MOKED, TELEPHONY, GObject)

struct _MokedTelephonyInterface
{
  GTypeInterface parent_iface;

  const char     *(*get_name)    (MokedTelephony           *self);
  gboolean        (*verify)      (MokedTelephony           *self,
                                  const MokedSignedRequest *request,
                                  GError                  **error);
  MokedCallEvent *(*parse_event) (MokedTelephony           *self,
                                  MokedForm                *form,
                                  GError                  **error);
  char           *(*dup_answer)  (MokedTelephony           *self,
                                  const MokedCallAnswer    *answer);
};

const char     *moked_telephony_get_name    (MokedTelephony           *self);
gboolean        moked_telephony_verify      (MokedTelephony           *self,
                                             const MokedSignedRequest *request,
                                             GError                  **error);
MokedCallEvent *moked_telephony_parse_event (MokedTelephony           *self,
                                             MokedForm                *form,
                                             GError                  **error);
char           *moked_telephony_dup_answer  (MokedTelephony           *self,
                                             const MokedCallAnswer    *answer);

const char     *moked_call_state_get_nick   (MokedCallState            state);
gboolean        moked_call_state_advance    (MokedCallState            from,
                                             MokedCallState            to);
void            moked_call_event_free       (MokedCallEvent           *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedCallEvent, moked_call_event_free)

G_END_DECLS
