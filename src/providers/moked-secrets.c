/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "providers/moked-secrets.h"

G_DEFINE_INTERFACE (MokedSecrets, moked_secrets, G_TYPE_OBJECT)

static void
moked_secrets_default_init (MokedSecretsInterface *iface)
{
}

/**
 * moked_secrets_lookup:
 * @group: such as `twilio`
 * @name: such as `auth-token`
 *
 * Returns: (transfer full): a future of a string; rejects with %MOKED_ERROR_NOT_FOUND
 */
DexFuture *
moked_secrets_lookup (MokedSecrets *self,
                      const char   *group,
                      const char   *name)
{
  return MOKED_SECRETS_GET_IFACE (self)->lookup (self, group, name);
}

/**
 * moked_secrets_store:
 * @secret: (nullable): %NULL forgets it
 *
 * Returns: (transfer full): a future of a boolean; rejects with %MOKED_ERROR_FORBIDDEN where secrets can
 *   only be read
 */
DexFuture *
moked_secrets_store (MokedSecrets *self,
                     const char   *group,
                     const char   *name,
                     const char   *secret)
{
  return MOKED_SECRETS_GET_IFACE (self)->store (self, group, name, secret);
}
