/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-query-model.h"

#include "store/moked-list-diff.h"
#include "store/moked-query-run.h"
#include "store/moked-row-cache.h"

#define PAGE_ROWS 128
#define MIN_PAUSE_USEC 50000

/* Up to MOKED_QUERY_FIRST_ROWS, where there may be widgets, a list changes its length by so many at once. */
#define STEP_ROWS 32

/**
 * MokedQueryModel:
 *
 * The rows of a query as a list of a million items that are [class@Row]s, without waiting for any of it.
 *
 * A new query shows its first rows at once; the number of all rows comes when the reader thread has
 * walked the list to its end. What is kept is one number a row and the contents of about a thousand rows;
 * others are placeholders that are filled in when somebody asks for them. When records of the table
 * change, the list is read again and only the differences are told.
 *
 * When another query replaces the list, the rows at its beginning come to stand for the new records, so
 * that their widgets stay, and only the difference in length is told, a few rows at a time where GTK has
 * widgets to make or unmake. (Told as all gone and all new, GTK would make two hundred rows in one frame,
 * and told in one step it would look at each of a million for the selected one.) Who shows the list has to
 * scroll to its beginning before; see [signal@QueryModel::replacing].
 *
 * All of it belongs to the main thread.
 */
struct _MokedQueryModel
{
  GObject        parent_instance;
  MokedStore    *store;
  char          *business;
  MokedQuery    *query;
  MokedRowCache *cache;
  GStrv          watched;
  gulong         changed_handler;

  GArray        *ids;   /* gint64; never changed in place, because the reader compares with it */
  guint          shown; /* how many items the list has; on its way to the number of ids */
  GPtrArray     *empty; /* MokedRow, at the positions where there is no id any more */
  guint          step_source;

  /* While changes are told one by one, the list is the new one up to new_end and the old one from
   * old_begin. */
  GArray        *old_ids;
  guint          new_end;
  guint          old_begin;

  /* All rows in the last order, without a search; a search by the same order goes through them. */
  GArray        *order;
  char          *order_key;

  MokedQueryRun *run;
  gboolean       loading;
  gboolean       counted;
  gboolean       again;
  gint64         started_at;
  guint          pause_source;
};

enum
{
  PROP_LOADING = 1,
  PROP_COUNTED,
  N_PROPERTIES,
};

enum
{
  REPLACING,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

static void moked_query_model_list_model_init (GListModelInterface *iface);
static void start_refresh (MokedQueryModel *self);
static void forget_order (MokedQueryModel *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (MokedQueryModel, moked_query_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, moked_query_model_list_model_init))

/* The list */

static gint64
row_id_at (MokedQueryModel *self,
           guint            position)
{
  if (self->old_ids != NULL && position >= self->new_end)
    return g_array_index (self->old_ids, gint64, position - self->new_end + self->old_begin);
  return g_array_index (self->ids, gint64, position);
}

static guint
count_items (MokedQueryModel *self)
{
  return self->old_ids != NULL ? self->new_end + (self->old_ids->len - self->old_begin) : self->shown;
}

static GType
moked_query_model_get_item_type (GListModel *model)
{
  return MOKED_TYPE_ROW;
}

static guint
moked_query_model_get_n_items (GListModel *model)
{
  return count_items (MOKED_QUERY_MODEL (model));
}

static gpointer
moked_query_model_get_item (GListModel *model,
                            guint       position)
{
  MokedQueryModel *self = MOKED_QUERY_MODEL (model);
  MokedRow *row;
  guint begin, end;

  if (position >= count_items (self))
    return NULL;
  if (self->old_ids == NULL && position >= self->ids->len)
    return g_object_ref (g_ptr_array_index (self->empty, position));
  row = moked_row_cache_get (self->cache, row_id_at (self, position));
  if (!moked_row_is_loaded (row) && position < self->ids->len)
    {
      begin = position / PAGE_ROWS * PAGE_ROWS;
      end = MIN (begin + PAGE_ROWS, self->ids->len);
      moked_row_cache_want (self->cache, &g_array_index (self->ids, gint64, begin), end - begin);
    }
  return row;
}

static void
moked_query_model_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = moked_query_model_get_item_type;
  iface->get_n_items = moked_query_model_get_n_items;
  iface->get_item = moked_query_model_get_item;
}

