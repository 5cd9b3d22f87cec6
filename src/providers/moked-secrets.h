/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/**
 * MokedSecrets:
 *
 * Where passwords and tokens of vendors are kept. A secret has a group and a name, such as `twilio`
 * and `auth-token`, as in service.conf. `lookup` resolves to its text and rejects with
 * %MOKED_ERROR_NOT_FOUND when there is none.
 */
#define MOKED_TYPE_SECRETS (moked_secrets_get_type ())
G_DECLARE_INTERFACE (MokedSecrets, moked_secrets, MOKED, SECRETS, GObject)

struct _MokedSecretsInterface
{
  GTypeInterface parent_iface;

  DexFuture *(*lookup) (MokedSecrets *self,
                        const char   *group,
                        const char   *name);
  DexFuture *(*store)  (MokedSecrets *self,
                        const char   *group,
                        const char   *name,
                        const char   *secret);
};

DexFuture *moked_secrets_lookup (MokedSecrets *self,
                                 const char   *group,
                                 const char   *name) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *moked_secrets_store  (MokedSecrets *self,
                                 const char   *group,
                                 const char   *name,
                                 const char   *secret) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
