/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/moked-sync-server.h"

G_BEGIN_DECLS

struct _MokedSyncServer
{
  const MokedSchema         *schema;
  const MokedCommand *const *commands; /* arrays that end with a zero entry, ended by %NULL */
};

char *moked_sync_server_write (yyjson_mut_doc *doc);

G_END_DECLS
