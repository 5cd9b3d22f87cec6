/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-ui-context-private.h"

enum
{
  OPEN,
  TOAST,
  CARD,
  SERVICE_CHANGED,
  PAIR,
  N_SIGNALS
};

enum
{
  PROP_0,
  PROP_USER_NAME,
  N_PROPS
};

static guint signals[N_SIGNALS];
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MokedUiContext, moked_ui_context, G_TYPE_OBJECT)

static void
moked_ui_context_dispose (GObject *object)
{
  MokedUiContext *self = MOKED_UI_CONTEXT (object);

  moked_ui_context_set_root (self, NULL);
  moked_undo_stack_clear (self->undo);
  g_clear_object (&self->sync);
  g_clear_object (&self->transport);
  g_clear_object (&self->cache);
  g_clear_object (&self->clock);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->data_dir, g_free);
  g_clear_pointer (&self->user_name, g_free);
  g_clear_pointer (&self->user_names, g_hash_table_unref);
  g_clear_pointer (&self->entity, g_free);
  g_clear_pointer (&self->id, g_free);
  G_OBJECT_CLASS (moked_ui_context_parent_class)->dispose (object);
}

static void
moked_ui_context_finalize (GObject *object)
{
  moked_undo_stack_free (MOKED_UI_CONTEXT (object)->undo);
  G_OBJECT_CLASS (moked_ui_context_parent_class)->finalize (object);
}

static void
moked_ui_context_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  MokedUiContext *self = MOKED_UI_CONTEXT (object);

  switch (id)
    {
    case PROP_USER_NAME:
      g_value_set_string (value, self->user_name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
moked_ui_context_class_init (MokedUiContextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = moked_ui_context_dispose;
  object_class->finalize = moked_ui_context_finalize;
  object_class->get_property = moked_ui_context_get_property;
  properties[PROP_USER_NAME] = g_param_spec_string ("user-name", NULL, NULL, NULL,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * MokedUiContext::open:
   * @entity: what kind of record
   * @id: which one
   *
   * Somebody asked to see a record. The window listens.
   *
   * Returns: whether there was a page for it
   */
  signals[OPEN] = g_signal_new ("open", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                g_signal_accumulator_true_handled, NULL, NULL,
                                G_TYPE_BOOLEAN, 2, G_TYPE_STRING, G_TYPE_STRING);

  /**
   * MokedUiContext::toast:
   * @toast: to show
   */
  signals[TOAST] = g_signal_new ("toast", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 1, ADW_TYPE_TOAST);

  /**
   * MokedUiContext::card:
   * @card: widget to lay over the page
   */
  signals[CARD] = g_signal_new ("card", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 1, GTK_TYPE_WIDGET);

  /**
   * MokedUiContext::service-changed:
   *
   * The sync client or the transport is another one.
   */
  signals[SERVICE_CHANGED] = g_signal_new ("service-changed", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * MokedUiContext::pair:
   * @token: that the service gave to this computer
   */
  signals[PAIR] = g_signal_new ("pair", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
moked_ui_context_init (MokedUiContext *self)
{
  self->undo = moked_undo_stack_new ();
  self->clock = moked_clock_new_system ();
}

/**
 * moked_ui_context_new:
 * @cache: the desktop's data
 * @settings: the program's settings
 *
 * Returns: (transfer full): a context
 */
MokedUiContext *
moked_ui_context_new (MokedCache *cache,
                      GSettings  *settings)
{
  MokedUiContext *self = g_object_new (MOKED_TYPE_UI_CONTEXT, NULL);

  g_set_object (&self->cache, cache);
  g_set_object (&self->settings, settings);
  return self;
}

/**
 * moked_ui_context_get_cache:
 *
 * Returns: (transfer none): the desktop's data
 */
MokedCache *
moked_ui_context_get_cache (MokedUiContext *self)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), NULL);

  return self->cache;
}

/**
 * moked_ui_context_get_settings:
 *
 * Returns: (transfer none): the program's settings
 */
GSettings *
moked_ui_context_get_settings (MokedUiContext *self)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), NULL);

  return self->settings;
}

/**
 * moked_ui_context_get_clock:
 *
 * Returns: (transfer none): the time, also for the ids of new records
 */
MokedClock *
moked_ui_context_get_clock (MokedUiContext *self)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), NULL);

  return self->clock;
}

/**
 * moked_ui_context_get_data_dir:
 *
 * Returns: (transfer none) (nullable): the folder of the program's data
 */
const char *
moked_ui_context_get_data_dir (MokedUiContext *self)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), NULL);

  return self->data_dir;
}

/**
 * moked_ui_context_set_data_dir:
 * @data_dir: the folder of the program's data
 */
