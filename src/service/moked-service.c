/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-service.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "backup/moked-backup-restore.h"
#include "base/moked-error.h"
#include "base/moked-log.h"
#include "features/attachments/moked-attachment-sweep.h"
#include "features/moked-context-setup.h"
#include "features/moked-feature.h"
#include "jobs/moked-job-queue.h"
#include "server/moked-server.h"
#include "service/moked-backup-routes.h"
#include "service/moked-fan-out.h"
#include "service/moked-hints.h"
#include "service/moked-history-routes.h"
#include "service/moked-office-work-routes.h"
#include "service/moked-service-store.h"
#include "service/moked-settings-routes.h"
#include "service/moked-sync-routes.h"
#include "store/moked-indexer.h"
#include "sync/moked-change-log.h"
#include "sync/moked-sync-server.h"
#include "sync/moked-tombstone-keeper.h"
#include "transfer/moked-transfer-state.h"

#define USUAL_LISTEN "127.0.0.1:8765"

struct _MokedService
{
  GObject             parent_instance;
  MokedServiceConfig *config;
  gboolean            keyring;
  int                 lock;
  GPtrArray          *parts;
  MokedSchema         schema;
  MokedClock         *clock;
  MokedStore         *store;
  MokedIndexer       *indexer;
  MokedContext       *context;
  MokedProviders     *providers;
  MokedServer        *server;
  MokedJobQueue      *jobs;
  MokedBackupKeeper  *backups;
  MokedAttachmentSweeper *sweeper;
  MokedTombstoneKeeper *tombstones;
  char               *secret;
};

G_DEFINE_FINAL_TYPE (MokedService, moked_service, G_TYPE_OBJECT)

static void
moked_service_finalize (GObject *object)
{
  MokedService *self = MOKED_SERVICE (object);

  g_clear_pointer (&self->server, moked_server_free);
  g_clear_object (&self->jobs);
  g_clear_pointer (&self->providers, moked_providers_free);
  g_clear_pointer (&self->context, moked_context_free);
  g_clear_object (&self->indexer);
  g_clear_pointer (&self->backups, moked_backup_keeper_free);
  g_clear_pointer (&self->tombstones, moked_tombstone_keeper_free);
  g_clear_pointer (&self->secret, g_free);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->config, moked_service_config_free);
  g_clear_fd (&self->lock, NULL);
  G_OBJECT_CLASS (moked_service_parent_class)->finalize (object);
}

static void
moked_service_class_init (MokedServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_service_finalize;
}

/* The records of the features, and the tables that only the service has. */
static void
collect_schema (MokedService *self)
{
  const MokedSchema *features = moked_features_get_schema ();

  self->parts = g_ptr_array_new ();
  g_ptr_array_add (self->parts, (gpointer) &moked_change_log_schema);
  g_ptr_array_add (self->parts, (gpointer) &moked_sync_server_schema);
  g_ptr_array_add (self->parts, (gpointer) &moked_auth_schema);
  g_ptr_array_add (self->parts, (gpointer) &moked_inbox_schema);
  g_ptr_array_add (self->parts, (gpointer) &moked_job_queue_schema);
  g_ptr_array_add (self->parts, (gpointer) &moked_transfer_schema);
  for (guint i = 0; features->parts[i] != NULL; i++)
    g_ptr_array_add (self->parts, (gpointer) features->parts[i]);
  g_ptr_array_add (self->parts, NULL);
  self->schema.parts = (const MokedSchemaPart *const *) self->parts->pdata;
}

static void
moked_service_init (MokedService *self)
{
  self->lock = -1;
  self->clock = moked_clock_new_system ();
  collect_schema (self);
}

/**
 * moked_service_new:
 * @config: (transfer full): what is configured
 * @keyring: whether the session's keyring may be asked for secrets
 *
 * Returns: (transfer full): a service that has touched nothing yet
 */
MokedService *
moked_service_new (MokedServiceConfig *config,
                   gboolean            keyring)
{
  MokedService *self = g_object_new (MOKED_TYPE_SERVICE, NULL);

  self->config = config;
  self->keyring = keyring;
  return self;
}

