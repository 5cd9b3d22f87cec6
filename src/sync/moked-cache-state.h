/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-schema.h"

G_BEGIN_DECLS

typedef struct _MokedCacheState MokedCacheState;

/**
 * MokedCacheState:
 * @business: whose office this is a copy of
 * @user_id: (nullable): who works here
 * @client: this device's id in pushes
 * @schema: what the records looked like to the program that loaded them; a program with other records
 *   lists everything again
 * @epoch: (nullable): the life of the service's log; %NULL until the first load is complete
 * @cursor: the last change that is here
 * @last_n: the last mutation that the service confirmed
 * @scope: (nullable): the key of the rights that the copy was made with
 * @past_epoch: (nullable): while everything is listed again, the life of the log that the copy's rows are of
 * @load_epoch: (nullable): set while a load is under way
 * @load_head: where the log stood when the load began
 * @load_entity: (nullable): what is being loaded
 * @load_before: (nullable): where its last page ended
 * @load_names: (nullable): what the service said there is to load
 * @load_scope: (nullable): the key of the rights that it is loaded with
 * @load_sweep: (nullable): how far rows that the page lacks were looked for; not stored
 * @restored: whether the service was put back from a backup since the copy was made; not stored
 * @kept_seq: the last change of the copy that such a service still has; not stored
 * @n_unread: how many of the service's records this program could not read
 *
 * Where a desktop's copy stands. It is written in the transactions that it describes.
 */
struct _MokedCacheState
{
  char  *business;
  char  *user_id;
  char  *client;
  char  *schema;
  char  *epoch;
  gint64 cursor;
  gint64 last_n;
  char  *scope;
  char  *past_epoch;
  char  *load_epoch;
  gint64 load_head;
  char  *load_entity;
  char  *load_before;
  char  *load_names;
  char  *load_scope;
  char  *load_sweep;
  gboolean restored;
  gint64 kept_seq;
  guint  n_unread;
};

#define MOKED_TYPE_CACHE_STATE (moked_cache_state_get_type ())
GType moked_cache_state_get_type (void);

extern const MokedSchemaPart moked_cache_state_schema;

MokedCacheState *moked_cache_state_read        (MokedSession          *session,
                                                GError               **error);
MokedCacheState *moked_cache_state_copy        (const MokedCacheState *self);
void             moked_cache_state_free        (MokedCacheState       *self);
void             moked_cache_state_forget_epoch (MokedCacheState      *self);
gboolean         moked_cache_state_write       (const MokedCacheState *self,
                                                MokedSession          *session,
                                                GError               **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean         moked_cache_state_begin_load  (MokedCacheState       *self,
                                                MokedSession          *session,
                                                const MokedSchema     *schema,
                                                GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean         moked_cache_state_apply_front (MokedCacheState       *self,
                                                MokedSession          *session,
                                                const MokedSchema     *schema,
                                                yyjson_val            *front,
                                                GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean         moked_cache_state_apply_page  (MokedCacheState       *self,
                                                MokedSession          *session,
                                                const MokedSchema     *schema,
                                                yyjson_val            *page,
                                                GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean         moked_cache_state_finish_load (MokedCacheState       *self,
                                                MokedSession          *session,
                                                const MokedSchema     *schema,
                                                GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean         moked_cache_state_has_new_rights (const MokedCacheState *self);
gboolean         moked_cache_state_apply_pull  (MokedCacheState       *self,
                                                MokedSession          *session,
                                                const MokedSchema     *schema,
                                                yyjson_val            *pull,
                                                GError               **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedCacheState, moked_cache_state_free)

G_END_DECLS
