/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-change-log-epoch.h"

#include "base/moked-ulid.h"

/* A database that was put back from a backup goes on where the backup was made, and its log has another life, an
 * epoch: what desktops saw after that point is not what the same numbers mean from now on. `epoch_end` has the
 * lives that ended, in their order, and the last change that this log still has of each. */

#define END_EPOCHS \
  "INSERT INTO epoch_end (business_id, n, epoch, seq) SELECT business_id, " \
  "1 + (SELECT count(*) FROM epoch_end e WHERE e.business_id = s.business_id), epoch, seq FROM business_seq s" \
  "\n;\n"

/* For every business; a copy that is opened knows none of them by name. */
const char moked_change_log_restored[] = END_EPOCHS "UPDATE business_seq SET epoch = lower (hex (randomblob (13)))";
const char moked_change_log_restored_postgres[] =
    END_EPOCHS "UPDATE business_seq SET epoch = replace (gen_random_uuid ()::text, '-', '')\n;\n" MOKED_CHANGE_LOG_REVOKE;

/**
 * moked_change_log_end_epoch:
 * @session: a business's session
 *
 * Begins another life of the business's log: it turned out that a desktop has seen more than there is.
 */
gboolean
moked_change_log_end_epoch (MokedSession *session,
                            GError      **error)
{
  g_autofree char *epoch = moked_ulid_new (NULL);

  return moked_session_exec (session, error,
                             "INSERT INTO epoch_end (business_id, n, epoch, seq) SELECT business_id, "
                             "1 + (SELECT count(*) FROM epoch_end WHERE business_id = $1), epoch, seq "
                             "FROM business_seq WHERE business_id = $1",
                             "") &&
         moked_session_exec (session, error, "UPDATE business_seq SET epoch = $2 WHERE business_id = $1", "t", epoch);
}

/**
 * moked_change_log_add_ends:
 * @ends: a JSON array
 *
 * Adds `{"epoch", "seq"}` for every life that ended, oldest first.
 */
gboolean
moked_change_log_add_ends (MokedSession   *session,
                           yyjson_mut_doc *doc,
                           yyjson_mut_val *ends,
                           GError        **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error, "SELECT epoch, seq FROM epoch_end WHERE business_id = $1 ORDER BY n", "");

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    {
      yyjson_mut_val *end = yyjson_mut_arr_add_obj (doc, ends);

      yyjson_mut_obj_add_strcpy (doc, end, "epoch", moked_cursor_get_text (cursor, 0));
      yyjson_mut_obj_add_sint (doc, end, "seq", moked_cursor_get_int (cursor, 1));
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * moked_change_log_find_lost:
 * @epoch: the life that somebody has seen
 * @out_restored: whether any life of this log has ended
 * @out_seq: the last change of that life that this log still has; -1 when it does not know that life
 */
gboolean
moked_change_log_find_lost (MokedSession *session,
                            const char   *epoch,
                            gboolean     *out_restored,
                            gint64       *out_seq,
                            GError      **error)
{
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT count(*), (SELECT min (seq) FROM epoch_end WHERE business_id = $1 AND n >= "
      "(SELECT max (n) FROM epoch_end WHERE business_id = $1 AND epoch = $2)) FROM epoch_end WHERE business_id = $1",
      "t", epoch);

  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return FALSE;
  *out_restored = moked_cursor_get_int (cursor, 0) > 0;
  *out_seq = moked_cursor_is_null (cursor, 1) ? -1 : moked_cursor_get_int (cursor, 1);
  return TRUE;
}
