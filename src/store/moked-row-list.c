/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-row-list.h"

#include "store/moked-list-diff.h"
#include "store/moked-query-run.h"
#include "store/moked-row-cache.h"

#define PAGE_ROWS 128

/* Up to MOKED_QUERY_FIRST_ROWS, where there may be widgets, a list changes its length by so many at once. */
#define STEP_ROWS 32

/**
 * MokedRowList:
 *
 * A list of a million items that are [class@Row]s. What is kept is one number a row and the contents of about
 * a thousand rows; others are placeholders that are filled in when somebody asks for them.
 *
 * When another list takes its place, the rows at its beginning come to stand for the new records, so that their
 * widgets stay, and only the difference in length is told, a few rows at a time where GTK has widgets to make
 * or unmake. (Told as all gone and all new, GTK would make two hundred rows in one frame, and told in one step it
 * would look at each of a million for the selected one.)
 */
struct _MokedRowList
{
  GObject        parent_instance;
  MokedRowCache *cache;
  MokedQuery    *query;
  GArray        *ids;   /* gint64; never changed in place, because the reader compares with it */
  guint          shown; /* how many items the list has; on its way to the number of ids */
  GPtrArray     *empty; /* MokedRow, at the positions where there is no id any more */
  guint          step_source;

  /* While changes are told one by one, the list is the new one up to new_end and the old one from
   * old_begin. */
  GArray        *old_ids;
  guint          new_end;
  guint          old_begin;
};

static void moked_row_list_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MokedRowList, moked_row_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, moked_row_list_list_model_init))

static gint64
row_id_at (MokedRowList *self,
           guint            position)
{
  if (self->old_ids != NULL && position >= self->new_end)
    return g_array_index (self->old_ids, gint64, position - self->new_end + self->old_begin);
  return g_array_index (self->ids, gint64, position);
}

static guint
count_items (MokedRowList *self)
{
  return self->old_ids != NULL ? self->new_end + (self->old_ids->len - self->old_begin) : self->shown;
}

static GType
moked_row_list_get_item_type (GListModel *model)
{
  return MOKED_TYPE_ROW;
}

static guint
moked_row_list_get_n_items (GListModel *model)
{
  return count_items (MOKED_ROW_LIST (model));
}

static gpointer
moked_row_list_get_item (GListModel *model,
                         guint       position)
{
  MokedRowList *self = MOKED_ROW_LIST (model);
  MokedRow *row;
  guint begin, end;

  if (position >= count_items (self))
    return NULL;
  if (self->old_ids == NULL && position >= self->ids->len)
    return g_object_ref (g_ptr_array_index (self->empty, position));
  row = moked_row_cache_get (self->cache, row_id_at (self, position));
  if (!moked_row_is_loaded (row) && position < self->ids->len &&
      !moked_row_cache_is_wanted (self->cache, moked_row_get_row_id (row)))
    {
      begin = position / PAGE_ROWS * PAGE_ROWS;
      end = MIN (begin + PAGE_ROWS, self->ids->len);
      moked_row_cache_want (self->cache, &g_array_index (self->ids, gint64, begin), end - begin);
    }
  return row;
}

static void
moked_row_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = moked_row_list_get_item_type;
  iface->get_n_items = moked_row_list_get_n_items;
  iface->get_item = moked_row_list_get_item;
}

static void
set_ids (MokedRowList *self,
         GArray          *ids)
{
  g_array_ref (ids);
  g_array_unref (self->ids);
  self->ids = ids;
}

static void
set_shown (MokedRowList *self,
           guint            shown)
{
  guint before = self->shown;

  self->shown = shown;
  if (shown > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, shown - before);
  else if (shown < before)
    g_list_model_items_changed (G_LIST_MODEL (self), shown, before - shown, 0);
}

static void
show_all (MokedRowList *self)
{
  g_clear_handle_id (&self->step_source, g_source_remove);
  set_shown (self, self->ids->len);
}

static gboolean
step (gpointer user_data)
{
  MokedRowList *self = user_data;
  guint n = self->ids->len;

  if (self->shown < MIN (n, MOKED_QUERY_FIRST_ROWS) && self->shown + STEP_ROWS < n)
    set_shown (self, self->shown + STEP_ROWS);
  else if (self->shown > n + STEP_ROWS)
    set_shown (self, self->shown - STEP_ROWS);
  else
    {
      self->step_source = 0;
      set_shown (self, n);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

static GPtrArray *
list_beginning (MokedRowList *self)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < MIN (self->shown, MOKED_QUERY_FIRST_ROWS); i++)
    g_ptr_array_add (objects, g_list_model_get_item (G_LIST_MODEL (self), i));
  return objects;
}

