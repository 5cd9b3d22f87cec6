/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "providers/libsecret/moked-libsecret-secrets.h"

#include <libsecret/secret.h>

#include "base/moked-async.h"
#include "base/moked-error.h"
#include "moked-config.h"

/* A keyring that waits for its password must not hold the service up for ever. */
#define TIMEOUT_MSEC 10000

/**
 * MokedLibsecretSecrets:
 *
 * Secrets in the person's keyring, under the office that they belong to.
 */
struct _MokedLibsecretSecrets
{
  GObject parent_instance;
  char   *office;
};

static const SecretSchema schema = {
  MOKED_APP_ID,
  SECRET_SCHEMA_NONE,
  {
      { "office", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "group", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "name", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { NULL },
  },
};

static void
reject (DexPromise *promise,
        GError     *error)
{
  dex_promise_reject (promise, g_error_new (MOKED_ERROR, MOKED_ERROR_UNAVAILABLE, "The keyring: %s", error->message));
  g_error_free (error);
}

static void
lookup_done (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  DexPromise *promise = data;
  GError *error = NULL;
  char *secret = secret_password_lookup_finish (result, &error);

  if (secret != NULL)
    dex_promise_resolve_string (promise, g_strdup (secret));
  else if (error != NULL)
    reject (promise, error);
  else
    dex_promise_reject (promise, g_error_new_literal (MOKED_ERROR, MOKED_ERROR_NOT_FOUND,
                                                      "The keyring has no such secret"));
  secret_password_free (secret);
  dex_unref (promise);
}

static DexFuture *
lookup (MokedSecrets *secrets,
        const char   *group,
        const char   *name)
{
  MokedLibsecretSecrets *self = MOKED_LIBSECRET_SECRETS (secrets);
  DexPromise *promise = dex_promise_new_cancellable ();

  secret_password_lookup (&schema, dex_promise_get_cancellable (promise), lookup_done, dex_ref (promise), "office",
                          self->office, "group", group, "name", name, NULL);
  return moked_async_with_timeout (DEX_FUTURE (promise), TIMEOUT_MSEC);
}

static void
store_done (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  DexPromise *promise = data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    dex_promise_resolve_boolean (promise, TRUE);
  else
    reject (promise, error);
  dex_unref (promise);
}

static void
clear_done (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  DexPromise *promise = data;
  GError *error = NULL;

  secret_password_clear_finish (result, &error);
  if (error == NULL)
    dex_promise_resolve_boolean (promise, TRUE);
  else
    reject (promise, error);
  dex_unref (promise);
}

static DexFuture *
store (MokedSecrets *secrets,
       const char   *group,
       const char   *name,
       const char   *secret)
{
  MokedLibsecretSecrets *self = MOKED_LIBSECRET_SECRETS (secrets);
  DexPromise *promise = dex_promise_new_cancellable ();
  g_autofree char *label = g_strdup_printf ("Moked: %s %s", group, name);

  if (secret != NULL)
    secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, secret, dex_promise_get_cancellable (promise),
                           store_done, dex_ref (promise), "office", self->office, "group", group, "name", name, NULL);
  else
    secret_password_clear (&schema, dex_promise_get_cancellable (promise), clear_done, dex_ref (promise), "office",
                           self->office, "group", group, "name", name, NULL);
  return moked_async_with_timeout (DEX_FUTURE (promise), TIMEOUT_MSEC);
}

static void
secrets_iface_init (MokedSecretsInterface *iface)
{
  iface->lookup = lookup;
  iface->store = store;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MokedLibsecretSecrets, moked_libsecret_secrets, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MOKED_TYPE_SECRETS, secrets_iface_init))

static void
moked_libsecret_secrets_finalize (GObject *object)
{
  g_clear_pointer (&MOKED_LIBSECRET_SECRETS (object)->office, g_free);
  G_OBJECT_CLASS (moked_libsecret_secrets_parent_class)->finalize (object);
}

static void
moked_libsecret_secrets_class_init (MokedLibsecretSecretsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_libsecret_secrets_finalize;
}

static void
moked_libsecret_secrets_init (MokedLibsecretSecrets *self)
{
}

/**
 * moked_libsecret_secrets_new:
 * @office: tells one office's secrets from another's: its data directory
 *
 * Returns: (transfer full): the secrets in the session's keyring
 */
MokedSecrets *
moked_libsecret_secrets_new (const char *office)
{
  MokedLibsecretSecrets *self = g_object_new (MOKED_TYPE_LIBSECRET_SECRETS, NULL);

  self->office = g_strdup (office);
  return MOKED_SECRETS (self);
}
