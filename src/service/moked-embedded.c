/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-embedded.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "base/moked-log.h"
#include "base/moked-private-file.h"
#include "moked-config.h"

#define BUS_NAME MOKED_APP_ID ".Service"

static char *
dup_path (MokedService *service)
{
  return g_build_filename (moked_service_config_get_dir (moked_service_get_config (service)), "service.json", NULL);
}

/**
 * moked_embedded_dup_data_dir:
 *
 * Returns: (transfer full): where the service of this user's own office keeps its data
 */
char *
moked_embedded_dup_data_dir (void)
{
  return g_build_filename (g_get_user_data_dir (), "moked", "service", NULL);
}

/**
 * moked_embedded_announce:
 * @token: (nullable): a device token for the desktop
 *
 * Writes service.json, which nobody but the user can read: where the service listens, and the token.
 */
gboolean
moked_embedded_announce (MokedService *service,
                         const char   *token,
                         GError      **error)
{
  g_autofree char *path = dup_path (service);
  g_autofree char *text = token != NULL
                              ? g_strdup_printf ("{\"listen\":\"%s\",\"token\":\"%s\"}\n",
                                                 moked_service_get_url (service), token)
                              : g_strdup_printf ("{\"listen\":\"%s\"}\n", moked_service_get_url (service));

  return moked_private_file_write (path, text, error);
}

/**
 * moked_embedded_withdraw:
 *
 * The service ends: nobody is to look for it at its address.
 */
void
moked_embedded_withdraw (MokedService *service)
{
  g_autofree char *path = dup_path (service);

  if (g_unlink (path) != 0 && errno != ENOENT)
    moked_log (G_LOG_LEVEL_WARNING, "service", "service.json cannot be removed", "reason", g_strerror (errno), NULL);
}

static void
on_name_lost (GDBusConnection *connection,
              const char      *name,
              gpointer         data)
{
  moked_log (G_LOG_LEVEL_WARNING, "service", "the bus name is not ours", "bus_name", name, NULL);
}

/**
 * moked_embedded_own_name:
 *
 * Takes the name on the session bus that activates the service. Whoever waited for it may connect now.
 *
 * Returns: for g_bus_unown_name()
 */
guint
moked_embedded_own_name (void)
{
  return g_bus_own_name (G_BUS_TYPE_SESSION, BUS_NAME, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, NULL, NULL, on_name_lost,
                         NULL, NULL);
}
