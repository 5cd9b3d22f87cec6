/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "app/moked-damage-notice.h"
#include "app/moked-embedded-service.h"
#include "app/moked-desk.h"
#include "app/moked-memory.h"
#include "features/moked-feature.h"
#include "sync/moked-http-transport.h"

/* The office as this desktop has it: the cache, and what connects it with a service. */
struct _MokedDesk
{
  GObject               parent_instance;
  MokedDataDir         *data_dir;
  GSettings            *settings;
  MokedCache           *cache;
  MokedClock           *clock;
  MokedUiContext       *context;
  MokedEmbeddedService *service;
  MokedSyncClient      *sync;
};

G_DEFINE_FINAL_TYPE (MokedDesk, moked_desk, G_TYPE_OBJECT)

static void
disconnect_service (MokedDesk *self)
{
  if (self->sync == NULL)
    return;
  moked_sync_client_stop (self->sync);
  g_clear_object (&self->sync);
  moked_ui_context_set_service (self->context, NULL, NULL);
}

static void
on_sync_state (MokedSyncClient *sync)
{
  if (moked_sync_client_get_state (sync) == MOKED_SYNC_IDLE)
    moked_memory_give_back ();
}

static void
use_address (MokedDesk *self,
             const char  *address)
{
  g_autofree char *token = moked_data_dir_dup_token (self->data_dir);
  g_autoptr (MokedHttpTransport) transport = NULL;

  disconnect_service (self);
  if (address == NULL)
    return;
  transport = moked_http_transport_new (address, token);
  self->sync = moked_sync_client_new (self->cache, MOKED_SYNC_TRANSPORT (transport), self->clock);
  g_signal_connect (self->sync, "notify::state", G_CALLBACK (on_sync_state), NULL);
  moked_ui_context_set_service (self->context, self->sync, MOKED_SYNC_TRANSPORT (transport));
  moked_sync_client_start (self->sync);
}

static void
on_embedded_address (MokedDesk *self)
{
  use_address (self, moked_embedded_service_get_address (self->service));
}

static void
on_embedded_damaged (MokedDesk *self)
{
  if (moked_embedded_service_get_damaged (self->service))
    moked_damage_notice_of_service (self->context, self->data_dir);
}

static void
stop_embedded (MokedDesk *self)
{
  if (self->service == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->service, self);
  moked_embedded_service_stop (self->service);
  g_clear_object (&self->service);
}

static void
start_embedded (MokedDesk *self)
{
  self->service = moked_embedded_service_new (self->data_dir);
  g_signal_connect_object (self->service, "notify::address", G_CALLBACK (on_embedded_address), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->service, "notify::damaged", G_CALLBACK (on_embedded_damaged), self, G_CONNECT_SWAPPED);
  moked_embedded_service_start (self->service);
}

static void
moked_desk_finalize (GObject *object)
{
  MokedDesk *self = MOKED_DESK (object);

  stop_embedded (self);
  g_clear_object (&self->sync);
  g_clear_object (&self->context);
  g_clear_object (&self->cache);
  g_clear_object (&self->clock);
  g_clear_object (&self->settings);
  g_clear_object (&self->data_dir);
  G_OBJECT_CLASS (moked_desk_parent_class)->finalize (object);
}

static void
moked_desk_class_init (MokedDeskClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_desk_finalize;
}

static void
moked_desk_init (MokedDesk *self)
{
  self->clock = moked_clock_new_system ();
}

static void
on_rebuilt (MokedDesk *self)
{
  moked_damage_notice_of_cache (self->context);
}

static void
on_pair (MokedDesk  *self,
         const char *token)
{
  g_autoptr (GError) error = NULL;

  if (moked_data_dir_save_token (self->data_dir, token, &error))
    moked_desk_connect (self);
  else
    moked_ui_context_show_error (self->context, _("The token was not kept"), error);
}

/**
 * moked_desk_new:
 * @data_dir: where it is kept
 * @settings: the program's settings
 *
 * Returns: (transfer full): an office that is not open yet
 */
MokedDesk *
moked_desk_new (MokedDataDir *data_dir,
                GSettings *settings)
{
  MokedDesk *self = g_object_new (MOKED_TYPE_DESK, NULL);

  self->data_dir = g_object_ref (data_dir);
  self->settings = g_object_ref (settings);
  self->cache = moked_cache_new (moked_data_dir_get_cache_path (data_dir), moked_features_get_schema ());
  self->context = moked_ui_context_new (self->cache, settings);
  moked_ui_context_set_data_dir (self->context, moked_data_dir_get_path (data_dir));
  g_signal_connect_object (self->cache, "rebuilt", G_CALLBACK (on_rebuilt), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->context, "pair", G_CALLBACK (on_pair), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * moked_desk_get_context:
 *
 * Returns: (transfer none): what the window works with
 */
MokedUiContext *
moked_desk_get_context (MokedDesk *self)
{
  g_return_val_if_fail (MOKED_IS_DESK (self), NULL);

  return self->context;
}

/**
 * moked_desk_open:
 *
 * Opens the cache on its own thread. Pages may ask it meanwhile.
 *
 * Returns: (transfer full): resolves when it is open
 */
DexFuture *
moked_desk_open (MokedDesk *self)
{
  g_return_val_if_fail (MOKED_IS_DESK (self), NULL);

  return moked_cache_open (self->cache);
}

/**
 * moked_desk_tell_damage:
 *
 * Tells the person, if the cache was damaged when it was opened. To be called when there is a window.
 */
void
moked_desk_tell_damage (MokedDesk *self)
{
  g_return_if_fail (MOKED_IS_DESK (self));

  if (moked_cache_was_rebuilt (self->cache))
    on_rebuilt (self);
}

/**
 * moked_desk_connect:
 *
 * Connects with the service that the settings name, or with that of this computer, which is started
 * and watched over. To be called again when the address in the settings has changed.
 */
void
moked_desk_connect (MokedDesk *self)
{
  g_autofree char *address = NULL;

  g_return_if_fail (MOKED_IS_DESK (self));

  address = g_settings_get_string (self->settings, "service-address");
  stop_embedded (self);
  /* The demo office is on this computer alone, whatever the real one's address. */
  if (*address != '\0' && !moked_data_dir_is_demo (self->data_dir))
    {
      use_address (self, address);
      return;
    }
  disconnect_service (self);
  start_embedded (self);
}

static DexFuture *
close_fiber (gpointer user_data)
{
  MokedDesk *self = MOKED_DESK (user_data);
  g_autoptr (MokedSyncClient) sync = self->sync != NULL ? g_object_ref (self->sync) : NULL;
  g_autoptr (GError) error = NULL;

  disconnect_service (self);
  if (sync != NULL)
    dex_await (moked_sync_client_await_stopped (sync), NULL);
  stop_embedded (self);
  if (!dex_await (moked_cache_close (self->cache), &error))
    g_warning ("The cache was not closed: %s", error->message);
  return dex_future_new_true ();
}

/**
 * moked_desk_close:
 *
 * Ends the connection and closes the cache, for the end of the program.
 *
 * Returns: (transfer full): resolves when all is written
 */
DexFuture *
moked_desk_close (MokedDesk *self)
{
  g_return_val_if_fail (MOKED_IS_DESK (self), NULL);

  return dex_scheduler_spawn (NULL, 0, close_fiber, g_object_ref (self), g_object_unref);
}