/* Two writers on one database would end it. The lock goes with the process, however it ends. */
static gboolean
take_lock (MokedService *self,
           GError      **error)
{
  const char *dir = moked_service_config_get_dir (self->config);
  g_autofree char *path = g_build_filename (dir, "service.lock", NULL);

  self->lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock < 0)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
      return FALSE;
    }
  if (flock (self->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_BUSY, "Another moked-service works in %s", dir);
  return FALSE;
}

/**
 * moked_service_open_to_leave:
 * @error: %MOKED_ERROR_BUSY when another process has the data directory; the store's
 *
 * In a fiber. As moked_service_open(), for a move to another database: one that began stays what it is.
 */
gboolean
moked_service_open_to_leave (MokedService *self,
                             GError      **error)
{
  g_auto (MokedBackupSettings) settings = { 0 };

  if (!moked_service_config_load_backup (self->config, &settings, error) || !take_lock (self, error))
    return FALSE;
  g_clear_pointer (&self->backups, moked_backup_keeper_free);
  g_clear_object (&self->store);
  self->store = moked_service_store_new (self->config, self->clock, error);
  if (self->store == NULL || !dex_await (moked_store_open (self->store, &self->schema), error))
    return FALSE;
  settings.server = moked_service_store_dup_server (self->config);
  self->backups = moked_backup_keeper_new (self->store, self->clock, &settings);
  return TRUE;
}

/**
 * moked_service_open:
 * @error: %MOKED_ERROR_BUSY when another process has the data directory; the store's; %MOKED_ERROR_CONFLICT when the
 *   office has moved elsewhere, or has not come here whole
 *
 * In a fiber. Takes the data directory and opens the database, and migrates it where that is due.
 */
gboolean
moked_service_open (MokedService *self,
                    GError      **error)
{
  if (!moked_service_open_to_leave (self, error))
    return FALSE;
  if (moked_transfer_state_settle (self->store, error))
    return TRUE;
  moked_service_close (self);
  return FALSE;
}

static DexFuture *
list_pairings_in_session (MokedSession *session,
                          gpointer      data)
{
  GPtrArray **pairings = data;
  GError *error = NULL;

  *pairings = moked_auth_list_pairings (session, &error);
  return *pairings != NULL ? dex_future_new_true () : dex_future_new_for_error (error);
}

/**
 * moked_service_list_pairings:
 * @self: an open service
 *
 * In a fiber.
 *
 * Returns: (transfer full) (nullable): for moked_service_restore()
 */
GPtrArray *
moked_service_list_pairings (MokedService *self,
                             GError      **error)
{
  GPtrArray *pairings = NULL;

  dex_await (moked_store_read (self->store, NULL, list_pairings_in_session, &pairings, NULL), error);
  return pairings;
}

static DexFuture *
adopt_in_session (MokedSession *session,
                  gpointer      pairings)
{
  GError *error = NULL;

  return moked_auth_adopt_pairings (session, pairings, &error) ? dex_future_new_true ()
                                                               : dex_future_new_for_error (error);
}

static gboolean
adopt (MokedStore *store,
       gpointer    pairings,
       GError    **error)
{
  return dex_await (moked_store_write (store, MOKED_PRIORITY_URGENT, NULL, adopt_in_session, pairings, NULL), error);
}

/**
 * moked_service_restore:
 * @self: a service that is not open
 * @backup: an absolute path
 * @pairings: (nullable): the devices that are to be known afterwards, or not to be known any more
 * @out_content: what the copy has
 * @out_kept: (out) (nullable): where the former database is now
 * @error: %MOKED_ERROR_BUSY when another process has the data directory; moked_backup_restore()'s
 *
 * In a fiber. Puts a copy in the place of the database.
 */
gboolean
moked_service_restore (MokedService       *self,
                       const char         *backup,
                       GPtrArray          *pairings,
                       MokedBackupContent *out_content,
                       char              **out_kept,
                       GError            **error)
{
  g_autofree char *server = moked_service_store_dup_server (self->config);
  g_autofree char *path = NULL;

  if (server != NULL)
    return take_lock (self, error) && moked_backup_restore_dump (backup, server, out_content, out_kept, error);
  path = moked_service_config_dup_database (self->config, error);
  return path != NULL && take_lock (self, error) &&
         moked_backup_restore (backup, path, &self->schema, self->clock, pairings != NULL ? adopt : NULL, pairings,
                               out_content, out_kept, error);
}

