/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-list-spec.h"

G_BEGIN_DECLS

/* What a row of the list of calls holds. */
enum
{
  MOKED_CALLS_ROW_DIRECTION,
  MOKED_CALLS_ROW_STATE,
  MOKED_CALLS_ROW_MISSED,
  MOKED_CALLS_ROW_PEER,
  MOKED_CALLS_ROW_STARTED_AT,
  MOKED_CALLS_ROW_DURATION,
  MOKED_CALLS_ROW_VOICEMAIL,
  MOKED_CALLS_ROW_CUSTOMER_ID,
  MOKED_CALLS_ROW_NAME,
};

extern const MokedListSpec moked_calls_list;

char *moked_call_dup_outcome (int         direction,
                              int         state,
                              gboolean    missed);
char *moked_call_dup_length  (gint64      seconds);
void  moked_calls_add_search (MokedQuery *query,
                              const char *text);

G_END_DECLS
