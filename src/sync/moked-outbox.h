/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-schema.h"
#include "sync/moked-edit.h"
#include "sync/moked-mutation.h"

G_BEGIN_DECLS

extern const MokedSchemaPart moked_outbox_schema;

char      *moked_outbox_append     (MokedSession      *session,
                                    MokedEdit         *edit,
                                    gint64             base,
                                    GError           **error);
GPtrArray *moked_outbox_list       (MokedSession      *session,
                                    const MokedSchema *schema,
                                    GError           **error);
gint64     moked_outbox_count      (MokedSession      *session,
                                    gint64            *out_asking,
                                    GError           **error);
char      *moked_outbox_next_push  (MokedSession      *session,
                                    const char        *client,
                                    const char        *epoch,
                                    const char        *scope,
                                    gint64             last_n,
                                    GError           **error);
gboolean   moked_outbox_settle     (MokedSession      *session,
                                    const MokedSchema *schema,
                                    yyjson_val        *results,
                                    GError           **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_outbox_cancel     (MokedSession      *session,
                                    const MokedSchema *schema,
                                    const char        *mutation_id,
                                    GError           **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_outbox_retry      (MokedSession      *session,
                                    const MokedSchema *schema,
                                    const char        *mutation_id,
                                    GError           **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_outbox_confirm_held (MokedSession      *session,
                                      const MokedSchema *schema,
                                      const char        *mutation_id,
                                      GError           **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_outbox_drop_held    (MokedSession      *session,
                                      const MokedSchema *schema,
                                      const char        *mutation_id,
                                      GError           **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_outbox_take_action_back (MokedSession      *session,
                                          const MokedSchema *schema,
                                          const char        *action,
                                          gint64            *out_unsent,
                                          GError           **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_outbox_confirm    (MokedSession          *session,
                                    const MokedEntityInfo *info,
                                    const char            *id,
                                    yyjson_val            *row,
                                    GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gint64     moked_outbox_count_unread (MokedSession    *session,
                                      GError         **error);

G_END_DECLS
