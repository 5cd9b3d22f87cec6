/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-error-text.h"
#include "ui/moked-ui-context.h"

#define MAX_UNDO 20

typedef struct
{
  void         (*undo) (MokedUiContext *context,
                gpointer user_data);
  gpointer       user_data;
  GDestroyNotify destroy;
} UndoStep;

/* What everything in one window works with: the cache, the service, and the window's own doors. */
struct _MokedUiContext
{
  GObject             parent_instance;
  MokedCache         *cache;
  GSettings          *settings;
  MokedClock         *clock;
  MokedSyncClient    *sync;
  MokedSyncTransport *transport;
  GtkWidget          *root;
  char               *data_dir;
  char               *user_name;
  char               *entity;
  char               *id;
  GQueue              undo_steps;
};

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
undo_step_free (UndoStep *step)
{
  if (step->destroy != NULL)
    step->destroy (step->user_data);
  g_free (step);
}

static void
moked_ui_context_dispose (GObject *object)
{
  MokedUiContext *self = MOKED_UI_CONTEXT (object);

  moked_ui_context_set_root (self, NULL);
  g_queue_clear_full (&self->undo_steps, (GDestroyNotify) undo_step_free);
  g_clear_object (&self->sync);
  g_clear_object (&self->transport);
  g_clear_object (&self->cache);
  g_clear_object (&self->clock);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->data_dir, g_free);
  g_clear_pointer (&self->user_name, g_free);
  g_clear_pointer (&self->entity, g_free);
  g_clear_pointer (&self->id, g_free);
  G_OBJECT_CLASS (moked_ui_context_parent_class)->dispose (object);
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
  g_queue_init (&self->undo_steps);
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

/**
 * moked_ui_context_set_current:
 * @entity: (nullable): what kind of record is on the screen
 * @id: (nullable): which one
 *
 * Pages say what they show, so that nobody is notified of what is before their eyes.
 */
void
moked_ui_context_set_current (MokedUiContext *self,
                              const char     *entity,
                              const char     *id)
{
  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));

  g_set_str (&self->entity, entity);
  g_set_str (&self->id, id);
}

/**
 * moked_ui_context_is_seen:
 * @entity: what kind of record
 * @id: which one
 *
 * Returns: whether the record is on the screen and the window is the active one
 */
gboolean
moked_ui_context_is_seen (MokedUiContext *self,
                          const char     *entity,
                          const char     *id)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), FALSE);

  return GTK_IS_WINDOW (self->root) && gtk_window_is_active (GTK_WINDOW (self->root)) &&
         g_strcmp0 (self->entity, entity) == 0 && g_strcmp0 (self->id, id) == 0;
}

/**
 * moked_ui_context_toast:
 * @title: one short sentence
 */
void
moked_ui_context_toast (MokedUiContext *self,
                        const char     *title)
{
  g_autoptr (AdwToast) toast = NULL;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));

  toast = g_object_ref_sink (adw_toast_new (""));
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_title (toast, title);
  g_signal_emit (self, signals[TOAST], 0, toast);
}

static void
run_undo (MokedUiContext *self,
          UndoStep       *step)
{
  step->undo (self, step->user_data);
  undo_step_free (step);
}

static void
on_undo_clicked (AdwToast *toast,
                 gpointer  user_data)
{
  MokedUiContext *self = MOKED_UI_CONTEXT (user_data);
  UndoStep *step = g_object_get_data (G_OBJECT (toast), "moked-undo-step");

  /* Ctrl+Z may have been quicker. */
  if (g_queue_remove (&self->undo_steps, step))
    run_undo (self, step);
}

/**
 * moked_ui_context_toast_undo:
 * @title: what was done, such as "The customer was deleted"
 * @undo: takes it back
 * @user_data: given to @undo
 * @destroy: (nullable): frees @user_data when the step was undone or forgotten
 *
 * Shows a toast with an "Undo" button, and remembers the step for Ctrl+Z.
 */
void
moked_ui_context_toast_undo (MokedUiContext *self,
                             const char     *title,
                             void          (*undo) (MokedUiContext *context,
                                           gpointer user_data),
                             gpointer        user_data,
                             GDestroyNotify  destroy)
{
  g_autoptr (AdwToast) toast = NULL;
  UndoStep *step;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (undo != NULL);

  step = g_new (UndoStep, 1);
  *step = (UndoStep) { undo, user_data, destroy };
  g_queue_push_head (&self->undo_steps, step);
  if (g_queue_get_length (&self->undo_steps) > MAX_UNDO)
    undo_step_free (g_queue_pop_tail (&self->undo_steps));

  toast = g_object_ref_sink (adw_toast_new (""));
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_title (toast, title);
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_object_set_data (G_OBJECT (toast), "moked-undo-step", step);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_undo_clicked), self, G_CONNECT_DEFAULT);
  g_signal_emit (self, signals[TOAST], 0, toast);
}

