/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-providers.h"

#include "base/moked-log.h"
#include "base/moked-redact.h"
#include "features/moked-context-setup.h"
#include "providers/dummy/moked-dummy-messaging.h"
#include "providers/dummy/moked-dummy-telephony.h"
#include "providers/key-file/moked-key-file-secrets.h"
#include "providers/libsecret/moked-libsecret-secrets.h"
#include "providers/twilio/moked-twilio-messaging.h"
#include "providers/twilio/moked-twilio-telephony.h"

/* Chooses the vendors by what is configured: Twilio where there is an auth token, the dummies otherwise.
 * Secrets are looked for in systemd's credentials, in the keyring, and in service.conf. */
struct _MokedProviders
{
  MokedServiceConfig *config;
  MokedContext       *context;
  MokedSecrets       *sources[3];
  guint               n_sources;
  MokedSecrets       *keyring;
  MokedSecrets       *file;
};

/**
 * moked_providers_new:
 * @keyring: whether this process belongs to somebody's session, whose keyring may be asked
 *
 * Returns: (transfer full): vendors that are not loaded yet
 */
MokedProviders *
moked_providers_new (MokedServiceConfig *config,
                     MokedContext       *context,
                     gboolean            keyring)
{
  MokedProviders *self = g_new0 (MokedProviders, 1);

  self->config = config;
  self->context = context;
  self->sources[self->n_sources++] = moked_key_file_secrets_new (NULL, g_getenv ("CREDENTIALS_DIRECTORY"));
  if (keyring)
    {
      self->keyring = moked_libsecret_secrets_new (moked_service_config_get_dir (config));
      self->sources[self->n_sources++] = self->keyring;
    }
  self->file = moked_key_file_secrets_new (moked_service_config_get_path (config), NULL);
  self->sources[self->n_sources++] = self->file;
  return self;
}

void
moked_providers_free (MokedProviders *self)
{
  for (guint i = 0; i < self->n_sources; i++)
    g_object_unref (self->sources[i]);
  g_free (self);
}

/**
 * moked_providers_dup_secret:
 *
 * In a fiber. What is found is redacted in the log from then on.
 *
 * Returns: (transfer full) (nullable): the secret
 */
char *
moked_providers_dup_secret (MokedProviders *self,
                            const char     *group,
                            const char     *name)
{
  for (guint i = 0; i < self->n_sources; i++)
    {
      char *secret = dex_await_string (moked_secrets_lookup (self->sources[i], group, name), NULL);

      if (secret != NULL && *secret != '\0')
        {
          moked_redact_add_secret (secret);
          return secret;
        }
      g_free (secret);
    }
  return NULL;
}

/**
 * moked_providers_store_secret:
 *
 * In a fiber. Keeps a secret in the keyring where there is one, otherwise in service.conf.
 */
gboolean
moked_providers_store_secret (MokedProviders *self,
                              const char     *group,
                              const char     *name,
                              const char     *secret,
                              GError        **error)
{
  moked_redact_add_secret (secret);
  if (self->keyring != NULL && dex_await (moked_secrets_store (self->keyring, group, name, secret), NULL))
    return moked_service_config_save (self->config, group, name, NULL, error);
  return moked_service_config_save (self->config, group, name, secret, error);
}

/**
 * moked_providers_new_twilio:
 * @account_sid: (nullable): %NULL for the configured one
 * @auth_token: the secret
 *
 * Returns: (transfer full): a client with the configured address and numbers
 */
MokedTwilioClient *
moked_providers_new_twilio (MokedProviders *self,
                            const char     *account_sid,
                            const char     *auth_token)
{
  g_autofree char *sid = moked_service_config_dup (self->config, "twilio", "account-sid");
  g_autofree char *former = moked_service_config_dup (self->config, "twilio", "former-auth-token");
  g_autofree char *base_url = moked_service_config_dup (self->config, "twilio", "base-url");
  g_autofree char *number = moked_service_config_dup (self->config, "twilio", "number");
  g_autofree char *service = moked_service_config_dup (self->config, "twilio", "messaging-service-sid");
  const MokedTwilioAccount account = {
    .sid = account_sid != NULL ? (char *) account_sid : sid,
    .auth_token = (char *) auth_token,
    .former_token = former,
    .base_url = base_url,
    .number = number,
    .messaging_service = service,
  };

  return moked_twilio_client_new (&account);
}

/**
 * moked_providers_load:
 *
 * In a fiber. Gives the context the vendors that are configured now.
 */
void
moked_providers_load (MokedProviders *self)
{
  g_autofree char *token = moked_providers_dup_secret (self, "twilio", "auth-token");
  g_autoptr (MokedMessaging) messaging = NULL;
  g_autoptr (MokedTelephony) telephony = NULL;

  if (token != NULL)
    {
      g_autoptr (MokedTwilioClient) client = moked_providers_new_twilio (self, NULL, token);

      messaging = moked_twilio_messaging_new (client);
      telephony = moked_twilio_telephony_new (client);
    }
  else
    {
      messaging = moked_dummy_messaging_new ();
      telephony = moked_dummy_telephony_new ();
    }
  moked_context_set_providers (self->context, messaging, telephony);
  moked_log (G_LOG_LEVEL_INFO, "service", "vendors chosen", "messaging", moked_messaging_get_name (messaging),
             "telephony", moked_telephony_get_name (telephony), NULL);
}
