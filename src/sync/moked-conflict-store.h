/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-schema.h"
#include "sync/moked-conflict.h"

G_BEGIN_DECLS

extern const MokedSchemaPart moked_conflict_schema;

gboolean       moked_conflict_store_note (MokedSession      *session,
                                          const MokedSchema *schema,
                                          yyjson_val        *result,
                                          GError           **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray     *moked_conflict_store_list (MokedSession      *session,
                                          const MokedSchema *schema,
                                          const char        *entity_id,
                                          GError           **error);
MokedConflict *moked_conflict_store_load (MokedSession      *session,
                                          const MokedSchema *schema,
                                          const char        *id,
                                          GError           **error);
gboolean       moked_conflict_store_drop (MokedSession      *session,
                                          const char        *id,
                                          GError           **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean       moked_conflict_store_forget (MokedSession    *session,
                                            const char      *entity,
                                            const char      *entity_id,
                                            GError         **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