/**
 * moked_row_list_replace: (skip)
 * @ids: (element-type gint64): another list
 * @rows: (element-type MokedRowData): contents of its beginning
 *
 * The rows at the beginning come to stand for the records at the beginning of @ids.
 */
void
moked_row_list_replace (MokedRowList *self,
                        GArray       *ids,
                        GPtrArray    *rows)
{
  g_autoptr (GPtrArray) beginning = NULL;

  g_clear_handle_id (&self->step_source, g_source_remove);
  if (self->shown > MOKED_QUERY_FIRST_ROWS)
    set_shown (self, MOKED_QUERY_FIRST_ROWS);
  beginning = list_beginning (self);
  moked_row_cache_replace (self->cache, beginning, ids, rows);
  set_ids (self, ids);
  g_clear_pointer (&self->empty, g_ptr_array_unref);
  self->empty = g_steal_pointer (&beginning);
  if (self->shown == 0)
    set_shown (self, MIN (ids->len, STEP_ROWS));
  if (self->shown != ids->len)
    self->step_source = g_idle_add (step, self);
}

/* Rows of other columns cannot be used again. */
static void
forget_list (MokedRowList *self)
{
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (gint64));

  set_ids (self, none);
  show_all (self);
}

static void
tell_change (MokedRowList       *self,
             const MokedListChange *change)
{
  guint position;

  /* Up to the change both lists are the same. */
  self->new_end += change->old_position - self->old_begin;
  self->old_begin = change->old_position + change->removed;
  position = self->new_end;
  if (change->removed > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), position, change->removed, 0);
  self->new_end += change->added;
  if (change->added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), position, 0, change->added);
}

/**
 * moked_row_list_change: (skip)
 * @ids: (element-type gint64): the list as it is now
 * @changes: (element-type MokedListChange): what is different
 * @rows: (element-type MokedRowData): contents that were read anew
 */
void
moked_row_list_change (MokedRowList *self,
                       GArray       *ids,
                       GArray       *changes,
                       GPtrArray    *rows)
{
  moked_row_cache_put (self->cache, rows);
  show_all (self);
  self->old_ids = g_array_ref (self->ids);
  self->new_end = self->old_begin = 0;
  set_ids (self, ids);
  self->shown = ids->len;
  for (guint i = 0; i < changes->len; i++)
    tell_change (self, &g_array_index (changes, MokedListChange, i));
  g_clear_pointer (&self->old_ids, g_array_unref);
}

/**
 * moked_row_list_extend: (skip)
 * @ids: (element-type gint64): the whole list whose beginning is shown already
 */
void
moked_row_list_extend (MokedRowList *self,
                       GArray       *ids)
{
  set_ids (self, ids);
  if (self->step_source == 0)
    set_shown (self, ids->len);
}

static void
moked_row_list_dispose (GObject *object)
{
  g_clear_handle_id (&MOKED_ROW_LIST (object)->step_source, g_source_remove);
  G_OBJECT_CLASS (moked_row_list_parent_class)->dispose (object);
}

static void
moked_row_list_finalize (GObject *object)
{
  MokedRowList *self = MOKED_ROW_LIST (object);

  g_clear_pointer (&self->cache, moked_row_cache_free);
  g_clear_pointer (&self->query, moked_query_unref);
  g_clear_pointer (&self->ids, g_array_unref);
  g_clear_pointer (&self->empty, g_ptr_array_unref);
  G_OBJECT_CLASS (moked_row_list_parent_class)->finalize (object);
}

static void
moked_row_list_class_init (MokedRowListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = moked_row_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = moked_row_list_finalize;
}

static void
moked_row_list_init (MokedRowList *self)
{
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
}

MokedRowList *
moked_row_list_new (MokedStore *store,
                    const char *business)
{
  MokedRowList *self = g_object_new (MOKED_TYPE_ROW_LIST, NULL);

  self->cache = moked_row_cache_new (store, business);
  return self;
}

/**
 * moked_row_list_set_query: (skip)
 * @query: what rows are read for from now on
 *
 * Empties the list if its rows hold other columns.
 */
void
moked_row_list_set_query (MokedRowList *self,
                          MokedQuery   *query)
{
  if (self->query != NULL && !moked_query_same_rows (self->query, query))
    forget_list (self);
  moked_query_ref (query);
  g_clear_pointer (&self->query, moked_query_unref);
  self->query = query;
  moked_row_cache_set_query (self->cache, query);
}

/* Returns (transfer none) all row_ids, of which the list may not have all items yet. */
GArray *
moked_row_list_get_ids (MokedRowList *self)
{
  return self->ids;
}

/* Returns (transfer full) the row_ids of all rows that somebody may look at. */
GArray *
moked_row_list_list_known (MokedRowList *self)
{
  return moked_row_cache_list_known (self->cache);
}
