/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/moked-context.h"
#include "providers/moked-secrets.h"
#include "providers/twilio/moked-twilio-client.h"
#include "service/moked-service-config.h"

G_BEGIN_DECLS

typedef struct _MokedProviders MokedProviders;

MokedProviders    *moked_providers_new          (MokedServiceConfig *config,
                                                 MokedContext       *context,
                                                 gboolean            keyring);
void               moked_providers_free         (MokedProviders     *self);
void               moked_providers_load         (MokedProviders     *self);
char              *moked_providers_dup_secret   (MokedProviders     *self,
                                                 const char         *group,
                                                 const char         *name);
gboolean           moked_providers_store_secret (MokedProviders     *self,
                                                 const char         *group,
                                                 const char         *name,
                                                 const char         *secret,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
MokedTwilioClient *moked_providers_new_twilio   (MokedProviders     *self,
                                                 const char         *account_sid,
                                                 const char         *auth_token);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedProviders, moked_providers_free)

G_END_DECLS
