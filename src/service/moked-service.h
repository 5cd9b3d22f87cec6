/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "backup/moked-backup-keeper.h"
#include "files/moked-file-store.h"
#include "server/moked-auth.h"
#include "service/moked-providers.h"
#include "service/moked-service-config.h"

G_BEGIN_DECLS

/**
 * MokedService:
 *
 * Everything of one office's service, put together: store, server, webhooks, jobs, vendors. One process has
 * a data directory for itself, which a lock file makes sure of.
 */
#define MOKED_TYPE_SERVICE (moked_service_get_type ())
G_DECLARE_FINAL_TYPE (MokedService, moked_service, MOKED, SERVICE, GObject)

MokedService       *moked_service_new           (MokedServiceConfig *config,
                                                 gboolean            keyring);
gboolean            moked_service_open          (MokedService       *self,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean            moked_service_open_to_leave (MokedService  *self,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean            moked_service_listen        (MokedService       *self,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean            moked_service_restore       (MokedService       *self,
                                                 const char         *backup,
                                                 GPtrArray          *pairings,
                                                 MokedBackupContent *out_content,
                                                 char              **out_kept,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
void                moked_service_reload        (MokedService       *self);
void                moked_service_close         (MokedService       *self);
const char         *moked_service_get_url       (MokedService       *self);
GPtrArray          *moked_service_list_pairings (MokedService      *self,
                                                 GError            **error);
MokedFileStore     *moked_service_new_file_store (MokedService      *self);
MokedClock         *moked_service_get_clock     (MokedService       *self);
const MokedSchema  *moked_service_get_schema    (MokedService       *self);
MokedStore         *moked_service_get_store     (MokedService       *self);
MokedServiceConfig *moked_service_get_config    (MokedService       *self);
MokedProviders     *moked_service_get_providers (MokedService       *self);
MokedBackupKeeper  *moked_service_get_backups   (MokedService       *self);
const char         *moked_service_get_secret    (MokedService       *self);

G_END_DECLS
