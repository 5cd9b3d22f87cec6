/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "providers/key-file/moked-key-file-secrets.h"

#include "base/moked-error.h"
#include "base/moked-private-file.h"

/**
 * MokedKeyFileSecrets:
 *
 * Secrets of a service without a keyring: systemd credentials (a file `moked.GROUP.NAME` in
 * `$CREDENTIALS_DIRECTORY`), or a key file that only the service's user can read.
 */
struct _MokedKeyFileSecrets
{
  GObject parent_instance;
  char   *path;
  char   *credentials;
};

static char *
read_credential (MokedKeyFileSecrets *self,
                 const char          *group,
                 const char          *name)
{
  g_autofree char *base = g_strdup_printf ("moked.%s.%s", group, name);
  g_autofree char *path = NULL;
  char *text = NULL;

  if (self->credentials == NULL)
    return NULL;
  path = g_build_filename (self->credentials, base, NULL);
  if (g_file_get_contents (path, &text, NULL, NULL))
    g_strchomp (text);
  return text;
}

static DexFuture *
lookup (MokedSecrets *secrets,
        const char   *group,
        const char   *name)
{
  MokedKeyFileSecrets *self = MOKED_KEY_FILE_SECRETS (secrets);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  char *secret = read_credential (self, group, name);

  if (secret == NULL && self->path != NULL && g_key_file_load_from_file (file, self->path, G_KEY_FILE_NONE, NULL))
    secret = g_key_file_get_string (file, group, name, NULL);
  if (secret != NULL)
    return dex_future_new_take_string (secret);
  return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "There is no secret %s %s", group, name);
}

static DexFuture *
store (MokedSecrets *secrets,
       const char   *group,
       const char   *name,
       const char   *secret)
{
  MokedKeyFileSecrets *self = MOKED_KEY_FILE_SECRETS (secrets);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  GError *error = NULL;

  if (self->path == NULL)
    return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_FORBIDDEN, "Credentials can only be read");
  g_key_file_load_from_file (file, self->path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  if (secret != NULL)
    g_key_file_set_string (file, group, name, secret);
  else
    g_key_file_remove_key (file, group, name, NULL);
  text = g_key_file_to_data (file, NULL, NULL);
  if (!moked_private_file_write (self->path, text, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

static void
secrets_iface_init (MokedSecretsInterface *iface)
{
  iface->lookup = lookup;
  iface->store = store;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MokedKeyFileSecrets, moked_key_file_secrets, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MOKED_TYPE_SECRETS, secrets_iface_init))

static void
moked_key_file_secrets_finalize (GObject *object)
{
  MokedKeyFileSecrets *self = MOKED_KEY_FILE_SECRETS (object);

  g_free (self->path);
  g_free (self->credentials);
  G_OBJECT_CLASS (moked_key_file_secrets_parent_class)->finalize (object);
}

static void
moked_key_file_secrets_class_init (MokedKeyFileSecretsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_key_file_secrets_finalize;
}

static void
moked_key_file_secrets_init (MokedKeyFileSecrets *self)
{
}

/**
 * moked_key_file_secrets_new:
 * @path: (nullable): the key file; written with mode 0600
 * @credentials_directory: (nullable): systemd's, where credentials can only be read
 *
 * Returns: (transfer full): the secrets of a service
 */
MokedSecrets *
moked_key_file_secrets_new (const char *path,
                            const char *credentials_directory)
{
  MokedKeyFileSecrets *self = g_object_new (MOKED_TYPE_KEY_FILE_SECRETS, NULL);

  self->path = g_strdup (path);
  self->credentials = g_strdup (credentials_directory);
  return MOKED_SECRETS (self);
}