void
moked_ui_context_set_data_dir (MokedUiContext *self,
                               const char     *data_dir)
{
  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));

  g_set_str (&self->data_dir, data_dir);
}

/**
 * moked_ui_context_get_user_id:
 *
 * Returns: (transfer none) (nullable): id of the person who works here
 */
const char *
moked_ui_context_get_user_id (MokedUiContext *self)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), NULL);

  return moked_cache_get_user_id (self->cache);
}

/**
 * moked_ui_context_get_user_name:
 *
 * Returns: (transfer none) (nullable): name of the person who works here
 */
const char *
moked_ui_context_get_user_name (MokedUiContext *self)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), NULL);

  return self->user_name;
}

/**
 * moked_ui_context_set_user_name:
 * @name: (nullable): name of the person who works here; the feature that keeps the users says it
 */
void
moked_ui_context_set_user_name (MokedUiContext *self,
                                const char     *name)
{
  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));

  if (g_set_str (&self->user_name, name))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_USER_NAME]);
}

/**
 * moked_ui_context_find_user_name:
 * @id: (nullable): somebody of the office
 *
 * Returns: (transfer none) (nullable): their name; %NULL for nobody, and for who is not known here
 */
const char *
moked_ui_context_find_user_name (MokedUiContext *self,
                                 const char     *id)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), NULL);

  return id != NULL && self->user_names != NULL ? g_hash_table_lookup (self->user_names, id) : NULL;
}

/**
 * moked_ui_context_get_user_names:
 *
 * Returns: (transfer none) (nullable) (element-type utf8 utf8): the names of everybody in the office by their ids
 */
GHashTable *
moked_ui_context_get_user_names (MokedUiContext *self)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), NULL);

  return self->user_names;
}

/**
 * moked_ui_context_set_user_names:
 * @names: (transfer full): the names of everybody in the office by their ids; the feature that keeps the users says it
 */
void
moked_ui_context_set_user_names (MokedUiContext *self,
                                 GHashTable     *names)
{
  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));

  g_clear_pointer (&self->user_names, g_hash_table_unref);
  self->user_names = names;
}

/**
 * moked_ui_context_get_sync:
 *
 * Returns: (transfer none) (nullable): the sync client, once there is a service
 */
MokedSyncClient *
moked_ui_context_get_sync (MokedUiContext *self)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), NULL);

  return self->sync;
}

/**
 * moked_ui_context_get_transport:
 *
 * For the few things that are settings of the service rather than data of the office. Everything
 * else goes through the cache.
 *
 * Returns: (transfer none) (nullable): the way to the service
 */
MokedSyncTransport *
moked_ui_context_get_transport (MokedUiContext *self)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), NULL);

  return self->transport;
}

/**
 * moked_ui_context_set_service:
 * @sync: (nullable): the sync client
 * @transport: (nullable): the way to the service
 */
void
moked_ui_context_set_service (MokedUiContext     *self,
                              MokedSyncClient    *sync,
                              MokedSyncTransport *transport)
{
  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));

  g_set_object (&self->sync, sync);
  g_set_object (&self->transport, transport);
  g_signal_emit (self, signals[SERVICE_CHANGED], 0);
}

/**
 * moked_ui_context_pair:
 * @token: that the service gave to this computer
 *
 * Keeps @token and connects with it.
 */
void
moked_ui_context_pair (MokedUiContext *self,
                       const char     *token)
{
  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (token != NULL);

  g_signal_emit (self, signals[PAIR], 0, token);
}

/**
 * moked_ui_context_set_root:
 * @root: (nullable): the window
 */
void
moked_ui_context_set_root (MokedUiContext *self,
                           GtkWidget      *root)
{
  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));

  g_set_weak_pointer (&self->root, root);
}

/**
 * moked_ui_context_get_root:
 *
 * Returns: (transfer none) (nullable): the window
 */
GtkWidget *
moked_ui_context_get_root (MokedUiContext *self)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), NULL);

  return self->root;
}

/**
 * moked_ui_context_open:
 * @entity: what kind of record, such as `customer`
 * @id: which one; empty for the page alone
 *
 * Goes to the page of the feature that named @entity and shows the record there.
 *
 * Returns: %FALSE when no page shows such records, or there is no such record
 */
gboolean
moked_ui_context_open (MokedUiContext *self,
                       const char     *entity,
                       const char     *id)
{
  gboolean handled = FALSE;

  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), FALSE);
  g_return_val_if_fail (entity != NULL && id != NULL, FALSE);

  g_signal_emit (self, signals[OPEN], 0, entity, id, &handled);
  return handled;
}
