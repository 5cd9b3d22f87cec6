/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-sync-status.h"

/* Long enough for a service that is just starting, short enough to notice one that is away. */
#define PATIENCE_MSEC 4000

/* The state of the world in one line, from the sync client and the outbox. */
struct _MokedSyncStatus
{
  GObject          parent_instance;
  MokedUiContext  *context;
  MokedSyncClient *sync;
  char            *text;
  char            *question;
  const char      *icon_name;
  gboolean         offline;
  gboolean         patient;
  guint            patience;
};

enum
{
  PROP_0,
  PROP_TEXT,
  PROP_ICON_NAME,
  PROP_OFFLINE,
  PROP_QUESTION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MokedSyncStatus, moked_sync_status, G_TYPE_OBJECT)

static const char *
icon_for (MokedSyncState state,
          guint          waiting,
          guint          asking)
{
  switch (state)
    {
    case MOKED_SYNC_OFFLINE:
      return "network-offline-symbolic";
    case MOKED_SYNC_UNPAIRED:
    case MOKED_SYNC_UNWRITABLE:
    case MOKED_SYNC_DAMAGED:
      return "dialog-warning-symbolic";
    case MOKED_SYNC_CONNECTING:
    case MOKED_SYNC_LOADING:
    case MOKED_SYNC_BUSY:
      return "view-refresh-symbolic";
    case MOKED_SYNC_IDLE:
    default:
      if (asking > 0)
        return "dialog-warning-symbolic";
      return waiting > 0 ? "outbox-symbolic" : "object-select-symbolic";
    }
}

static const char *
text_for (MokedSyncState state)
{
  switch (state)
    {
    case MOKED_SYNC_OFFLINE:
      /* Translators: in the sidebar: the service does not answer */
      return _("Offline");
    case MOKED_SYNC_UNPAIRED:
      return _("Not paired with the service");
    case MOKED_SYNC_UNWRITABLE:
      /* Translators: in the sidebar: nothing can be written on this computer */
      return _("The disk is full or cannot be written");
    case MOKED_SYNC_DAMAGED:
      /* Translators: in the sidebar: the database of the service cannot be read */
      return _("The office's data is damaged");
    case MOKED_SYNC_CONNECTING:
      return _("Connecting…");
    case MOKED_SYNC_LOADING:
      return _("Loading the office…");
    case MOKED_SYNC_BUSY:
      return _("Syncing…");
    case MOKED_SYNC_IDLE:
    default:
      /* Translators: in the sidebar: nothing waits, everything is here */
      return _("Synced");
    }
}

/* What a person must say something to is not waiting for a connection. */
static char *
dup_counts (guint waiting,
            guint asking)
{
  g_autofree char *sent = g_strdup_printf (ngettext ("%u waiting to send", "%u waiting to send", waiting - asking),
                                           waiting - asking);
  /* Translators: in the sidebar, after what waits to be sent: actions that were not done before a person answers */
  g_autofree char *asked = g_strdup_printf (ngettext ("%u needs an answer", "%u need an answer", asking), asking);

  if (asking == 0)
    return g_steal_pointer (&sent);
  if (waiting == asking)
    return g_steal_pointer (&asked);
  return g_strdup_printf ("%s · %s", sent, asked);
}

/**
 * moked_sync_status_dup_text_for:
 * @state: of the sync client
 * @waiting: how many edits are in the outbox
 * @asking: how many of them need an answer of a person
 *
 * Returns: (transfer full): one line, such as "Offline · 3 waiting to send"
 */
char *
moked_sync_status_dup_text_for (MokedSyncState state,
                                guint          waiting,
                                guint          asking)
{
  g_autofree char *count = NULL;

  if (waiting == 0)
    return g_strdup (text_for (state));

  count = dup_counts (waiting, MIN (asking, waiting));
  if (state == MOKED_SYNC_IDLE || state == MOKED_SYNC_BUSY)
    return g_steal_pointer (&count);
  return g_strdup_printf ("%s · %s", text_for (state), count);
}

static MokedSyncState
get_state (MokedSyncStatus *self)
{
  MokedSyncState state;

  if (self->sync == NULL)
    return self->patient ? MOKED_SYNC_CONNECTING : MOKED_SYNC_OFFLINE;

  /* An embedded service needs a moment to start: nothing to alarm anybody with. */
  state = moked_sync_client_get_state (self->sync);
  if (state == MOKED_SYNC_OFFLINE && self->patient)
    return MOKED_SYNC_CONNECTING;
  if (state == MOKED_SYNC_CONNECTING && !self->patient && self->offline)
    return MOKED_SYNC_OFFLINE;
  return state;
}

static void
update_question (MokedSyncStatus *self,
                 guint            asking)
{
  g_autofree char *text = NULL;

  if (asking > 0)
    text = g_strdup_printf (ngettext ("%u action was not carried out and needs an answer",
                                      "%u actions were not carried out and need an answer", asking),
                            asking);
  if (g_set_str (&self->question, text))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_QUESTION]);
}

