/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/moked-sync-server.h"

G_BEGIN_DECLS

struct _MokedSyncServer
{
  const MokedSchema         *schema;
  const MokedCommand *const *commands; /* arrays that end with a zero entry, ended by %NULL */
  MokedSyncScopeFunc         scope_func;
  GMutex                     sums_lock;
  GHashTable                *sums; /* business → the last sums; guarded by sums_lock */
};

struct _MokedSyncPush
{
  gatomicrefcount  ref_count;
  MokedSyncServer *server;
  gpointer         owner; /* of the request's JSON */
  GDestroyNotify   release;
  char            *user_id;
  char            *business;
  MokedStore      *store;

  const char      *client;
  const char      *epoch;
  const char      *scope_key; /* of the rights that the device's copy was made with; NULL: it did not say */
  gint64           device_now; /* by the device's clock, when it sent this; 0: it did not say */
  yyjson_arr_iter  mutations; /* what is left */
  gint64           last_n;
  yyjson_mut_doc  *doc;
  yyjson_mut_val  *results;

  MokedSyncScope  *scope; /* what the user sees, in the transaction that is under way; NULL: everything */

  /* The mutation that it is at. */
  MokedActor       actor;
  yyjson_val      *mutation;
  gint64           base;
  gint64           first_seq; /* that a change of it can have */
  gint64           made_at; /* by the service's clock */
  yyjson_mut_val  *conflicts;
  MokedHold        hold;    /* what is to be asked first */
};

void     moked_sync_server_init_sums  (MokedSyncServer *self);
void     moked_sync_server_clear_sums (MokedSyncServer *self);
gboolean moked_sync_server_read_scope (MokedSyncServer *self,
                                       MokedSession    *session,
                                       const char      *user_id,
                                       MokedSyncScope **out_scope,
                                       GError         **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_sync_feed_add     (MokedSyncServer *server,
                                  MokedSyncScope  *scope,
                                  MokedSession    *session,
                                  gint64           since,
                                  gint64          *until,
                                  yyjson_mut_doc  *doc,
                                  yyjson_mut_val  *rows,
                                  GError         **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_sync_push_apply   (MokedSyncPush  *self,
                                  MokedSession   *session,
                                  gint64          n,
                                  yyjson_mut_val *result,
                                  GError        **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_sync_push_recover (MokedSyncPush         *self,
                                  MokedSession          *session,
                                  const MokedEntityInfo *info,
                                  const char            *id,
                                  yyjson_val            *op,
                                  GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_sync_push_hold_deleted (MokedSyncPush *self,
                                       MokedSession  *session,
                                       MokedEntity   *deleted,
                                       GError       **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_sync_push_check_owners  (MokedSyncPush *self,
                                        MokedSession  *session,
                                        MokedEntity   *entity,
                                        GError       **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_sync_push_check_delete  (MokedSyncPush *self,
                                        MokedSession  *session,
                                        MokedEntity   *entity,
                                        GError       **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_sync_push_check_command (MokedSyncPush      *self,
                                        MokedSession       *session,
                                        const MokedCommand *command,
                                        yyjson_val         *op,
                                        GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_sync_push_restore       (MokedSyncPush *self,
                                        MokedSession  *session,
                                        MokedEntity   *entity,
                                        GError       **error) G_GNUC_WARN_UNUSED_RESULT;

typedef gboolean (*MokedSyncRelatedFunc) (MokedSyncPush         *push,
                                          MokedSession          *session,
                                          const MokedEntityInfo *info,
                                          const MokedEntityInfo *related,
                                          const char            *id,
                                          GError               **error);

gboolean moked_sync_push_for_each_related (MokedSyncPush         *self,
                                           MokedSession          *session,
                                           const MokedEntityInfo *info,
                                           const char            *id,
                                           MokedSyncRelatedFunc   func,
                                           GError               **error) G_GNUC_WARN_UNUSED_RESULT;
/* The changes that one action (the second parameter) is of. */
#define MOKED_SYNC_ACTION                                                                                             \
  "WITH action AS (SELECT id, first_seq, last_seq FROM mutation WHERE business_id = $1 AND (id = $2 OR action = $2) " \
  "AND status = 'applied'), "                                                                                         \
  "done AS (SELECT c.seq, c.entity, c.entity_id, c.kind FROM action m JOIN change c ON c.business_id = $1 "           \
  "AND c.seq BETWEEN m.first_seq AND m.last_seq AND c.mutation_id = m.id) "

gboolean moked_sync_push_undo_kind     (MokedSyncPush         *self,
                                        MokedSession          *session,
                                        const MokedEntityInfo *info,
                                        const char            *action,
                                        gboolean               deletes,
                                        GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_sync_push_undo          (MokedSyncPush *self,
                                        MokedSession  *session,
                                        const char    *action,
                                        GError       **error) G_GNUC_WARN_UNUSED_RESULT;
char    *moked_sync_push_dup_question  (MokedSyncPush *self);
char    *moked_sync_server_write (yyjson_mut_doc *doc,
                                  GError        **error);

gboolean moked_sync_changes_add  (MokedSyncServer *self,
                                  MokedSession    *session,
                                  gint64           since,
                                  gint64           until,
                                  GString         *json,
                                  GError         **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
