/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-embedded.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-log.h"
#include "base/moked-private-file.h"
#include "moked-config.h"

#define BUS_NAME MOKED_APP_ID ".Service"
#define MAX_MEMBER 1000

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
 * Writes service.json, which nobody but the user can read: where the service listens, its secret, and the token.
 */
gboolean
moked_embedded_announce (MokedService *service,
                         const char   *token,
                         GError      **error)
{
  g_autofree char *path = dup_path (service);
  g_autofree char *member = token != NULL ? g_strdup_printf (",\"token\":\"%s\"", token) : g_strdup ("");
  g_autofree char *text = g_strdup_printf ("{\"listen\":\"%s\",\"secret\":\"%s\"%s}\n",
                                           moked_service_get_url (service), moked_service_get_secret (service), member);

  return moked_private_file_write (path, text, error);
}

/**
 * moked_embedded_read:
 * @service: one that is not open, because another process has its data
 * @out_address: where that one listens
 * @out_secret: what it wants to see
 * @error: %MOKED_ERROR_UNAVAILABLE when there is nothing to read
 *
 * Reads service.json.
 */
gboolean
moked_embedded_read (MokedService *service,
                     char        **out_address,
                     char        **out_secret,
                     GError      **error)
{
  g_autofree char *path = dup_path (service);
  g_autofree char *text = NULL;
  const char *address = NULL, *secret = NULL;
  g_autoptr (yyjson_doc) doc = NULL;
  gsize length;

  if (g_file_get_contents (path, &text, &length, NULL))
    doc = moked_json_parse (text, (gssize) length, MOKED_JSON_MAX_DEPTH, NULL);
  if (doc != NULL && moked_json_get_string (yyjson_doc_get_root (doc), "listen", MAX_MEMBER, &address, NULL) &&
      moked_json_get_string (yyjson_doc_get_root (doc), "secret", MAX_MEMBER, &secret, NULL))
    {
      *out_address = g_strdup (address);
      *out_secret = g_strdup (secret);
      return TRUE;
    }
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_UNAVAILABLE,
               "A moked-service has the data and does not say in %s where it listens. Try again when it has started.",
               path);
  return FALSE;
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
