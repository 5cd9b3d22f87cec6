/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-row.h"

#include <string.h>

#define NO_TEXT G_MAXUINT32

/* One row's texts behind each other in one block; offsets lead to them. */
struct _MokedRowData
{
  gint64  row_id;
  gsize   size;
  guint32 n_texts;
  guint32 offsets[];
};

typedef struct
{
  MokedRowFunc func;
  gpointer     user_data;
} Watch;

/**
 * MokedRow:
 *
 * One row of a [class@QueryModel]. It is a placeholder until its contents arrive from the database; who
 * shows it watches it. When the query changes it may come to stand for another record, which its watchers
 * are told in the same way. Rows are read and watched in the main thread only.
 */
struct _MokedRow
{
  GObject       parent_instance;
  gint64        row_id;
  GHashTable   *home;
  MokedRowData *data;
  Watch        *watches;
  guint         n_watches;
};

G_DEFINE_FINAL_TYPE (MokedRow, moked_row, G_TYPE_OBJECT)

/**
 * moked_row_data_new: (skip)
 * @cursor: on a row whose first column is `row_id` and whose second is `id`
 * @n_columns: how many columns follow those two
 *
 * Returns: (transfer full): a copy of the row
 */
MokedRowData *
moked_row_data_new (MokedCursor *cursor,
                    guint        n_columns)
{
  guint n_texts = n_columns + 1;
  gsize head = sizeof (MokedRowData) + n_texts * sizeof (guint32);
  g_autofree gsize *lengths = g_new (gsize, n_texts);
  gsize size = head;
  MokedRowData *self;
  char *at;

  for (guint i = 0; i < n_texts; i++)
    {
      const char *text = moked_cursor_get_text (cursor, i + 1);

      lengths[i] = text != NULL ? strlen (text) + 1 : 0;
      size += lengths[i];
    }
  self = g_malloc0 (size);
  self->row_id = moked_cursor_get_int (cursor, 0);
  self->size = size;
  self->n_texts = n_texts;
  at = (char *) self + head;
  for (guint i = 0; i < n_texts; i++)
    {
      self->offsets[i] = lengths[i] > 0 ? (guint32) (at - (char *) self) : NO_TEXT;
      if (lengths[i] > 0)
        memcpy (at, moked_cursor_get_text (cursor, i + 1), lengths[i]);
      at += lengths[i];
    }
  return self;
}

gint64
moked_row_data_get_row_id (MokedRowData *data)
{
  return data->row_id;
}

void
moked_row_data_free (MokedRowData *data)
{
  g_free (data);
}

static const char *
get_text (MokedRowData *data,
          guint         index)
{
  if (data == NULL || index >= data->n_texts || data->offsets[index] == NO_TEXT)
    return NULL;
  return (const char *) data + data->offsets[index];
}

static void
leave_home (MokedRow *self)
{
  if (self->home != NULL && g_hash_table_lookup (self->home, &self->row_id) == self)
    g_hash_table_remove (self->home, &self->row_id);
  g_clear_pointer (&self->home, g_hash_table_unref);
}

static void
enter_home (MokedRow   *self,
            GHashTable *home)
{
  if (home == NULL)
    return;
  self->home = g_hash_table_ref (home);
  g_hash_table_replace (home, &self->row_id, self);
}

static void
moked_row_finalize (GObject *object)
{
  MokedRow *self = MOKED_ROW (object);

  leave_home (self);
  g_free (self->data);
  g_free (self->watches);
  G_OBJECT_CLASS (moked_row_parent_class)->finalize (object);
}

static void
moked_row_class_init (MokedRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_row_finalize;
}

static void
moked_row_init (MokedRow *self)
{
}

/**
 * moked_row_new: (skip)
 * @row_id: the row's number in its table
 * @home: (nullable): a table of #gint64 keys; it holds the row, without a reference, as long as it lives
 *
 * Returns: (transfer full): a placeholder
 */
