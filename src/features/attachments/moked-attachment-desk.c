/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/attachments/moked-attachment-desk.h"

#include "features/attachments/moked-attachment-sweep.h"

#define DESK "moked-attachment-desk"
#define OPENED "opened"
#define MEGABYTE (1000 * 1000)
#define HOUR_USEC (60 * 60 * (gint64) G_USEC_PER_SEC)

/* The queue of this desktop, which follows the window's connection to the service and what the line may cost. */
typedef struct
{
  MokedAttachmentQueue *queue;
  gint64                swept_at;
  MokedUiContext       *context; /* unowned: it has this */
  GSettings            *settings;
  MokedSyncClient      *sync;
} Desk;

static void
desk_free (gpointer data)
{
  Desk *desk = data;

  g_signal_handlers_disconnect_by_data (g_network_monitor_get_default (), desk);
  g_signal_handlers_disconnect_by_data (desk->settings, desk);
  g_clear_object (&desk->settings);
  if (desk->sync != NULL)
    g_signal_handlers_disconnect_by_data (desk->sync, desk);
  g_clear_object (&desk->sync);
  moked_attachment_queue_set_transport (desk->queue, NULL);
  g_object_unref (desk->queue);
  g_free (desk);
}

static char *
dup_root (MokedUiContext *context)
{
  const char *data_dir = moked_ui_context_get_data_dir (context);

  return data_dir != NULL ? g_strdup (data_dir) : g_build_filename (g_get_user_data_dir (), "moked", NULL);
}

static void
update_automatic (Desk *desk)
{
  int megabytes = g_settings_get_int (desk->settings, MOKED_ATTACHMENT_AUTOMATIC_KEY);
  gboolean metered = g_network_monitor_get_network_metered (g_network_monitor_get_default ());

  moked_attachment_queue_set_automatic (desk->queue, metered ? 0 : (gint64) megabytes * MEGABYTE);
}

/* When all the records are here, what none of them names is not wanted: what others deleted or may not be seen any
 * more. What was attached a moment ago is young. */
static void
sweep (Desk *desk)
{
  MokedCache *cache = moked_ui_context_get_cache (desk->context);
  MokedFileStore *files = moked_attachment_queue_get_files (desk->queue);
  const char *business = moked_cache_get_business (cache);
  gint64 now = g_get_real_time ();

  if (business == NULL || now - desk->swept_at < HOUR_USEC)
    return;
  desk->swept_at = now;
  dex_future_disown (moked_attachment_sweep (moked_cache_get_store (cache), files, business, now - HOUR_USEC,
                                             now - 24 * HOUR_USEC));
}

static void
on_sync_state (Desk            *desk,
               GParamSpec      *pspec,
               MokedSyncClient *sync)
{
  if (moked_sync_client_get_state (sync) != MOKED_SYNC_IDLE)
    return;
  moked_attachment_queue_wake (desk->queue);
  sweep (desk);
}

static void
update_service (Desk *desk)
{
  MokedSyncTransport *transport = moked_ui_context_get_transport (desk->context);
  MokedSyncClient *sync = moked_ui_context_get_sync (desk->context);

  if (desk->sync != NULL)
    g_signal_handlers_disconnect_by_data (desk->sync, desk);
  g_set_object (&desk->sync, sync);
  moked_attachment_queue_set_transport (desk->queue,
                                        MOKED_IS_HTTP_TRANSPORT (transport) ? MOKED_HTTP_TRANSPORT (transport) : NULL);
  if (sync != NULL)
    g_signal_connect_swapped (sync, "notify::state", G_CALLBACK (on_sync_state), desk);
}

static Desk *
desk_new (MokedUiContext *context)
{
  g_autofree char *root = dup_root (context);
  g_autofree char *path = g_build_filename (root, "files", NULL);
  g_autoptr (MokedFileStore) files = moked_file_store_new (path);
  g_autofree char *detailed = g_strconcat ("changed::", MOKED_ATTACHMENT_AUTOMATIC_KEY, NULL);
  Desk *desk = g_new0 (Desk, 1);

  desk->context = context;
  desk->settings = g_object_ref (moked_ui_context_get_settings (context));
  desk->queue = moked_attachment_queue_new (moked_ui_context_get_cache (context), files,
                                            moked_ui_context_get_clock (context));
  g_object_set_data_full (G_OBJECT (context), DESK, desk, desk_free);
  g_signal_connect_swapped (context, "service-changed", G_CALLBACK (update_service), desk);
  g_signal_connect_swapped (desk->settings, detailed, G_CALLBACK (update_automatic), desk);
  g_signal_connect_swapped (g_network_monitor_get_default (), "notify::network-metered",
                            G_CALLBACK (update_automatic), desk);
  update_automatic (desk);
  update_service (desk);
  return desk;
}

static Desk *
get_desk (MokedUiContext *context)
{
  Desk *desk = g_object_get_data (G_OBJECT (context), DESK);

  return desk != NULL ? desk : desk_new (context);
}

/**
 * moked_attachment_desk_get_queue:
 *
 * Returns: (transfer none): what sends and brings the files of this desktop
 */
MokedAttachmentQueue *
moked_attachment_desk_get_queue (MokedUiContext *context)
{
  return get_desk (context)->queue;
}

/**
 * moked_attachment_desk_get_files:
 *
 * Returns: (transfer none): the files of this desktop
 */
MokedFileStore *
moked_attachment_desk_get_files (MokedUiContext *context)
{
  return moked_attachment_queue_get_files (get_desk (context)->queue);
}

/**
 * moked_attachment_desk_dup_folder:
 *
 * Returns: (transfer full): the folder for what other programs get, which is emptied at each start
 */
char *
moked_attachment_desk_dup_folder (MokedUiContext *context)
{
  g_autofree char *root = dup_root (context);

  return g_build_filename (root, OPENED, NULL);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);
      g_autoptr (GFile) file = g_file_new_for_path (inner);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR) && !g_file_test (inner, G_FILE_TEST_IS_SYMLINK))
        remove_folder (inner);
      g_file_delete (file, NULL, NULL);
    }
}

static DexFuture *
empty_folder (gpointer path)
{
  remove_folder (path);
  return dex_future_new_true ();
}

/**
 * moked_attachment_desk_start:
 *
 * For the window, when it is on the screen.
 */
void
moked_attachment_desk_start (MokedUiContext *context)
{
  dex_future_disown (moked_file_store_run (moked_attachment_desk_get_files (context), empty_folder,
                                           moked_attachment_desk_dup_folder (context), g_free));
}
