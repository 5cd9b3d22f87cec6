/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/moked-secrets.h"

G_BEGIN_DECLS

#define MOKED_TYPE_KEY_FILE_SECRETS (moked_key_file_secrets_get_type ())
G_DECLARE_FINAL_TYPE (MokedKeyFileSecrets, moked_key_file_secrets, MOKED, KEY_FILE_SECRETS, GObject)

MokedSecrets *moked_key_file_secrets_new (const char *path,
                                          const char *credentials_directory);

G_END_DECLS
