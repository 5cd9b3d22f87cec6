/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/attachments/moked-attachment-content.h"

#include "features/attachments/moked-attachment.h"
#include "features/office/moked-user-scope.h"
#include "store/moked-entity-store.h"
#include "sync/moked-change-log.h"

/* What the records of a business say of a content: the service gives bytes to whoever sees a living record of them, and
 * takes bytes for such a record only. A hash alone opens nothing. */

static const MokedActor actor = { NULL, "files", NULL };

static GPtrArray *
list_named (MokedSession *session,
            const char   *sha256,
            GError      **error)
{
  return moked_entity_store_list (session, &moked_attachment_info, error,
                                  "WHERE business_id = $1 AND sha256 = $2 ORDER BY id", "t", sha256);
}

static gboolean
is_meant (MokedAttachment *attachment,
          gint64           size)
{
  return !moked_entity_is_deleted (attachment) && (size < 0 || attachment->size == size);
}

/* Leaves the records that the user sees. */
static gboolean
keep_seen (MokedSession *session,
           const char   *user_id,
           GPtrArray    *all,
           GError      **error)
{
  g_autoptr (MokedSyncScope) scope = moked_user_scope_load (session, user_id, error);

  for (guint i = scope != NULL ? all->len : 0; i-- > 0;)
    {
      gboolean sees;

      if (!moked_sync_scope_sees (scope, session, all->pdata[i], &sees, error))
        return FALSE;
      if (!sees)
        g_ptr_array_remove_index (all, i);
    }
  return scope != NULL;
}

/**
 * moked_attachment_content_read:
 * @session: a session of the business
 * @user_id: (nullable): who asks
 * @size: of the content; -1 for any
 *
 * Tells what the records say of a content.
 */
gboolean
moked_attachment_content_read (MokedSession           *session,
                               const char             *user_id,
                               const char             *sha256,
                               gint64                  size,
                               MokedAttachmentContent *out_content,
                               GError                **error)
{
  g_autoptr (GPtrArray) all = list_named (session, sha256, error);

  if (all == NULL)
    return FALSE;
  *out_content = (MokedAttachmentContent) { .everywhere = TRUE };
  for (guint i = 0; i < all->len; i++)
    out_content->known |= moked_attachment_is_stored (all->pdata[i]);
  if (!keep_seen (session, user_id, all, error))
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    {
      gboolean stored = moked_attachment_is_stored (all->pdata[i]);

      if (!is_meant (all->pdata[i], size))
        continue;
      out_content->named = TRUE;
      out_content->stored |= stored;
      out_content->everywhere &= stored;
    }
  return TRUE;
}

static gboolean
set_stored (MokedSession    *session,
            MokedAttachment *attachment,
            const char      *stored,
            GError         **error)
{
  if (g_strcmp0 (attachment->stored, stored) == 0)
    return TRUE;
  g_set_str (&attachment->stored, stored);
  return moked_change_log_save (session, attachment, &actor, error);
}

/**
 * moked_attachment_content_mark:
 * @user_id: (nullable): who sent it, or has shown that they may have it
 *
 * Writes into the records that the service has their content, by which the other desktops learn of it.
 */
gboolean
moked_attachment_content_mark (MokedSession *session,
                               const char   *user_id,
                               const char   *sha256,
                               gint64        size,
                               GError      **error)
{
  g_autoptr (GPtrArray) all = list_named (session, sha256, error);

  if (all == NULL || !keep_seen (session, user_id, all, error))
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    if (is_meant (all->pdata[i], size) && !set_stored (session, all->pdata[i], sha256, error))
      return FALSE;
  return TRUE;
}

/**
 * moked_attachment_content_lost:
 *
 * The service has not got it after all, as after a restore: the desktops that have it send it again.
 */
gboolean
moked_attachment_content_lost (MokedSession *session,
                               const char   *sha256,
                               GError      **error)
{
  g_autoptr (GPtrArray) all = list_named (session, sha256, error);

  for (guint i = 0; all != NULL && i < all->len; i++)
    if (!moked_entity_is_deleted (all->pdata[i]) && !set_stored (session, all->pdata[i], NULL, error))
      return FALSE;
  return all != NULL;
}

/**
 * moked_attachment_content_used:
 *
 * Returns: the bytes that the business's files take; -1 on an error
 */
gint64
moked_attachment_content_used (MokedSession *session,
                               GError      **error)
{
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error,
                           "SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM (SELECT max(size) AS size "
                           "FROM attachment WHERE business_id = $1 AND deleted_at IS NULL AND stored = sha256 "
                           "GROUP BY sha256) AS contents",
                           "");

  return cursor != NULL && moked_cursor_next (cursor, error) ? moked_cursor_get_int (cursor, 0) : -1;
}

/**
 * moked_attachment_list_files:
 * @session: a session of the business
 *
 * For copies of an office: each content once.
 *
 * Returns: (transfer full) (nullable) (element-type utf8): the hashes of what living records name and the service has
 */
GPtrArray *
moked_attachment_list_files (MokedSession *session,
                             GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error,
                           "SELECT DISTINCT sha256 FROM attachment WHERE business_id = $1 AND deleted_at IS NULL "
                           "AND stored = sha256 ORDER BY sha256",
                           "");

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    g_ptr_array_add (hashes, g_strdup (moked_cursor_get_text (cursor, 0)));
  if (local_error == NULL)
    return g_steal_pointer (&hashes);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}
