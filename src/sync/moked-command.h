/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-session.h"
#include "sync/moked-change-log.h"

G_BEGIN_DECLS

typedef struct _MokedCommand MokedCommand;

/**
 * MokedCommand:
 * @name: such as `message.send`
 * @run: what the service does, in the transaction of its mutation. Fails with
 *   %MOKED_ERROR_REJECTED (and a sentence for people) where a rule says no.
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
};

G_END_DECLS
