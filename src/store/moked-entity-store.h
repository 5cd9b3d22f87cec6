/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"
#include "store/moked-session.h"

G_BEGIN_DECLS

/**
 * MokedEntityFunc:
 *
 * Returns: (transfer none) (nullable) (type Moked.Entity): the next record, which must last until the next call;
 *   %NULL at the end, or with @error set
 */
typedef gpointer (*MokedEntityFunc) (gpointer user_data,
                                     GError **error);

/* Rows of an entity's table. Nothing here writes the change log: see sync/moked-change-log.h. */
char        *moked_entity_store_dup_columns (const MokedEntityInfo *info,
                                             const char            *alias);
gpointer     moked_entity_store_read        (const MokedEntityInfo *info,
                                             MokedCursor           *cursor,
                                             guint                  first_column);
gpointer     moked_entity_store_load        (MokedSession          *session,
                                             const MokedEntityInfo *info,
                                             const char            *id,
                                             GError               **error);
void         moked_entity_store_set_not_found (const MokedEntityInfo *info,
                                             const char            *id,
                                             GError               **error);
gpointer     moked_entity_store_find        (MokedSession          *session,
                                             const MokedEntityInfo *info,
                                             GError               **error,
                                             const char            *where,
                                             const char            *types,
                                             ...);
gboolean   moked_entity_store_load_if_any (MokedSession          *session,
                                           const MokedEntityInfo *info,
                                           const char            *id,
                                           MokedEntity          **out_entity,
                                           GError               **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray   *moked_entity_store_list        (MokedSession          *session,
                                             const MokedEntityInfo *info,
                                             GError               **error,
                                             const char            *tail,
                                             const char            *types,
                                             ...);
gboolean     moked_entity_store_put         (MokedSession          *session,
                                             gpointer               entity,
                                             GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     moked_entity_store_put_each    (MokedSession          *session,
                                             const MokedEntityInfo *info,
                                             MokedEntityFunc        next,
                                             gpointer               user_data,
                                             GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     moked_entity_store_remove      (MokedSession          *session,
                                             const MokedEntityInfo *info,
                                             const char            *id,
                                             GError               **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
