/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-inbox-failed.h"

#include <stdlib.h>

#include "base/moked-json.h"
#include "base/moked-time.h"

/* Webhooks that were given up stay in the inbox until somebody has looked at them. */

static char *
dup_json (MokedCursor *cursor)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  g_autofree char *received = moked_time_format_rfc3339 (moked_cursor_get_int (cursor, 3));
  g_autofree char *text = NULL;
  char *malloced;

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_sint (doc, root, "row", moked_cursor_get_int (cursor, 0));
  yyjson_mut_obj_add_strcpy (doc, root, "webhook", moked_cursor_get_text (cursor, 1));
  yyjson_mut_obj_add_strcpy (doc, root, "key", moked_cursor_get_text (cursor, 2));
  yyjson_mut_obj_add_str (doc, root, "received_at", received);
  yyjson_mut_obj_add_sint (doc, root, "attempts", moked_cursor_get_int (cursor, 4));
  yyjson_mut_obj_add_strcpy (doc, root, "error", moked_cursor_get_text (cursor, 5));
  malloced = yyjson_mut_write (doc, YYJSON_WRITE_NOFLAG, NULL);
  text = g_strdup (malloced);
  free (malloced);
  return g_steal_pointer (&text);
}

/**
 * moked_inbox_list_failed:
 * @session: without a business
 *
 * Returns: (transfer full) (nullable) (element-type utf8): a JSON object for each webhook that was given up, in the
 *   order of arrival: `row`, `webhook`, `key`, `received_at` (RFC 3339), `attempts`, `error`
 */
GPtrArray *
moked_inbox_list_failed (MokedSession *session,
                         GError      **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT id, webhook, dedup_key, received_at, attempts, error FROM inbox WHERE state = 'failed' ORDER BY id", "");

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    g_ptr_array_add (rows, dup_json (cursor));
  if (local_error == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/**
 * moked_inbox_retry_failed:
 * @session: without a business
 * @row: a webhook that was given up; 0 for all of them
 *
 * Has it applied as if it had just come, when the service runs.
 *
 * Returns: how many there were; -1 with @error set
 */
gint64
moked_inbox_retry_failed (MokedSession *session,
                          gint64        row,
                          GError      **error)
{
  if (!moked_session_exec (session, error,
                           "UPDATE inbox SET state = 'waiting', attempts = 0, next_at = NULL, error = NULL"
                           " WHERE state = 'failed' AND (id = $1 OR $1 = 0)",
                           "i", row))
    return -1;
  return moked_session_get_changes (session);
}
