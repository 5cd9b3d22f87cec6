/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-row-cache.h"

#include "store/moked-query-run.h"

#define KEPT_ROWS 1024
#define MAX_WANTED 1024
#define DROPPED_AT_ONCE 128

/**
 * MokedRowCache:
 *
 * The contents of the rows that were looked at lately. A row is the same object as long as anybody holds
 * it, so that what changes in the database changes where it is shown.
 *
 * What is wanted while a fetch is under way waits for the next one, and of what waits too long only the
 * newest is kept: who scrolls past rows does not want them any more.
 */
struct _MokedRowCache
{
  MokedStore    *store;
  char          *business;
  MokedQuery    *query;
  GHashTable    *rows;   /* row_id → MokedRow, without a reference */
  GQueue         kept;   /* MokedRow */
  GArray        *wanted; /* gint64 */
  GHashTable    *asked;  /* row_id, of those wanted or being fetched */
  MokedQueryRun *fetch;
  guint          source;
};

MokedRowCache *
moked_row_cache_new (MokedStore *store,
                     const char *business)
{
  MokedRowCache *self = g_new0 (MokedRowCache, 1);

  self->store = g_object_ref (store);
  self->business = g_strdup (business);
  self->rows = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->wanted = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->asked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return self;
}

static void
forget_wishes (MokedRowCache *self)
{
  g_clear_pointer (&self->fetch, moked_query_run_cancel);
  g_clear_handle_id (&self->source, g_source_remove);
  g_array_set_size (self->wanted, 0);
  g_hash_table_remove_all (self->asked);
}

void
moked_row_cache_free (MokedRowCache *self)
{
  forget_wishes (self);
  g_queue_clear_full (&self->kept, g_object_unref);
  g_clear_pointer (&self->query, moked_query_unref);
  g_hash_table_unref (self->rows);
  g_hash_table_unref (self->asked);
  g_array_unref (self->wanted);
  g_object_unref (self->store);
  g_free (self->business);
  g_free (self);
}

static void
reset_rows (MokedRowCache *self)
{
  forget_wishes (self);
  g_hash_table_unref (self->rows);
  self->rows = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_queue_clear_full (&self->kept, g_object_unref);
}

/* Rows read for other columns are of no use; those that are still shown keep what they have. */
void
moked_row_cache_set_query (MokedRowCache *self,
                           MokedQuery    *query)
{
  if (self->query == NULL || !moked_query_same_rows (self->query, query))
    reset_rows (self);
  moked_query_ref (query);
  g_clear_pointer (&self->query, moked_query_unref);
  self->query = query;
}

/* Returns (transfer full) a row, a placeholder if it is not known. */
MokedRow *
moked_row_cache_get (MokedRowCache *self,
                     gint64         row_id)
{
  MokedRow *row = g_hash_table_lookup (self->rows, &row_id);

  if (row != NULL)
    return g_object_ref (row);
  row = moked_row_new (row_id, self->rows);
  g_queue_push_tail (&self->kept, g_object_ref (row));
  if (self->kept.length > KEPT_ROWS)
    g_object_unref (g_queue_pop_head (&self->kept));
  return row;
}

void
moked_row_cache_put (MokedRowCache *self,
                     GPtrArray     *rows)
{
  g_ptr_array_set_free_func (rows, NULL);
  for (guint i = 0; i < rows->len; i++)
    {
      MokedRowData *data = g_ptr_array_index (rows, i);
      g_autoptr (MokedRow) row = moked_row_cache_get (self, moked_row_data_get_row_id (data));

      moked_row_set_data (row, data);
    }
  g_ptr_array_set_size (rows, 0);
}

static GHashTable *
index_data (GPtrArray *rows)
{
  GHashTable *by_row_id =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) moked_row_data_free);

  g_ptr_array_set_free_func (rows, NULL);
  for (guint i = 0; i < rows->len; i++)
    {
      MokedRowData *data = g_ptr_array_index (rows, i);
      gint64 row_id = moked_row_data_get_row_id (data);

      g_hash_table_insert (by_row_id, g_memdup2 (&row_id, sizeof row_id), data);
    }
  g_ptr_array_set_size (rows, 0);
  return by_row_id;
}

static MokedRowData *
steal_data (GHashTable *by_row_id,
            gint64      row_id)
{
  g_autofree gint64 *key = NULL;
  gpointer data = NULL;

  g_hash_table_steal_extended (by_row_id, &row_id, (gpointer *) &key, &data);
  return data;
}

/**
 * moked_row_cache_replace: (skip)
 * @self: a cache
 * @objects: (element-type MokedRow): the rows at the beginning of the list; they come to stand for the
 *   beginning of the new one
 * @row_ids: (element-type gint64): the new list
 * @rows: (element-type MokedRowData): contents of its beginning
 *
 * Forgets all rows but these. Objects beyond the end of the new list become empty.
 */