MokedRow *
moked_row_new (gint64      row_id,
               GHashTable *home)
{
  MokedRow *self = g_object_new (MOKED_TYPE_ROW, NULL);

  self->row_id = row_id;
  enter_home (self, home);
  return self;
}

/**
 * moked_row_reassign: (skip)
 * @self: a row
 * @row_id: the row that it stands for from now on; 0 for none
 * @home: (nullable): as in [ctor@Row.new]
 *
 * A widget that shows a row costs a hundred times what a new text in it does, so rows outlive queries.
 * The contents are still the old ones; [method@Row.set_data] is to follow.
 */
void
moked_row_reassign (MokedRow   *self,
                    gint64      row_id,
                    GHashTable *home)
{
  g_return_if_fail (MOKED_IS_ROW (self));

  leave_home (self);
  self->row_id = row_id;
  enter_home (self, home);
}

gint64
moked_row_get_row_id (MokedRow *self)
{
  g_return_val_if_fail (MOKED_IS_ROW (self), 0);

  return self->row_id;
}

gboolean
moked_row_is_loaded (MokedRow *self)
{
  g_return_val_if_fail (MOKED_IS_ROW (self), FALSE);

  return self->data != NULL;
}

/**
 * moked_row_get_id:
 *
 * Returns: (nullable): the id of the record; %NULL until the row is loaded
 */
const char *
moked_row_get_id (MokedRow *self)
{
  g_return_val_if_fail (MOKED_IS_ROW (self), NULL);

  return get_text (self->data, 0);
}

/**
 * moked_row_get_text:
 * @self: a row
 * @column: index in the columns of its query
 *
 * Returns: (nullable): the value; %NULL when it is unset or the row is not loaded yet
 */
const char *
moked_row_get_text (MokedRow *self,
                    guint     column)
{
  g_return_val_if_fail (MOKED_IS_ROW (self), NULL);

  return get_text (self->data, column + 1);
}

gint64
moked_row_get_int (MokedRow *self,
                   guint     column)
{
  const char *text = moked_row_get_text (self, column);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

/**
 * moked_row_watch:
 * @self: a row
 * @func: called when its contents arrive or change
 * @user_data: for @func
 *
 * A thousand cells are bound in one frame of scrolling, so this is a plain list and not a signal.
 */
void
moked_row_watch (MokedRow    *self,
                 MokedRowFunc func,
                 gpointer     user_data)
{
  g_return_if_fail (MOKED_IS_ROW (self));

  if (self->n_watches % 8 == 0)
    self->watches = g_renew (Watch, self->watches, self->n_watches + 8);
  self->watches[self->n_watches++] = (Watch) { func, user_data };
}

void
moked_row_unwatch (MokedRow    *self,
                   MokedRowFunc func,
                   gpointer     user_data)
{
  g_return_if_fail (MOKED_IS_ROW (self));

  for (guint i = 0; i < self->n_watches; i++)
    if (self->watches[i].func == func && self->watches[i].user_data == user_data)
      {
        self->watches[i] = self->watches[--self->n_watches];
        return;
      }
}

/**
 * moked_row_set_data: (skip)
 * @self: a row
 * @data: (transfer full) (nullable): what the database holds; %NULL for a placeholder
 *
 * Returns: whether the contents are different from what they were
 */
gboolean
moked_row_set_data (MokedRow     *self,
                    MokedRowData *data)
{
  if (self->data == data)
    return FALSE;
  if (self->data != NULL && data != NULL && self->data->size == data->size &&
      memcmp (self->data, data, data->size) == 0)
    {
      moked_row_data_free (data);
      return FALSE;
    }
  g_free (self->data);
  self->data = data;
  /* Backwards, because a watcher may unwatch while it is told. */
  for (guint i = self->n_watches; i-- > 0;)
    if (i < self->n_watches)
      self->watches[i].func (self, self->watches[i].user_data);
  return TRUE;
}
