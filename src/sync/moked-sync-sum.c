/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-sync-sum.h"

/* One number that says which records of a kind there are, and in which version: the sum, modulo 2^64, of a hash of
 * each living one. The order of the rows does not matter, and a record that is missing, too much or old changes it. */

static guint64
hash_row (const char *id,
          gint64      version)
{
  guint64 hash = G_GUINT64_CONSTANT (14695981039346656037);

  /* FNV-1a of the id, then the mixing of SplitMix64, so that neighbours are far apart. */
  for (; *id != '\0'; id++)
    hash = (hash ^ (guchar) *id) * G_GUINT64_CONSTANT (1099511628211);
  hash += (guint64) version * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  hash = (hash ^ (hash >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  hash = (hash ^ (hash >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return hash ^ (hash >> 31);
}

/**
 * moked_sync_sum_table:
 * @session: a business's session
 * @info: the kind of record
 *
 * Reads every row, on the thread of a reader.
 */
gboolean
moked_sync_sum_table (MokedSession          *session,
                      const MokedEntityInfo *info,
                      guint64               *out_sum,
                      GError               **error)
{
  g_autofree char *sql =
      g_strdup_printf ("SELECT id, version FROM %s WHERE business_id = $1 AND deleted_at IS NULL", info->name);
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "");
  g_autoptr (GError) local_error = NULL;

  *out_sum = 0;
  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    *out_sum += hash_row (moked_cursor_get_text (cursor, 0), moked_cursor_get_int (cursor, 1));
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
