/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample-office.h"

#include "../../base/test-fiber.h"
#include "../../store/sample-entity.h"
#include "../../sync/direct-transport.h"
#include "store/sqlite/moked-sqlite-store.h"

/* A service and a desktop's cache in one process, with a few records. */
static struct
{
  MokedClock      *clock;
  MokedStore      *store;
  MokedSyncServer *server;
  DirectTransport *transport;
  MokedCache      *cache;
  MokedSyncClient *sync;
  const char      *directory;
} office;

static const char *const titles[] = { "אבן גבירול 12", "בן יהודה 40", "דיזנגוף 99", "הרצל 7" };

static DexFuture *
fill (MokedSession *session,
      gpointer      user_data)
{
  MokedActor actor = { .origin = "demo" };
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      g_autofree char *id = g_strdup_printf ("%026u", i + 1);
      g_autoptr (Sample) sample = sample_new (id, titles[i]);

      sample->urgent = i < 3;
      if (!moked_change_log_save (session, sample, &actor, &error))
        return dex_future_new_for_error (error);
    }
  return dex_future_new_true ();
}

static void
open_service (GError **error)
{
  static const MokedCommand *const commands[] = { NULL };
  static const MokedSchemaPart *parts[4];
  static MokedSchema schema = { parts };
  g_autofree char *path = g_build_filename (office.directory, "service.db", NULL);

  parts[0] = sample_schema.parts[0];
  parts[1] = &moked_change_log_schema;
  parts[2] = &moked_sync_server_schema;
  office.clock = moked_clock_new_system ();
  office.store = moked_sqlite_store_new (path, 1, office.clock);
  office.server = moked_sync_server_new (&schema, commands, NULL);
  if (dex_await (moked_store_open (office.store, &schema), error))
    dex_await (moked_store_write (office.store, MOKED_PRIORITY_URGENT, "b1", fill, NULL, NULL), error);
}

static DexFuture *
open_fiber (gpointer user_data)
{
  g_autofree char *path = g_build_filename (office.directory, "cache.db", NULL);
  GError *error = NULL;

  open_service (&error);
  g_assert_no_error (error);
  office.cache = moked_cache_new (path, &sample_schema);
  dex_await (moked_cache_open (office.cache), &error);
  g_assert_no_error (error);
  office.transport = direct_transport_new (office.store, office.server, "b1", "user-1");
  office.sync = moked_sync_client_new (office.cache, MOKED_SYNC_TRANSPORT (office.transport), office.clock);
  dex_await (moked_sync_client_sync_now (office.sync), &error);
  g_assert_no_error (error);
  return dex_future_new_true ();
}

static DexFuture *
close_fiber (gpointer user_data)
{
  moked_sync_client_stop (office.sync);
  dex_await (moked_sync_client_await_stopped (office.sync), NULL);
  dex_await (moked_cache_close (office.cache), NULL);
  dex_await (moked_store_close (office.store), NULL);
  return dex_future_new_true ();
}

/* Opens the office in @directory, which must be empty, and loads it into the cache. */
MokedUiContext *
sample_office_open (const char *directory)
{
  g_autoptr (GSettings) settings = g_settings_new ("io.github.moked_crm.Moked");
  MokedUiContext *context;

  office.directory = directory;
  test_fiber_run (open_fiber, NULL);
  context = moked_ui_context_new (office.cache, settings);
  moked_ui_context_set_data_dir (context, directory);
  moked_ui_context_set_service (context, office.sync, MOKED_SYNC_TRANSPORT (office.transport));
  moked_sync_client_start (office.sync);
  return context;
}

void
sample_office_close (void)
{
  test_fiber_run (close_fiber, NULL);
  g_clear_object (&office.sync);
  g_clear_object (&office.transport);
  g_clear_object (&office.cache);
  g_clear_object (&office.store);
  g_clear_pointer (&office.server, moked_sync_server_free);
  g_clear_object (&office.clock);
}

/* Takes the service away, or brings it back. */
void
sample_office_toggle_service (MokedUiContext *context)
{
  office.transport->offline = !office.transport->offline;
  if (office.transport->offline && office.transport->live != NULL)
    dex_promise_resolve_boolean (office.transport->live, TRUE);
  moked_sync_client_wake (office.sync);
}

/* What the service does when the telephone rings. */
void
sample_office_ring (MokedUiContext *context)
{
  g_signal_emit_by_name (office.sync, "event", "call.incoming", "{}");
}
