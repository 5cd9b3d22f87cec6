/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-session.h"
#include "sync/moked-change-log.h"
#include "sync/moked-hold.h"

G_BEGIN_DECLS

typedef struct _MokedCommand MokedCommand;

/**
 * MokedCommand:
 * @name: such as `message.send`
 * @run: what the service does, in the transaction of its mutation. Fails with
 *   %MOKED_ERROR_REJECTED (and a sentence for people) where a rule says no.
 * @valid_for: how long after it was made it is done without asking, microseconds; 0: always
 * @late_detail: (nullable): what is asked then, an English msgid
 * @check: (nullable): whether what its author saw when it was made (by the service's clock) still holds; fills @hold
 *   (with static texts) where it does not, and the author is asked
 *
 * Something that a device asks for and only the service can do.
 */
struct _MokedCommand
{
  const char *name;
  gboolean  (*run) (MokedSession     *session,
                    yyjson_val       *args,
                    const MokedActor *actor,
                    GError          **error);
  gint64      valid_for;
  const char *late_detail;
  gboolean  (*check) (MokedSession *session,
                      yyjson_val   *args,
                      gint64        made_at,
                      MokedHold    *hold,
                      GError      **error);
};

G_END_DECLS
