/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-service-store.h"

#include <sqlite3.h>

#include "base/moked-log.h"
#include "base/moked-redact.h"
#include "providers/key-file/moked-key-file-secrets.h"
#include "store/postgres/moked-postgres-store.h"
#include "store/postgres/moked-postgres-url.h"
#include "store/sqlite/moked-sqlite-store.h"

/* Which database the configuration means. */

#define READERS 3

/* Returns: (nullable): what systemd's credential or service.conf says; libpq looks further (PGPASSFILE, ~/.pgpass). */
static char *
dup_password (MokedServiceConfig *config)
{
  g_autoptr (MokedSecrets) credentials = moked_key_file_secrets_new (NULL, g_getenv ("CREDENTIALS_DIRECTORY"));
  char *password = dex_await_string (moked_secrets_lookup (credentials, "server", "database-password"), NULL);

  if (password == NULL)
    password = moked_service_config_dup (config, "server", "database-password");
  if (password != NULL)
    moked_redact_add_secret (password);
  return password;
}

/**
 * moked_service_store_new_postgres:
 * @url: without a password; the configured one belongs to it
 * @error: %MOKED_ERROR_INVALID
 *
 * In a fiber.
 *
 * Returns: (transfer full) (nullable): a store that is not open
 */
MokedStore *
moked_service_store_new_postgres (MokedServiceConfig *config,
                                  const char         *url,
                                  MokedClock         *clock,
                                  GError            **error)
{
  g_autofree char *copies = g_build_filename (moked_service_config_get_dir (config), "moked.dump", NULL);
  g_autofree char *password = dup_password (config);
  g_autofree char *complete = NULL;
  gboolean has_password;

  if (!moked_postgres_url_check (url, &has_password, error))
    return NULL;
  complete = moked_postgres_url_dup_complete (url, password);
  moked_log (G_LOG_LEVEL_INFO, "service", "opening the database", "engine", "postgresql", NULL);
  return moked_postgres_store_new (complete, copies, READERS, clock);
}

/**
 * moked_service_store_dup_server:
 *
 * In a fiber.
 *
 * Returns: (transfer full) (nullable): the office's database on a server, for libpq and nobody else: the password is in
 *   it; %NULL when the office is in a file, or the address cannot be read
 */
char *
moked_service_store_dup_server (MokedServiceConfig *config)
{
  g_autofree char *url = moked_service_config_dup_database_url (config);
  g_autofree char *password = NULL;
  gboolean has_password;

  if (url == NULL || !moked_postgres_url_check (url, &has_password, NULL))
    return NULL;
  password = dup_password (config);
  return moked_postgres_url_dup_complete (url, password);
}

/**
 * moked_service_store_new:
 * @error: %MOKED_ERROR_INVALID for a database that this program does not speak
 *
 * In a fiber.
 *
 * Returns: (transfer full) (nullable): a store that is not open
 */
MokedStore *
moked_service_store_new (MokedServiceConfig *config,
                         MokedClock         *clock,
                         GError            **error)
{
  g_autofree char *url = moked_service_config_dup_database_url (config);
  g_autofree char *path = NULL;

  if (url != NULL)
    return moked_service_store_new_postgres (config, url, clock, error);
  path = moked_service_config_dup_database (config, error);
  if (path == NULL)
    return NULL;
  moked_log (G_LOG_LEVEL_INFO, "service", "opening the database", "engine", "sqlite", "sqlite", sqlite3_libversion (),
             NULL);
  return moked_sqlite_store_new (path, READERS, clock);
}
