/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"
#include "store/moked-cursor.h"

G_BEGIN_DECLS

typedef struct _MokedSyncTable MokedSyncTable;

MokedSyncTable *moked_sync_table_begin       (const MokedEntityInfo *info,
                                              GString               *json);
void            moked_sync_table_end         (MokedSyncTable        *self);
char           *moked_sync_table_dup_columns (const MokedEntityInfo *info,
                                              const char            *alias);
void            moked_sync_table_add         (MokedSyncTable        *self,
                                              MokedCursor           *cursor);
gboolean        moked_sync_table_add_all     (MokedSyncTable        *self,
                                              MokedCursor           *cursor,
                                              guint                  full,
                                              char                 **out_last,
                                              GError               **error) G_GNUC_WARN_UNUSED_RESULT;
void            moked_sync_table_add_text    (GString               *json,
                                              const char            *text);

G_END_DECLS