/**
 * moked_ui_context_undo:
 *
 * Takes back the last step that can be taken back.
 *
 * Returns: %FALSE when there was none
 */
gboolean
moked_ui_context_undo (MokedUiContext *self)
{
  UndoStep *step;

  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), FALSE);

  if ((step = g_queue_pop_head (&self->undo_steps)) == NULL)
    return FALSE;
  run_undo (self, step);
  return TRUE;
}

/**
 * moked_ui_context_show_error:
 * @what: what did not happen, such as "The customer was not saved"
 * @error: why
 *
 * Tells the user what happened, what it means and what to do.
 */
void
moked_ui_context_show_error (MokedUiContext *self,
                             const char     *what,
                             const GError   *error)
{
  g_autofree char *text = NULL;
  AdwDialog *dialog;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (what != NULL && error != NULL);

  text = moked_error_text_dup (error);
  g_warning ("%s: %s", what, error->message);
  dialog = adw_alert_dialog_new (what, text);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
  moked_ui_context_present (self, dialog);
}

typedef struct
{
  MokedUiContext *context;
  char           *failure;
} Commit;

static void
commit_free (Commit *commit)
{
  g_object_unref (commit->context);
  g_free (commit->failure);
  g_free (commit);
}

static DexFuture *
commit_failed (DexFuture *future,
               gpointer   user_data)
{
  Commit *commit = user_data;
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL)
    moked_ui_context_show_error (commit->context, commit->failure, error);
  return NULL;
}

/**
 * moked_ui_context_commit:
 * @edit: (transfer full): what a person did
 * @failure: what to say if it could not be written, such as "The customer was not saved"
 *
 * Writes @edit to the cache and shows the error, if there is one. A page follows the cache's
 * "changed" signal rather than the end of this. See [method@Cache.commit] for the future itself.
 */
void
moked_ui_context_commit (MokedUiContext *self,
                         MokedEdit      *edit,
                         const char     *failure)
{
  Commit *commit;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (edit != NULL && failure != NULL);

  commit = g_new (Commit, 1);
  *commit = (Commit) { g_object_ref (self), g_strdup (failure) };
  dex_future_disown (dex_future_catch (moked_cache_commit (self->cache, edit), commit_failed,
                                       commit, (GDestroyNotify) commit_free));
}

/**
 * moked_ui_context_present:
 * @dialog: (transfer floating): shown over the window
 */
void
moked_ui_context_present (MokedUiContext *self,
                          AdwDialog      *dialog)
{
  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (ADW_IS_DIALOG (dialog));

  adw_dialog_present (dialog, self->root);
}

/**
 * moked_ui_context_show_card:
 * @card: (transfer floating): lies over the page, at its top, until it is unparented with
 *   [method@Gtk.Widget.unparent] by whoever made it
 *
 * For what cannot wait, such as a ringing telephone.
 */
void
moked_ui_context_show_card (MokedUiContext *self,
                            GtkWidget      *card)
{
  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (GTK_IS_WIDGET (card));

  g_object_ref_sink (card);
  g_signal_emit (self, signals[CARD], 0, card);
  g_object_unref (card);
}

/**
 * moked_ui_context_notify:
 * @title: who, or what
 * @body: (nullable): what they said
 * @entity: what the notification opens
 * @id: which one; a later notification of the same record takes the place of the former. Empty for the page of all
 *
 * Sends a desktop notification, unless the record is before the user's eyes.
 */
void
moked_ui_context_notify (MokedUiContext *self,
                         const char     *title,
                         const char     *body,
                         const char     *entity,
                         const char     *id)
{
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *target = NULL;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (title != NULL && entity != NULL && id != NULL);

  if (g_application_get_default () == NULL || moked_ui_context_is_seen (self, entity, id))
    return;

  target = g_strdup_printf ("%s/%s", entity, id);
  notification = g_notification_new (title);
  if (body != NULL)
    g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.open", "s", target);
  g_application_send_notification (g_application_get_default (), target, notification);
}

/**
 * moked_ui_context_withdraw:
 * @entity: what kind of record
 * @id: which one
 *
 * Takes the notification of a record away, because somebody saw to it.
 */
void
moked_ui_context_withdraw (MokedUiContext *self,
                           const char     *entity,
                           const char     *id)
{
  g_autofree char *target = NULL;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (entity != NULL && id != NULL);

  if (g_application_get_default () == NULL)
    return;
  target = g_strdup_printf ("%s/%s", entity, id);
  g_application_withdraw_notification (g_application_get_default (), target);
}
