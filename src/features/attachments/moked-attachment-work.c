/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/attachments/moked-attachment-work.h"

/* What a desktop has to send and to bring, from its records and its files. */

#define NEW_USEC (30 * 24 * 60 * 60 * (gint64) G_USEC_PER_SEC)
#define MAX_NEW 200

typedef struct
{
  MokedFileStore *files;
  gint64          max_size;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_object_unref (look->files);
  g_free (look);
}

MokedAttachmentWork *
moked_attachment_work_new (const char *sha256,
                           gint64      size)
{
  MokedAttachmentWork *self = g_new (MokedAttachmentWork, 1);

  *self = (MokedAttachmentWork) { g_strdup (sha256), size };
  return self;
}

void
moked_attachment_work_free (gpointer work)
{
  g_free (((MokedAttachmentWork *) work)->sha256);
  g_free (work);
}

static gboolean
contains (GPtrArray  *contents,
          const char *sha256)
{
  for (guint i = 0; i < contents->len; i++)
    if (g_str_equal (((MokedAttachmentWork *) contents->pdata[i])->sha256, sha256))
      return TRUE;
  return FALSE;
}

/* Rows of hash and size whose content is here, or is not. */
static DexFuture *
collect (MokedSession *session,
         MokedCursor  *cursor,
         Look         *look,
         gboolean      here)
{
  g_autoptr (GPtrArray) contents = g_ptr_array_new_with_free_func (moked_attachment_work_free);
  const char *business = moked_session_get_business (session);
  GError *error = NULL;

  while (moked_cursor_next (cursor, &error))
    {
      const char *sha256 = moked_cursor_get_text (cursor, 0);

      if (moked_file_store_is_hash (sha256) && !contains (contents, sha256) &&
          moked_file_store_has (look->files, business, sha256, NULL) == here)
        g_ptr_array_add (contents, moked_attachment_work_new (sha256, moked_cursor_get_int (cursor, 1)));
    }
  if (error != NULL)
    return dex_future_new_for_error (error);
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, g_steal_pointer (&contents));
}

static DexFuture *
list_unsent (MokedSession *session,
             gpointer      user_data)
{
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, &error,
                           "SELECT sha256, size FROM attachment WHERE business_id = $1 AND deleted_at IS NULL "
                           "AND coalesce(stored, '') <> sha256 ORDER BY id",
                           "");

  return cursor != NULL ? collect (session, cursor, user_data, TRUE) : dex_future_new_for_error (error);
}

static DexFuture *
list_small (MokedSession *session,
            gpointer      user_data)
{
  Look *look = user_data;
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, &error,
                           "SELECT sha256, size FROM attachment WHERE business_id = $1 AND deleted_at IS NULL "
                           "AND created_at > $2 AND stored = sha256 AND size <= $3 ORDER BY created_at DESC LIMIT $4",
                           "iii", moked_session_get_now (session) - NEW_USEC, look->max_size, (gint64) MAX_NEW);

  return cursor != NULL ? collect (session, cursor, look, FALSE) : dex_future_new_for_error (error);
}

static DexFuture *
read_with (MokedCache      *cache,
           MokedFileStore  *files,
           gint64           max_size,
           MokedSessionFunc func)
{
  Look *look = g_new (Look, 1);

  *look = (Look) { g_object_ref (files), max_size };
  return moked_cache_read (cache, func, look, look_free);
}

/**
 * moked_attachment_work_list_unsent:
 *
 * Returns: (transfer full): resolves to a #GPtrArray of `MokedAttachmentWork`: what is here and not in the service,
 *   oldest first
 */
DexFuture *
moked_attachment_work_list_unsent (MokedCache     *cache,
                                   MokedFileStore *files)
{
  return read_with (cache, files, 0, list_unsent);
}

/**
 * moked_attachment_work_list_small:
 * @max_size: bytes; 0 for nothing at all
 *
 * Returns: (transfer full): resolves to a #GPtrArray of `MokedAttachmentWork`: what came lately, is not large and is
 *   not here, newest first
 */
DexFuture *
moked_attachment_work_list_small (MokedCache     *cache,
                                  MokedFileStore *files,
                                  gint64          max_size)
{
  return read_with (cache, files, max_size > 0 ? max_size : -1, list_small);
}
