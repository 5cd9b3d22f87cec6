/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-query-model.h"

#include "store/moked-known-order.h"
#include "store/moked-query-run.h"
#include "store/moked-row-list.h"

#define MIN_PAUSE_USEC 50000

/**
 * MokedQueryModel:
 *
 * The rows of a query as a list of a million items that are [class@Row]s, without waiting for any of it.
 *
 * A new query shows its first rows at once; the number of all rows comes when the reader thread has
 * walked the list to its end. When records of the table change, the list is read again and only the
 * differences are told.
 *
 * When another query replaces the list, the rows at its beginning come to stand for the new records. Who
 * shows the list has to scroll to its beginning before; see [signal@QueryModel::replacing].
 *
 * All of it belongs to the main thread.
 */
struct _MokedQueryModel
{
  GObject        parent_instance;
  MokedStore    *store;
  char          *business;
  MokedQuery    *query;
  MokedRowList  *list;
  MokedKnownOrder *order;
  GStrv          watched;
  gulong         changed_handler;

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

G_DEFINE_FINAL_TYPE_WITH_CODE (MokedQueryModel, moked_query_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, moked_query_model_list_model_init))

/* The list */

static GType
moked_query_model_get_item_type (GListModel *model)
{
  return MOKED_TYPE_ROW;
}

static guint
moked_query_model_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (MOKED_QUERY_MODEL (model)->list));
}

static gpointer
moked_query_model_get_item (GListModel *model,
                            guint       position)
{
  return g_list_model_get_item (G_LIST_MODEL (MOKED_QUERY_MODEL (model)->list), position);
}

static void
moked_query_model_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = moked_query_model_get_item_type;
  iface->get_n_items = moked_query_model_get_n_items;
  iface->get_item = moked_query_model_get_item;
}

static void
replace_list (MokedQueryModel  *self,
              MokedQueryResult *result)
{
  g_signal_emit (self, signals[REPLACING], 0);
  moked_row_list_replace (self->list, result->ids, result->rows);
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
keep_order (MokedQueryModel *self)
{
  if (self->again)
    return;
  if (moked_query_is_matching (self->query))
    moked_known_order_renew (self->order);
  else if (moked_query_get_limit (self->query) == 0)
    moked_known_order_keep (self->order, self->query, moked_row_list_get_ids (self->list));
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
      replace_list (self, result);
      set_state (self, FALSE, FALSE);
      return;
    }
  end_run (self);
  if (result->error != NULL)
    g_message ("A list could not be read: %s", result->error->message);
  else if (result->changes != NULL)
    moked_row_list_change (self->list, result->ids, result->changes, result->rows);
  else if (beginning_shown)
    moked_row_list_extend (self->list, result->ids);
  else
    replace_list (self, result);
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
  g_autoptr (GArray) known = moked_row_list_list_known (self->list);

  prepare_run (self);
  self->run = moked_query_run_again (self->store, self->business, self->query, moked_row_list_get_ids (self->list),
                                     known, on_result, self);
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
  moked_known_order_changed (self->order);
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
  g_clear_pointer (&self->order, moked_known_order_free);
  if (self->list != NULL)
    g_signal_handlers_disconnect_by_data (self->list, self);
  if (self->store != NULL)
    g_clear_signal_handler (&self->changed_handler, self->store);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (moked_query_model_parent_class)->dispose (object);
}

static void
moked_query_model_finalize (GObject *object)
{
  MokedQueryModel *self = MOKED_QUERY_MODEL (object);

  g_clear_object (&self->list);
  g_clear_pointer (&self->query, moked_query_unref);
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
  self->order = moked_known_order_new (store, business);
  self->list = moked_row_list_new (store, business);
  g_signal_connect_swapped (self->list, "items-changed", G_CALLBACK (g_list_model_items_changed), self);
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

  moked_row_list_set_query (self->list, query);
  moked_query_ref (query);
  g_clear_pointer (&self->query, moked_query_unref);
  self->query = query;
  set_state (self, TRUE, FALSE);
  prepare_run (self);
  self->run = moked_query_run_list (self->store, self->business, query, moked_known_order_get (self->order, query),
                                    on_result, self);
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

  return moked_row_list_get_ids (self->list)->len;
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
         moked_query_model_get_n_rows (self) >= moked_query_get_limit (self->query);
}

/**
 * moked_query_model_get_row_id:
 * @self: a list that is counted
 * @position: which row
 *
 * Returns: the row's number in its table, without reading the row; 0 when there is no such row
 */
gint64
moked_query_model_get_row_id (MokedQueryModel *self,
                              guint            position)
{
  GArray *row_ids;

  g_return_val_if_fail (MOKED_IS_QUERY_MODEL (self), 0);

  row_ids = moked_row_list_get_ids (self->list);
  return position < row_ids->len ? g_array_index (row_ids, gint64, position) : 0;
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
  GArray *row_ids;

  g_return_val_if_fail (MOKED_IS_QUERY_MODEL (self), G_MAXUINT);

  row_ids = moked_row_list_get_ids (self->list);
  for (guint i = 0; i < row_ids->len; i++)
    if (g_array_index (row_ids, gint64, i) == row_id)
      return i;
  return G_MAXUINT;
}
