/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/customers/moked-note-range.h"

#include "features/office/moked-user.h"
#include "store/moked-entity-store.h"

#define AUTHOR "moked-author"

/* The notes about a customer that were written before an instant, with the names of their authors. */
typedef struct
{
  char  *customer_id;
  gint64 before;
  guint  limit;
} Range;

/**
 * moked_note_range_new:
 * @customer_id: about whom
 * @before: microseconds UTC
 * @limit: how many at most
 *
 * Returns: (transfer full): for moked_note_range_read()
 */
gpointer
moked_note_range_new (const char *customer_id,
                      gint64      before,
                      guint       limit)
{
  Range *range = g_new (Range, 1);

  *range = (Range) { g_strdup (customer_id), before, limit };
  return range;
}

void
moked_note_range_free (gpointer range)
{
  g_free (((Range *) range)->customer_id);
  g_free (range);
}

static gboolean
name_authors (MokedSession *session,
              GPtrArray    *notes,
              GError      **error)
{
  g_autoptr (GPtrArray) users =
      moked_entity_store_list (session, &moked_user_info, error, "WHERE business_id = $1", "");

  for (guint i = 0; users != NULL && i < notes->len; i++)
    for (guint j = 0; j < users->len; j++)
      if (g_strcmp0 (MOKED_NOTE (notes->pdata[i])->author_id, moked_entity_get_id (users->pdata[j])) == 0)
        g_object_set_data_full (notes->pdata[i], AUTHOR, g_strdup (MOKED_USER (users->pdata[j])->name), g_free);
  return users != NULL;
}

/**
 * moked_note_range_read:
 * @range: from moked_note_range_new()
 *
 * For moked_cache_read().
 *
 * Returns: (transfer full): resolves to a #GPtrArray of [class@Note], newest first
 */
DexFuture *
moked_note_range_read (MokedSession *session,
                       gpointer      range)
{
  Range *self = range;
  GError *error = NULL;
  g_autoptr (GPtrArray) notes = moked_entity_store_list (
      session, &moked_note_info, &error,
      "WHERE business_id = $1 AND customer_id = $2 AND created_at < $3 "
      "AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $4",
      "tii", self->customer_id, self->before, (gint64) self->limit);

  if (notes == NULL || !name_authors (session, notes, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, g_steal_pointer (&notes));
}

/**
 * moked_note_range_get_author:
 * @note: from moked_note_range_read()
 *
 * Returns: (transfer none) (nullable): who wrote it
 */
const char *
moked_note_range_get_author (MokedNote *note)
{
  return g_object_get_data (G_OBJECT (note), AUTHOR);
}
