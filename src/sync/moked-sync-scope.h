/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <yyjson.h>

#include "store/moked-schema.h"

G_BEGIN_DECLS

/**
 * MokedSyncScope:
 *
 * Which of a business's records one user sees, as the field tables say whose they are: MOKED_FIELD_OWNER and
 * MOKED_FIELD_PART_OF. %NULL stands for the service itself, which sees all. It belongs to one transaction.
 */
typedef struct _MokedSyncScope MokedSyncScope;

/**
 * MokedSyncScopeFunc:
 * @session: a business's session
 * @user_id: (nullable): who asks
 *
 * Reads what a user may see as it is now.
 *
 * Returns: (transfer full) (nullable): fails with %MOKED_ERROR_UNAUTHENTICATED for who is no user of the business any
 *   more, or the store's errors
 */
typedef MokedSyncScope *(*MokedSyncScopeFunc) (MokedSession *session,
                                               const char   *user_id,
                                               GError      **error);

MokedSyncScope        *moked_sync_scope_new           (const MokedSchema      *schema,
                                                       const char             *user_id,
                                                       gboolean                narrow);
void                   moked_sync_scope_free          (MokedSyncScope         *self);
void                   moked_sync_scope_set_manages   (MokedSyncScope         *self,
                                                       gboolean                manages);
gboolean               moked_sync_scope_get_manages   (MokedSyncScope         *self);
gboolean               moked_sync_scope_is_narrow     (MokedSyncScope         *self);
const char            *moked_sync_scope_get_key       (MokedSyncScope         *self);

char                  *moked_sync_scope_dup_condition (MokedSyncScope         *self,
                                                       const MokedEntityInfo  *info,
                                                       const char             *alias,
                                                       const char             *parameter);
const char            *moked_sync_scope_get_user_id   (MokedSyncScope         *self);
gboolean               moked_sync_scope_sees          (MokedSyncScope         *self,
                                                       MokedSession           *session,
                                                       gpointer                entity,
                                                       gboolean               *out_sees,
                                                       GError                **error) G_GNUC_WARN_UNUSED_RESULT;
gpointer               moked_sync_scope_load          (MokedSyncScope         *self,
                                                       MokedSession           *session,
                                                       const MokedEntityInfo  *info,
                                                       const char             *id,
                                                       GError                **error);
gboolean               moked_sync_scope_check         (MokedSyncScope         *self,
                                                       MokedSession           *session,
                                                       const MokedEntityInfo  *info,
                                                       const char             *id,
                                                       GError                **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean               moked_sync_scope_check_args    (MokedSyncScope         *self,
                                                       MokedSession           *session,
                                                       yyjson_val             *args,
                                                       GError                **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean               moked_sync_scope_check_write   (MokedSyncScope         *self,
                                                       MokedSession           *session,
                                                       gpointer                before,
                                                       gpointer                after,
                                                       GError                **error) G_GNUC_WARN_UNUSED_RESULT;
void                   moked_sync_scope_begin_action  (MokedSyncScope         *self);
void                   moked_sync_scope_refuse        (GError                **error);

/* How the kinds of records hang together. */
const MokedField      *moked_sync_scope_find_field    (const MokedSchema      *schema,
                                                       const MokedEntityInfo  *info,
                                                       const MokedEntityInfo **out_whole);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedSyncScope, moked_sync_scope_free)

G_END_DECLS
