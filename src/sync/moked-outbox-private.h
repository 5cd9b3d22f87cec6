/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/moked-outbox.h"

G_BEGIN_DECLS

/* How records look while operations on them are under way; between the files of the outbox. */
typedef struct
{
  const MokedEntityInfo *info;
  char                  *id;
} MokedOutboxRecord;

typedef gboolean (*MokedOutboxRowFunc) (MokedSession *session,
                                        MokedEntity  *entity,
                                        gpointer      user_data,
                                        GError      **error);

gboolean   moked_outbox_note_record  (MokedSession          *session,
                                      const MokedEntityInfo *info,
                                      const char            *id,
                                      const char            *mutation_id,
                                      MokedEntity           *before,
                                      GError               **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *moked_outbox_list_records (MokedSession          *session,
                                      const MokedSchema     *schema,
                                      const char            *mutation_id,
                                      GError               **error);
gboolean   moked_outbox_rebuild      (MokedSession          *session,
                                      const MokedEntityInfo *info,
                                      const char            *id,
                                      GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_outbox_rebuild_all  (MokedSession          *session,
                                      GPtrArray             *records,
                                      GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_outbox_note_ops     (MokedSession          *session,
                                      const MokedSchema     *schema,
                                      const char            *mutation_id,
                                      yyjson_doc            *ops,
                                      gboolean               overlays_only,
                                      GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_outbox_confirm_rows (MokedSession          *session,
                                      const MokedEntityInfo *info,
                                      yyjson_val            *table,
                                      MokedOutboxRowFunc     before,
                                      gpointer               user_data,
                                      GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_outbox_recover_missing (MokedSession          *session,
                                         const MokedEntityInfo *info,
                                         const char            *id,
                                         const char            *epoch,
                                         GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_outbox_recover_changed (MokedSession          *session,
                                         MokedEntity           *listed,
                                         const char            *epoch,
                                         gint64                 kept_seq,
                                         GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_outbox_send_again   (MokedSession          *session,
                                      const MokedSchema     *schema,
                                      const char            *mutation_id,
                                      const char            *new_id,
                                      GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_outbox_hide         (MokedSession          *session,
                                      const MokedEntityInfo *info,
                                      const char            *id,
                                      GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_outbox_hide_whole   (MokedSession          *session,
                                      const MokedSchema     *schema,
                                      const MokedEntityInfo *info,
                                      const char            *id,
                                      GError               **error) G_GNUC_WARN_UNUSED_RESULT;
char      *moked_outbox_write_json   (yyjson_mut_val        *value);

G_END_DECLS