static void
write_job_metrics (GString *text,
                   gpointer data)
{
  const MokedJobStats *stats = moked_job_queue_get_stats (data);

  moked_metrics_write_header (text, "moked_jobs", "gauge", "Jobs by state.");
  moked_metrics_write (text, "moked_jobs", "state=\"waiting\"", (double) stats->waiting);
  moked_metrics_write (text, "moked_jobs", "state=\"running\"", (double) stats->running);
  moked_metrics_write_header (text, "moked_job_runs_total", "counter", "Ended runs of jobs by outcome.");
  moked_metrics_write (text, "moked_job_runs_total", "outcome=\"done\"", (double) stats->done);
  moked_metrics_write (text, "moked_job_runs_total", "outcome=\"retried\"", (double) stats->retried);
  moked_metrics_write (text, "moked_job_runs_total", "outcome=\"failed\"", (double) stats->failed);
}

static MokedServer *
new_server (MokedService *self)
{
  g_autofree char *public_url = moked_service_config_dup (self->config, "server", "public-url");
  g_auto (GStrv) trusted = moked_service_config_dup_list (self->config, "server", "trusted-proxies");
  const MokedServerOptions options = {
    .public_url = public_url,
    .trusted_proxies = trusted,
    .max_connections = moked_service_config_get_uint (self->config, "server", "max-connections"),
    .max_connections_per_address = moked_service_config_get_uint (self->config, "server",
                                                                  "max-connections-per-address"),
    .head_seconds = moked_service_config_get_uint (self->config, "server", "head-timeout"),
    .body_seconds = moked_service_config_get_uint (self->config, "server", "body-timeout"),
    .idle_seconds = moked_service_config_get_uint (self->config, "server", "idle-timeout"),
  };

  return moked_server_new (self->store, self->clock, &options, self->context);
}

/**
 * moked_service_new_file_store:
 *
 * Returns: (transfer full): where attachments are
 */
MokedFileStore *
moked_service_new_file_store (MokedService *self)
{
  g_autofree char *folder = moked_service_config_dup (self->config, "files", "directory");
  g_autofree char *path = g_canonicalize_filename (folder != NULL ? folder : "files",
                                                   moked_service_config_get_dir (self->config));

  return moked_file_store_new (path);
}

static void
set_files (MokedService *self)
{
  g_autoptr (MokedFileStore) files = moked_service_new_file_store (self);
  gint64 quota = moked_service_config_get_uint (self->config, "files", "quota-mb");

  moked_context_set_files (self->context, files, quota * 1024 * 1024);
}

static void
add_features (MokedService *self)
{
  const MokedFeature *const *features = moked_features_get ();

  moked_server_add_routes (self->server, moked_sync_routes);
  moked_server_add_routes (self->server, moked_history_routes);
  moked_server_add_routes (self->server, moked_settings_routes);
  moked_server_add_routes (self->server, moked_backup_routes);
  moked_server_add_routes (self->server, moked_office_work_routes);
  for (guint i = 0; features[i] != NULL; i++)
    {
      moked_server_add_routes (self->server, features[i]->routes);
      moked_server_add_webhooks (self->server, features[i]->webhooks);
      moked_job_queue_add (self->jobs, features[i]->jobs);
    }
}

/* What this service was at when it ended is its own again at the next start. */
static void
name_holder (MokedService *self)
{
  g_autofree char *name = g_strdup_printf ("%s:%s", g_get_host_name (), moked_service_config_get_dir (self->config));

  moked_job_queue_set_holder (self->jobs, name);
}

static void
start_tombstones (MokedService *self)
{
  guint days = moked_service_config_get_uint (self->config, "sync", "keep-deleted-days");

  self->tombstones = moked_tombstone_keeper_new (self->store, &self->schema, self->clock,
                                                 days > 0 ? days : MOKED_TOMBSTONE_DAYS);
  moked_tombstone_keeper_start (self->tombstones);
}

/**
 * moked_service_listen:
 *
 * In a fiber, after moked_service_open(). Begins to serve, to apply webhooks and to run jobs.
 */
