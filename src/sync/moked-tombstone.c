/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-tombstone.h"

#include "base/moked-error.h"

/* A deleted record stays as a tombstone, so that desktops that were away learn of it, and so that it can be restored.
 * After a long time it goes, for good: the change log alone remembers it. It is read once from its beginning, as old
 * changes become old enough; `floor` is the newest deletion whose tombstone is gone, and a desktop that has not seen
 * that one must list everything again. */

/* Of the log, in one transaction. */
#define STEP_CHANGES 1000

typedef struct
{
  gint64 scanned;
  gint64 floor;
} Purge;

static gboolean
read_purge (MokedSession *session,
            Purge        *out_purge,
            GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error, "SELECT scanned, floor FROM tombstone_purge WHERE business_id = $1", "");

  *out_purge = (Purge) { 0, 0 };
  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error))
    *out_purge = (Purge) { moked_cursor_get_int (cursor, 0), moked_cursor_get_int (cursor, 1) };
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
write_purge (MokedSession *session,
             const Purge  *purge,
             GError      **error)
{
  return moked_session_exec (session, error,
                             "INSERT INTO tombstone_purge (business_id, scanned, floor) VALUES ($1, $2, $3) "
                             "ON CONFLICT (business_id) DO UPDATE SET scanned = excluded.scanned, "
                             "floor = excluded.floor",
                             "ii", purge->scanned, purge->floor);
}

/* What was restored or touched since has a newer version. */
static gboolean
remove_tombstone (MokedSession          *session,
                  const MokedEntityInfo *info,
                  const char            *id,
                  gint64                 seq,
                  Purge                 *purge,
                  GError               **error)
{
  g_autofree char *sql = g_strdup_printf (
      "DELETE FROM %s WHERE business_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NOT NULL",
      moked_entity_info_get_table (info));

  if (!moked_session_exec (session, error, sql, "ti", id, seq))
    return FALSE;
  if (moked_session_get_changes (session) > 0)
    purge->floor = seq;
  return TRUE;
}

/* The log in its order, as far as it is old enough. */
static gboolean
purge_some (const MokedSchema *schema,
            MokedSession      *session,
            MokedCursor       *cursor,
            gint64             before,
            Purge             *purge,
            guint             *out_read,
            GError           **error)
{
  g_autoptr (GError) local_error = NULL;

  while (moked_cursor_next (cursor, &local_error) && moked_cursor_get_int (cursor, 4) < before)
    {
      gint64 seq = moked_cursor_get_int (cursor, 0);
      const MokedEntityInfo *info = moked_schema_find_entity (schema, moked_cursor_get_text (cursor, 1));

      if (info != NULL && g_str_equal (moked_cursor_get_text (cursor, 3), "delete") &&
          !remove_tombstone (session, info, moked_cursor_get_text (cursor, 2), seq, purge, error))
        return FALSE;
      purge->scanned = seq;
      ++*out_read;
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * moked_tombstone_purge:
 * @schema: the records that travel
 * @session: a business's session
 * @before: what was deleted before this time goes, in microseconds
 * @out_more: whether there is more to look at
 *
 * One bounded step; a transaction.
 */
gboolean
moked_tombstone_purge (const MokedSchema *schema,
                       MokedSession      *session,
                       gint64             before,
                       gboolean          *out_more,
                       GError           **error)
{
  g_autoptr (MokedCursor) cursor = NULL;
  guint n_read = 0;
  Purge purge;

  *out_more = FALSE;
  if (!read_purge (session, &purge, error))
    return FALSE;
  cursor = moked_session_query (session, error,
                                "SELECT seq, entity, entity_id, kind, at FROM change WHERE business_id = $1 "
                                "AND seq > $2 ORDER BY seq LIMIT $3",
                                "ii", purge.scanned, (gint64) STEP_CHANGES);
  if (cursor == NULL || !purge_some (schema, session, cursor, before, &purge, &n_read, error))
    return FALSE;
  *out_more = n_read == STEP_CHANGES;
  return n_read == 0 || write_purge (session, &purge, error);
}

/**
 * moked_tombstone_check:
 * @since: the last change that a desktop has seen
 * @error: %MOKED_ERROR_EXPIRED when records were deleted since then of which nothing is told any more
 */
gboolean
moked_tombstone_check (MokedSession *session,
                       gint64        since,
                       GError      **error)
{
  Purge purge;

  if (!read_purge (session, &purge, error))
    return FALSE;
  if (since >= purge.floor)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_EXPIRED,
               "This desktop was away longer than deletions are remembered; list everything again");
  return FALSE;
}
