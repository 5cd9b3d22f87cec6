/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/moked-secrets.h"

G_BEGIN_DECLS

#define MOKED_TYPE_LIBSECRET_SECRETS (moked_libsecret_secrets_get_type ())
G_DECLARE_FINAL_TYPE (MokedLibsecretSecrets, moked_libsecret_secrets, MOKED, LIBSECRET_SECRETS, GObject)

MokedSecrets *moked_libsecret_secrets_new (const char *office);

G_END_DECLS