static void
set_ids (MokedQueryModel *self,
         GArray          *ids)
{
  g_array_ref (ids);
  g_array_unref (self->ids);
  self->ids = ids;
}

static void
set_shown (MokedQueryModel *self,
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
show_all (MokedQueryModel *self)
{
  g_clear_handle_id (&self->step_source, g_source_remove);
  set_shown (self, self->ids->len);
}

static gboolean
step (gpointer user_data)
{
  MokedQueryModel *self = user_data;
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
list_beginning (MokedQueryModel *self)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < MIN (self->shown, MOKED_QUERY_FIRST_ROWS); i++)
    g_ptr_array_add (objects, g_list_model_get_item (G_LIST_MODEL (self), i));
  return objects;
}

static void
replace_list (MokedQueryModel *self,
              GArray          *ids,
              GPtrArray       *rows)
{
  g_autoptr (GPtrArray) beginning = NULL;

  g_signal_emit (self, signals[REPLACING], 0);
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
forget_list (MokedQueryModel *self)
{
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (gint64));

  set_ids (self, none);
  show_all (self);
}

static void
tell_change (MokedQueryModel       *self,
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

static void
change_list (MokedQueryModel *self,
             GArray          *ids,
             GArray          *changes)
{
  show_all (self);
  self->old_ids = g_array_ref (self->ids);
  self->new_end = self->old_begin = 0;
  set_ids (self, ids);
  self->shown = ids->len;
  for (guint i = 0; i < changes->len; i++)
    tell_change (self, &g_array_index (changes, MokedListChange, i));
  g_clear_pointer (&self->old_ids, g_array_unref);
}

/* The rest of a list whose beginning is shown already. */
static void
extend_list (MokedQueryModel *self,
             GArray          *ids)
{
  set_ids (self, ids);
  if (self->step_source == 0)
    set_shown (self, ids->len);
}

/* Reading */

static void
set_state (MokedQueryModel *self,
           gboolean         loading,
           gboolean         counted)
{
  gboolean was_loading = self->loading, was_counted = self->counted;

  self->loading = loading;
  self->counted = counted;
  if (was_loading != loading)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
  if (was_counted != counted || !was_loading)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNTED]);
}

static gboolean
end_pause (gpointer user_data)
{
  MokedQueryModel *self = user_data;

  self->pause_source = 0;
  if (self->again && self->run == NULL)
    start_refresh (self);
  return G_SOURCE_REMOVE;
}

/* Under a stream of changes the reader rests twice as long as it works. */
static void
end_run (MokedQueryModel *self)
{
  gint64 lasted = g_get_monotonic_time () - self->started_at;

  g_clear_pointer (&self->run, moked_query_run_cancel);
  if (self->pause_source == 0)
    self->pause_source = g_timeout_add ((guint) (MAX (2 * lasted, MIN_PAUSE_USEC) / 1000), end_pause, self);
}

static void
forget_order (MokedQueryModel *self)
{
  g_clear_pointer (&self->order, g_array_unref);
  g_clear_pointer (&self->order_key, g_free);
}

static void
keep_order (MokedQueryModel *self)
{
  if (moked_query_is_matching (self->query) || moked_query_get_limit (self->query) > 0 || self->again)
    return;
  forget_order (self);
  self->order = g_array_ref (self->ids);
  self->order_key = moked_query_dup_order_key (self->query);
}

static GArray *
get_known_order (MokedQueryModel *self)
{
  g_autofree char *key = moked_query_dup_order_key (self->query);

  return moked_query_is_matching (self->query) && g_strcmp0 (key, self->order_key) == 0 ? self->order : NULL;
}

static void
on_result (MokedQueryRun    *run,
           MokedQueryResult *result,
           gpointer          user_data)
{
  g_autoptr (MokedQueryModel) self = g_object_ref (user_data);
  gboolean beginning_shown = self->loading == FALSE && self->counted == FALSE;

  if (result->partial)
    {
      replace_list (self, result->ids, result->rows);
      set_state (self, FALSE, FALSE);
      return;
    }
  end_run (self);
  if (result->error != NULL)
    g_message ("A list could not be read: %s", result->error->message);
  else if (result->changes != NULL)
    {
      moked_row_cache_put (self->cache, result->rows);
      change_list (self, result->ids, result->changes);
    }
  else if (beginning_shown)
    extend_list (self, result->ids);
  else
    replace_list (self, result->ids, result->rows);
  if (result->error == NULL)
    keep_order (self);
  set_state (self, FALSE, TRUE);
}

