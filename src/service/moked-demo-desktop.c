/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-demo-desktop.h"

#include "base/moked-error.h"
#include "features/moked-feature.h"
#include "service/moked-store-transport.h"
#include "store/moked-indexer.h"
#include "sync/moked-sync-client.h"

/* The folder of a desktop as it is after the first load: `cache.db` with everything in it and found by the
 * search, and `device.json` with the token. The service's own folder is `service` in it. */

static gboolean
load (MokedCache     *cache,
      MokedService   *service,
      MokedNewOffice *office,
      GError        **error)
{
  g_autoptr (MokedClock) clock = moked_clock_new_system ();
  g_autoptr (MokedSyncTransport) transport =
      moked_store_transport_new (moked_service_get_store (service), office->business, office->user_id);
  g_autoptr (MokedSyncClient) client = moked_sync_client_new (cache, transport, clock);

  return dex_await (moked_sync_client_sync_now (client), error);
}

static gboolean
make_searchable (MokedCache *cache,
                 GError    **error)
{
  g_autoptr (MokedIndexer) indexer = moked_indexer_new (moked_cache_get_store (cache), moked_features_get_schema ());
  gboolean done = dex_await (moked_indexer_run (indexer), error);

  moked_indexer_stop (indexer);
  return done;
}

static gboolean
make_cache (const char     *dir,
            MokedService   *service,
            MokedNewOffice *office,
            GError        **error)
{
  g_autofree char *path = g_build_filename (dir, "cache.db", NULL);
  g_autoptr (MokedCache) cache = moked_cache_new (path, moked_features_get_schema ());
  gboolean done;

  if (!dex_await (moked_cache_open (cache), error))
    return FALSE;
  done = load (cache, service, office, error) && make_searchable (cache, error);
  return dex_await (moked_cache_close (cache), done ? error : NULL) && done;
}

/**
 * moked_demo_desktop_make:
 * @dir: the desktop's folder
 * @service: an open service
 * @office: its new office
 *
 * In a fiber.
 */
gboolean
moked_demo_desktop_make (const char     *dir,
                         MokedService   *service,
                         MokedNewOffice *office,
                         GError        **error)
{
  g_autofree char *path = g_build_filename (dir, "device.json", NULL);
  g_autofree char *json = g_strdup_printf ("{\"token\":\"%s\"}\n", office->token);

  return make_cache (dir, service, office, error) &&
         g_file_set_contents_full (path, json, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}
