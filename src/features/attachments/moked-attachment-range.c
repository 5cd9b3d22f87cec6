/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/attachments/moked-attachment-range.h"

#include "features/office/moked-user.h"
#include "store/moked-entity-store.h"

#define AUTHOR "moked-author"
#define HERE "moked-here"

/* The files of a customer that were attached before an instant, who attached them, and whether they are here. */
typedef struct
{
  char           *customer_id;
  gint64          before;
  guint           limit;
  MokedFileStore *files;
} Range;

/**
 * moked_attachment_range_new:
 * @customer_id: whose
 * @before: microseconds UTC
 * @limit: how many at most
 * @files: this computer's
 *
 * Returns: (transfer full): for moked_attachment_range_read()
 */
gpointer
moked_attachment_range_new (const char     *customer_id,
                            gint64          before,
                            guint           limit,
                            MokedFileStore *files)
{
  Range *range = g_new (Range, 1);

  *range = (Range) { g_strdup (customer_id), before, limit, g_object_ref (files) };
  return range;
}

void
moked_attachment_range_free (gpointer range)
{
  Range *self = range;

  g_free (self->customer_id);
  g_object_unref (self->files);
  g_free (self);
}

static void
set_author (MokedAttachment *attachment,
            GPtrArray       *users)
{
  for (guint i = 0; i < users->len; i++)
    if (g_strcmp0 (attachment->author_id, moked_entity_get_id (users->pdata[i])) == 0)
      g_object_set_data_full (G_OBJECT (attachment), AUTHOR, g_strdup (MOKED_USER (users->pdata[i])->name), g_free);
}

/**
 * moked_attachment_range_read:
 * @range: from moked_attachment_range_new()
 *
 * For moked_cache_read().
 *
 * Returns: (transfer full): resolves to a #GPtrArray of [class@Attachment], newest first
 */
DexFuture *
moked_attachment_range_read (MokedSession *session,
                             gpointer      range)
{
  Range *self = range;
  GError *error = NULL;
  g_autoptr (GPtrArray) users = NULL;
  g_autoptr (GPtrArray) found = moked_entity_store_list (
      session, &moked_attachment_info, &error,
      "WHERE business_id = $1 AND customer_id = $2 AND created_at < $3 AND deleted_at IS NULL "
      "ORDER BY created_at DESC, id DESC LIMIT $4",
      "tii", self->customer_id, self->before, (gint64) self->limit);

  if (found != NULL)
    users = moked_entity_store_list (session, &moked_user_info, &error, "WHERE business_id = $1", "");
  if (users == NULL)
    return dex_future_new_for_error (error);
  for (guint i = 0; i < found->len; i++)
    {
      MokedAttachment *attachment = found->pdata[i];

      set_author (attachment, users);
      moked_attachment_range_set_here (attachment, moked_file_store_is_hash (attachment->sha256) &&
                                                       moked_file_store_has (self->files,
                                                                             moked_session_get_business (session),
                                                                             attachment->sha256, NULL));
    }
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, g_steal_pointer (&found));
}

/**
 * moked_attachment_range_get_author:
 * @attachment: from moked_attachment_range_read()
 *
 * Returns: (transfer none) (nullable): who attached it
 */
const char *
moked_attachment_range_get_author (MokedAttachment *attachment)
{
  return g_object_get_data (G_OBJECT (attachment), AUTHOR);
}

/**
 * moked_attachment_range_is_here:
 *
 * Returns: whether its content is on this computer
 */
gboolean
moked_attachment_range_is_here (MokedAttachment *attachment)
{
  return g_object_get_data (G_OBJECT (attachment), HERE) != NULL;
}

void
moked_attachment_range_set_here (MokedAttachment *attachment,
                                 gboolean         here)
{
  g_object_set_data (G_OBJECT (attachment), HERE, GINT_TO_POINTER (here));
}
