/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"

G_BEGIN_DECLS

typedef enum
{
  MOKED_CALL_IN,
  MOKED_CALL_OUT,
} MokedCallDirection;

/**
 * MokedCallStage:
 *
 * How far a call came: the same order as the vendors' #MokedCallState, so that the rules of
 * moked_call_state_advance() hold.
 */
typedef enum
{
  MOKED_CALL_QUEUED,
  MOKED_CALL_RINGING,
  MOKED_CALL_IN_PROGRESS,
  MOKED_CALL_COMPLETED,
  MOKED_CALL_BUSY,
  MOKED_CALL_NO_ANSWER,
  MOKED_CALL_FAILED,
  MOKED_CALL_CANCELED,
} MokedCallStage;

#define MOKED_TYPE_CALL (moked_call_get_type ())
G_DECLARE_FINAL_TYPE (MokedCall, moked_call, MOKED, CALL, MokedEntity)

struct _MokedCall
{
  MokedEntity parent_instance;
  char       *customer_id;
  char       *provider_id;
  int         direction;
  char       *peer;
  int         state;
  gint64      started_at;
  gint64      answered_at;
  gint64      ended_at;
  gint64      duration;
  char       *user_id;
  char       *voicemail;
  gint64      voicemail_duration;
};

extern const MokedEntityInfo moked_call_info;
extern const MokedEnumValue moked_call_directions[];
extern const MokedEnumValue moked_call_stages[];

gboolean moked_call_is_over   (MokedCall *self);
gboolean moked_call_is_missed (MokedCall *self);

/* The same as moked_call_is_missed() in SQL, for a row called `e`. */
#define MOKED_CALL_MISSED_SQL \
  "(e.direction = 'in' AND e.user_id IS NULL AND e.state NOT IN ('queued', 'ringing', 'in_progress'))"

G_END_DECLS