static void
update (MokedSyncStatus *self)
{
  MokedCache *cache = moked_ui_context_get_cache (self->context);
  MokedSyncState state = get_state (self);
  guint waiting = moked_cache_get_waiting (cache);
  guint asking = MIN (moked_cache_get_asking (cache), waiting);
  g_autofree char *text = moked_sync_status_dup_text_for (state, waiting, asking);
  const char *icon_name = icon_for (state, waiting, asking);
  gboolean offline = state == MOKED_SYNC_OFFLINE || state >= MOKED_SYNC_UNPAIRED;

  update_question (self, asking);
  if (g_set_str (&self->text, text))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
  if (self->icon_name != icon_name)
    {
      self->icon_name = icon_name;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ICON_NAME]);
    }
  if (self->offline != offline)
    {
      self->offline = offline;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OFFLINE]);
    }
}

static gboolean
on_patience_ended (gpointer user_data)
{
  MokedSyncStatus *self = MOKED_SYNC_STATUS (user_data);

  self->patience = 0;
  self->patient = FALSE;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
on_state (MokedSyncStatus *self)
{
  MokedSyncState state = moked_sync_client_get_state (self->sync);

  if (state != MOKED_SYNC_OFFLINE && state != MOKED_SYNC_CONNECTING)
    self->patient = FALSE;
  update (self);
}

static void
on_service_changed (MokedSyncStatus *self)
{
  MokedSyncClient *sync = moked_ui_context_get_sync (self->context);

  if (self->sync == sync)
    return;
  if (self->sync != NULL)
    g_signal_handlers_disconnect_by_data (self->sync, self);
  g_set_object (&self->sync, sync);
  if (sync != NULL)
    g_signal_connect_object (sync, "notify::state", G_CALLBACK (on_state), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
moked_sync_status_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  MokedSyncStatus *self = MOKED_SYNC_STATUS (object);

  switch (id)
    {
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_ICON_NAME:
      g_value_set_string (value, self->icon_name);
      break;
    case PROP_QUESTION:
      g_value_set_string (value, self->question);
      break;
    case PROP_OFFLINE:
      g_value_set_boolean (value, self->offline);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
moked_sync_status_finalize (GObject *object)
{
  MokedSyncStatus *self = MOKED_SYNC_STATUS (object);

  g_clear_handle_id (&self->patience, g_source_remove);
  g_clear_object (&self->sync);
  g_clear_object (&self->context);
  g_free (self->text);
  g_free (self->question);
  G_OBJECT_CLASS (moked_sync_status_parent_class)->finalize (object);
}

static void
moked_sync_status_class_init (MokedSyncStatusClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = moked_sync_status_get_property;
  object_class->finalize = moked_sync_status_finalize;
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  properties[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, flags);
  properties[PROP_OFFLINE] = g_param_spec_boolean ("offline", NULL, NULL, FALSE, flags);
  /**
   * MokedSyncStatus:question:
   *
   * How many actions ask for an answer, in words; %NULL for none.
   */
  properties[PROP_QUESTION] = g_param_spec_string ("question", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
moked_sync_status_init (MokedSyncStatus *self)
{
  self->patient = TRUE;
  self->patience = g_timeout_add (PATIENCE_MSEC, on_patience_ended, self);
}

/**
 * moked_sync_status_new:
 * @context: whose sync client and cache it follows
 *
 * Returns: (transfer full): what to show of their state
 */
MokedSyncStatus *
moked_sync_status_new (MokedUiContext *context)
{
  MokedSyncStatus *self = g_object_new (MOKED_TYPE_SYNC_STATUS, NULL);

  self->context = g_object_ref (context);
  g_signal_connect_object (context, "service-changed", G_CALLBACK (on_service_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (moked_ui_context_get_cache (context), "notify::waiting",
                           G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (moked_ui_context_get_cache (context), "notify::asking",
                           G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  on_service_changed (self);
  update (self);
  return self;
}

/**
 * moked_sync_status_get_text:
 *
 * Returns: (transfer none): the state in one line
 */
const char *
moked_sync_status_get_text (MokedSyncStatus *self)
{
  g_return_val_if_fail (MOKED_IS_SYNC_STATUS (self), NULL);

  return self->text;
}

/**
 * moked_sync_status_get_icon_name:
 *
 * Returns: (transfer none): a symbolic icon for it
 */
const char *
moked_sync_status_get_icon_name (MokedSyncStatus *self)
{
  g_return_val_if_fail (MOKED_IS_SYNC_STATUS (self), NULL);

  return self->icon_name;
}

/**
 * moked_sync_status_get_offline:
 *
 * Returns: whether the service is away
 */
gboolean
moked_sync_status_get_offline (MokedSyncStatus *self)
{
  g_return_val_if_fail (MOKED_IS_SYNC_STATUS (self), FALSE);

  return self->offline;
}