static void
prepare_run (MokedQueryModel *self)
{
  g_clear_pointer (&self->run, moked_query_run_cancel);
  g_clear_handle_id (&self->pause_source, g_source_remove);
  self->again = FALSE;
  self->started_at = g_get_monotonic_time ();
}

static void
start_refresh (MokedQueryModel *self)
{
  g_autoptr (GArray) known = moked_row_cache_list_known (self->cache);

  prepare_run (self);
  self->run =
      moked_query_run_again (self->store, self->business, self->query, self->ids, known, on_result, self);
}

static gboolean
concerns_us (MokedQueryModel *self,
             const char      *business,
             GPtrArray       *entities)
{
  if (business != NULL && !g_str_equal (business, self->business))
    return FALSE;
  /* Without a business it is the search index that caught up. */
  if (business == NULL && !moked_query_is_matching (self->query))
    return FALSE;
  for (guint i = 0; i < entities->len; i++)
    {
      const char *entity = g_ptr_array_index (entities, i);

      if (g_str_equal (entity, moked_query_get_table (self->query)) ||
          (self->watched != NULL && g_strv_contains ((const char *const *) self->watched, entity)))
        return TRUE;
    }
  return FALSE;
}

static void
on_changed (MokedStore      *store,
            const char      *business,
            GPtrArray       *entities,
            MokedQueryModel *self)
{
  if (self->query == NULL || !concerns_us (self, business, entities))
    return;
  forget_order (self);
  moked_query_model_refresh (self);
}

static void
moked_query_model_get_property (GObject    *object,
                                guint       property,
                                GValue     *value,
                                GParamSpec *pspec)
{
  MokedQueryModel *self = MOKED_QUERY_MODEL (object);

  if (property == PROP_LOADING)
    g_value_set_boolean (value, self->loading);
  else if (property == PROP_COUNTED)
    g_value_set_boolean (value, self->counted);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
}

static void
moked_query_model_dispose (GObject *object)
{
  MokedQueryModel *self = MOKED_QUERY_MODEL (object);

  g_clear_pointer (&self->run, moked_query_run_cancel);
  g_clear_handle_id (&self->pause_source, g_source_remove);
  g_clear_handle_id (&self->step_source, g_source_remove);
  if (self->store != NULL)
    g_clear_signal_handler (&self->changed_handler, self->store);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (moked_query_model_parent_class)->dispose (object);
}

static void
moked_query_model_finalize (GObject *object)
{
  MokedQueryModel *self = MOKED_QUERY_MODEL (object);

  g_clear_pointer (&self->cache, moked_row_cache_free);
  g_clear_pointer (&self->query, moked_query_unref);
  g_clear_pointer (&self->ids, g_array_unref);
  g_clear_pointer (&self->empty, g_ptr_array_unref);
  forget_order (self);
  g_clear_pointer (&self->business, g_free);
  g_clear_pointer (&self->watched, g_strfreev);
  G_OBJECT_CLASS (moked_query_model_parent_class)->finalize (object);
}

