/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-sync-server-private.h"

/* An action that only made records, or only deleted some, as an import and a deletion of many do: all of them in a few
 * statements instead of some for each, because others wait for the transaction to end. */

static gboolean
lock_seq (MokedSession *session,
          gint64       *out_head,
          GError      **error)
{
  if (!moked_change_log_ensure (session, error) ||
      !moked_session_exec (session, error, "UPDATE business_seq SET seq = seq WHERE business_id = $1", ""))
    return FALSE;
  *out_head = moked_change_log_get_head (session, NULL, error);
  return *out_head >= 0;
}

static gboolean
write_changes (MokedSyncPush         *push,
               MokedSession          *session,
               const MokedEntityInfo *info,
               const char            *action,
               gboolean               deletes,
               gint64                 head,
               gint64                *out_n,
               GError               **error)
{
  g_autofree char *sql = g_strdup_printf (
      MOKED_SYNC_ACTION "INSERT INTO change (business_id, seq, entity, entity_id, kind, actor, origin, mutation_id, at) "
                        "SELECT $1, CAST ($3 AS BIGINT) + row_number () OVER (ORDER BY d.seq), d.entity, d.entity_id, "
                        "'%s', $4, $5, $6, $7 FROM done d JOIN %s e ON e.business_id = $1 AND e.id = d.entity_id "
                        "AND e.deleted_at IS %s NULL WHERE d.entity = '%s'",
      deletes ? "delete" : "restore", info->name, deletes ? "" : "NOT", info->name);

  if (!moked_session_exec (session, error, sql, "tittti", action, head, push->actor.user_id, push->actor.origin,
                           push->actor.mutation_id, moked_session_get_now (session)))
    return FALSE;
  *out_n = moked_session_get_changes (session);
  return moked_session_exec (session, error, "UPDATE business_seq SET seq = seq + $2 WHERE business_id = $1", "i",
                             *out_n);
}

static gboolean
write_records (MokedSession          *session,
               const MokedEntityInfo *info,
               gboolean               deletes,
               gint64                 head,
               gint64                 n,
               GError               **error)
{
  g_autofree char *sql = g_strdup_printf (
      "UPDATE %s SET version = c.seq, deleted_at = CASE WHEN $4 = 1 THEN CAST ($5 AS BIGINT) END FROM change c "
      "WHERE %s.business_id = $1 AND c.business_id = $1 AND c.seq BETWEEN $2 AND $3 AND c.entity_id = %s.id",
      info->name, info->name, info->name);

  moked_session_mark_changed (session, info->name);
  return moked_session_exec (session, error, sql, "iiii", head + 1, head + n, (gint64) deletes,
                             moked_session_get_now (session));
}

/* Deletes all living records of one kind that the action made, or brings back all that it deleted. */
gboolean
moked_sync_push_undo_kind (MokedSyncPush         *push,
                           MokedSession          *session,
                           const MokedEntityInfo *info,
                           const char            *action,
                           gboolean               deletes,
                           GError               **error)
{
  gint64 head, n;

  return lock_seq (session, &head, error) &&
         write_changes (push, session, info, action, deletes, head, &n, error) &&
         write_records (session, info, deletes, head, n, error);
}