gboolean
moked_service_listen (MokedService *self,
                      GError      **error)
{
  g_autofree char *listen = moked_service_config_dup (self->config, "server", "listen");

  self->secret = moked_auth_dup_token (error);
  if (self->secret == NULL)
    return FALSE;
  self->context = moked_context_new (self->store, self->clock);
  set_files (self);
  self->server = new_server (self);
  moked_context_set_server (self->context, self->server);
  self->providers = moked_providers_new (self->config, self->context, self->keyring);
  moked_providers_load (self->providers);
  moked_settings_routes_set_service (self);
  moked_backup_routes_set_service (self);
  self->jobs = moked_job_queue_new (self->store, self->clock, self->context);
  name_holder (self);
  add_features (self);
  moked_metrics_add (moked_server_get_metrics (self->server), write_job_metrics, self->jobs);
  moked_metrics_add (moked_server_get_metrics (self->server), moked_backup_keeper_write_metrics, self->backups);
  moked_metrics_add (moked_server_get_metrics (self->server), moked_sync_routes_write_metrics, NULL);
  moked_hints_follow (self->store, moked_server_get_events (self->server));
  moked_fan_out_follow (self->store, moked_server_get_events (self->server));
  self->indexer = moked_indexer_new (self->store, &self->schema);
  dex_future_disown (moked_indexer_run (self->indexer));
  if (!moked_server_listen (self->server, listen != NULL ? listen : USUAL_LISTEN, error) ||
      !dex_await (moked_job_queue_start (self->jobs), error))
    return FALSE;
  start_tombstones (self);
  self->sweeper = moked_attachment_sweeper_new (self->store, moked_context_get_files (self->context), self->clock);
  if (moked_service_config_wants_backups (self->config))
    moked_backup_keeper_start (self->backups);
  moked_log (G_LOG_LEVEL_INFO, "service", "listening", "address", moked_server_get_url (self->server), NULL);
  return TRUE;
}

/**
 * moked_service_close:
 *
 * In a fiber. Answers what is under way, writes what is to be written, and lets the data directory go.
 */
void
moked_service_close (MokedService *self)
{
  if (self->server != NULL)
    dex_await (moked_server_stop (self->server), NULL);
  if (self->jobs != NULL)
    dex_await (moked_job_queue_stop (self->jobs), NULL);
  if (self->indexer != NULL)
    moked_indexer_stop (self->indexer);
  if (self->sweeper != NULL)
    {
      dex_await (moked_attachment_sweeper_stop (self->sweeper), NULL);
      g_clear_pointer (&self->sweeper, moked_attachment_sweeper_free);
    }
  if (self->backups != NULL)
    dex_await (moked_backup_keeper_stop (self->backups), NULL);
  if (self->tombstones != NULL)
    dex_await (moked_tombstone_keeper_stop (self->tombstones), NULL);
  if (self->store != NULL)
    dex_await (moked_store_close (self->store), NULL);
  g_clear_fd (&self->lock, NULL);
}

/**
 * moked_service_get_url:
 *
 * Returns: (nullable): where it listens
 */
const char *
moked_service_get_url (MokedService *self)
{
  return moked_server_get_url (self->server);
}

/**
 * moked_service_reload:
 *
 * In a fiber. Takes over what was changed in the configuration: the vendors and the public address.
 */
void
moked_service_reload (MokedService *self)
{
  g_autofree char *public_url = moked_service_config_dup (self->config, "server", "public-url");

  moked_server_set_public_url (self->server, public_url);
  moked_providers_load (self->providers);
}

MokedClock *
moked_service_get_clock (MokedService *self)
{
  return self->clock;
}

const MokedSchema *
moked_service_get_schema (MokedService *self)
{
  return &self->schema;
}

MokedStore *
moked_service_get_store (MokedService *self)
{
  return self->store;
}

MokedServiceConfig *
moked_service_get_config (MokedService *self)
{
  return self->config;
}

/**
 * moked_service_get_providers:
 *
 * Returns: (nullable): the vendors; %NULL before it listens
 */
MokedProviders *
moked_service_get_providers (MokedService *self)
{
  return self->providers;
}

/**
 * moked_service_get_backups:
 *
 * Returns: (nullable): who makes the copies; %NULL before it is open
 */
MokedBackupKeeper *
moked_service_get_backups (MokedService *self)
{
  return self->backups;
}

/**
 * moked_service_get_secret:
 *
 * Returns: (nullable): what other commands show when they ask this process for something; %NULL before it listens
 */
const char *
moked_service_get_secret (MokedService *self)
{
  return self->secret;
}