static void
moked_query_model_class_init (MokedQueryModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = moked_query_model_get_property;
  object_class->dispose = moked_query_model_dispose;
  object_class->finalize = moked_query_model_finalize;

  /**
   * MokedQueryModel:loading:
   *
   * Whether what is shown is still the list before the last query.
   */
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  /**
   * MokedQueryModel:counted:
   *
   * Whether the whole list is known, so that its number of items is the number of rows. Notified
   * whenever the list was read again.
   */
  properties[PROP_COUNTED] = g_param_spec_boolean ("counted", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * MokedQueryModel::replacing:
   *
   * The rows are about to stand for other records. Who shows them forgets the selection and scrolls to
   * the beginning, where the rows stay.
   */
  signals[REPLACING] =
      g_signal_new ("replacing", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
moked_query_model_init (MokedQueryModel *self)
{
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
}

/**
 * moked_query_model_new:
 * @store: an open store
 * @business: whose rows
 *
 * Returns: (transfer full): an empty list, until it has a query
 */
MokedQueryModel *
moked_query_model_new (MokedStore *store,
                       const char *business)
{
  MokedQueryModel *self = g_object_new (MOKED_TYPE_QUERY_MODEL, NULL);

  self->store = g_object_ref (store);
  self->business = g_strdup (business);
  self->cache = moked_row_cache_new (store, business);
  self->changed_handler = g_signal_connect (store, "changed", G_CALLBACK (on_changed), self);
  return self;
}

/**
 * moked_query_model_get_query:
 *
 * Returns: (transfer none) (nullable): what is shown
 */
MokedQuery *
moked_query_model_get_query (MokedQueryModel *self)
{
  g_return_val_if_fail (MOKED_IS_QUERY_MODEL (self), NULL);

  return self->query;
}

/**
 * moked_query_model_set_query:
 * @self: a model
 * @query: what to show; not to be changed any more
 *
 * Gives up what is being read and reads this. The old list stays until the first rows are here, which is
 * when [property@QueryModel:loading] becomes %FALSE.
 */
void
moked_query_model_set_query (MokedQueryModel *self,
                             MokedQuery      *query)
{
  g_return_if_fail (MOKED_IS_QUERY_MODEL (self));
  g_return_if_fail (query != NULL);

  if (self->query != NULL && !moked_query_same_rows (self->query, query))
    forget_list (self);
  moked_query_ref (query);
  g_clear_pointer (&self->query, moked_query_unref);
  self->query = query;
  moked_row_cache_set_query (self->cache, query);
  set_state (self, TRUE, FALSE);
  prepare_run (self);
  self->run =
      moked_query_run_list (self->store, self->business, query, get_known_order (self), on_result, self);
}

/**
 * moked_query_model_watch:
 * @self: a model
 * @entities: (array zero-terminated=1): kinds of records, besides the table's own, that the rows show
 */
void
moked_query_model_watch (MokedQueryModel   *self,
                         const char *const *entities)
{
  g_return_if_fail (MOKED_IS_QUERY_MODEL (self));

  g_strfreev (self->watched);
  self->watched = g_strdupv ((char **) entities);
}

/**
 * moked_query_model_refresh:
 * @self: a model
 *
 * Reads the list again and tells what is different. It happens by itself when records of the table are
 * written; changes that come thick and fast are taken together.
 */
void
moked_query_model_refresh (MokedQueryModel *self)
{
  g_return_if_fail (MOKED_IS_QUERY_MODEL (self));

  if (self->query == NULL)
    return;
  if (self->run == NULL && self->pause_source == 0)
    {
      start_refresh (self);
      return;
    }
  self->again = TRUE;
}

/**
 * moked_query_model_get_n_rows:
 *
 * Returns: how many rows are known, of which the list may not have all yet
 */
guint
moked_query_model_get_n_rows (MokedQueryModel *self)
{
  g_return_val_if_fail (MOKED_IS_QUERY_MODEL (self), 0);

  return self->ids->len;
}

gboolean
moked_query_model_is_loading (MokedQueryModel *self)
{
  g_return_val_if_fail (MOKED_IS_QUERY_MODEL (self), FALSE);

  return self->loading;
}

gboolean
moked_query_model_is_counted (MokedQueryModel *self)
{
  g_return_val_if_fail (MOKED_IS_QUERY_MODEL (self), FALSE);

  return self->counted;
}

/**
 * moked_query_model_is_capped:
 *
 * Returns: whether there may be more rows than the limit of the query lets be shown
 */
gboolean
moked_query_model_is_capped (MokedQueryModel *self)
{
  g_return_val_if_fail (MOKED_IS_QUERY_MODEL (self), FALSE);

  return self->query != NULL && moked_query_get_limit (self->query) > 0 &&
         self->ids->len >= moked_query_get_limit (self->query);
}

/**
 * moked_query_model_find_row_id:
 * @self: a model
 * @row_id: a row's number in its table
 *
 * Returns: its position, or %G_MAXUINT when it is not in the list
 */
guint
moked_query_model_find_row_id (MokedQueryModel *self,
                               gint64           row_id)
{
  g_return_val_if_fail (MOKED_IS_QUERY_MODEL (self), G_MAXUINT);

  for (guint i = 0; i < self->ids->len; i++)
    if (g_array_index (self->ids, gint64, i) == row_id)
      return i;
  return G_MAXUINT;
}
