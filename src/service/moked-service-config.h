/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backup/moked-backup-keeper.h"

G_BEGIN_DECLS

typedef struct _MokedServiceConfig MokedServiceConfig;

MokedServiceConfig *moked_service_config_new      (const char         *data_dir,
                                                   GError            **error);
void                moked_service_config_free     (MokedServiceConfig *self);
const char         *moked_service_config_get_dir  (MokedServiceConfig *self);
const char         *moked_service_config_get_path (MokedServiceConfig *self);
void                moked_service_config_override (MokedServiceConfig *self,
                                                   const char         *group,
                                                   const char         *key,
                                                   const char         *value);
char               *moked_service_config_dup      (MokedServiceConfig *self,
                                                   const char         *group,
                                                   const char         *key);
guint               moked_service_config_get_uint (MokedServiceConfig *self,
                                                   const char         *group,
                                                   const char         *key);
GStrv               moked_service_config_dup_list (MokedServiceConfig *self,
                                                   const char         *group,
                                                   const char         *key);
gboolean            moked_service_config_save     (MokedServiceConfig *self,
                                                   const char         *group,
                                                   const char         *key,
                                                   const char         *value,
                                                   GError            **error) G_GNUC_WARN_UNUSED_RESULT;
char               *moked_service_config_dup_database_url (MokedServiceConfig *self);
char               *moked_service_config_dup_database (MokedServiceConfig *self,
                                                       GError            **error);

gboolean            moked_service_config_load_backup  (MokedServiceConfig  *self,
                                                       MokedBackupSettings *out_settings,
                                                       GError             **error);
gboolean            moked_service_config_wants_backups (MokedServiceConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedServiceConfig, moked_service_config_free)

G_END_DECLS