void
moked_row_cache_replace (MokedRowCache *self,
                         GPtrArray     *objects,
                         GArray        *row_ids,
                         GPtrArray     *rows)
{
  g_autoptr (GHashTable) by_row_id = index_data (rows);
  gint64 row_id;

  reset_rows (self);
  for (guint i = 0; i < objects->len; i++)
    {
      gboolean used = i < row_ids->len;

      row_id = used ? g_array_index (row_ids, gint64, i) : 0;
      moked_row_reassign (g_ptr_array_index (objects, i), row_id, used ? self->rows : NULL);
    }
  for (guint i = 0; i < objects->len; i++)
    {
      row_id = i < row_ids->len ? g_array_index (row_ids, gint64, i) : 0;
      g_queue_push_tail (&self->kept, g_object_ref (g_ptr_array_index (objects, i)));
      moked_row_set_data (g_ptr_array_index (objects, i), steal_data (by_row_id, row_id));
    }
  for (guint i = objects->len; i < row_ids->len && g_hash_table_size (by_row_id) > 0; i++)
    {
      g_autoptr (MokedRow) row = moked_row_cache_get (self, g_array_index (row_ids, gint64, i));

      moked_row_set_data (row, steal_data (by_row_id, moked_row_get_row_id (row)));
    }
}

/* Whether the row is to be read soon. */
gboolean
moked_row_cache_is_wanted (MokedRowCache *self,
                           gint64         row_id)
{
  return g_hash_table_contains (self->asked, &row_id);
}

/* Returns (transfer full) the row_ids of all rows that somebody may look at. */
GArray *
moked_row_cache_list_known (MokedRowCache *self)
{
  GArray *known = g_array_new (FALSE, FALSE, sizeof (gint64));
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_vals (known, key, 1);
  return known;
}

static void start_fetch (MokedRowCache *self);

static void
on_fetched (MokedQueryRun    *run,
            MokedQueryResult *result,
            gpointer          user_data)
{
  MokedRowCache *self = user_data;

  g_clear_pointer (&self->fetch, moked_query_run_cancel);
  g_hash_table_remove_all (self->asked);
  if (result->rows != NULL)
    moked_row_cache_put (self, result->rows);
  else if (result->error != NULL)
    g_message ("Rows could not be read: %s", result->error->message);
  if (self->wanted->len > 0)
    start_fetch (self);
}

static void
start_fetch (MokedRowCache *self)
{
  g_autoptr (GArray) row_ids = g_steal_pointer (&self->wanted);

  self->wanted = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < row_ids->len; i++)
    g_hash_table_add (self->asked, g_memdup2 (&g_array_index (row_ids, gint64, i), sizeof (gint64)));
  self->fetch = moked_query_run_rows (self->store, self->business, self->query, row_ids, on_fetched, self);
}

static gboolean
start_fetch_later (gpointer user_data)
{
  MokedRowCache *self = user_data;

  self->source = 0;
  if (self->fetch == NULL && self->wanted->len > 0)
    start_fetch (self);
  return G_SOURCE_REMOVE;
}

static void
drop_oldest_wishes (MokedRowCache *self)
{
  for (guint i = 0; i < DROPPED_AT_ONCE; i++)
    g_hash_table_remove (self->asked, &g_array_index (self->wanted, gint64, i));
  g_array_remove_range (self->wanted, 0, DROPPED_AT_ONCE);
}

static gboolean
is_loaded (MokedRowCache *self,
           gint64         row_id)
{
  MokedRow *row = g_hash_table_lookup (self->rows, &row_id);

  return row != NULL && moked_row_is_loaded (row);
}

/**
 * moked_row_cache_want: (skip)
 * @self: a cache with a query
 * @row_ids: (array length=n_row_ids): rows to read soon
 *
 * Wishes of one turn of the main loop are read together.
 */
void
moked_row_cache_want (MokedRowCache *self,
                      const gint64  *row_ids,
                      guint          n_row_ids)
{
  for (guint i = 0; i < n_row_ids; i++)
    {
      if (g_hash_table_contains (self->asked, &row_ids[i]) || is_loaded (self, row_ids[i]))
        continue;
      g_hash_table_add (self->asked, g_memdup2 (&row_ids[i], sizeof (gint64)));
      g_array_append_val (self->wanted, row_ids[i]);
      if (self->wanted->len > MAX_WANTED)
        drop_oldest_wishes (self);
    }
  if (self->source == 0 && self->fetch == NULL && self->wanted->len > 0)
    self->source = g_idle_add_full (G_PRIORITY_DEFAULT, start_fetch_later, self, NULL);
}
