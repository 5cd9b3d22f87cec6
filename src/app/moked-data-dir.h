/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define MOKED_TYPE_DATA_DIR (moked_data_dir_get_type ())
G_DECLARE_FINAL_TYPE (MokedDataDir, moked_data_dir, MOKED, DATA_DIR, GObject)

MokedDataDir *moked_data_dir_new              (const char    *path,
                                               gboolean       demo);
const char   *moked_data_dir_get_path         (MokedDataDir  *self);
const char   *moked_data_dir_get_cache_path   (MokedDataDir  *self);
const char   *moked_data_dir_get_service_path (MokedDataDir  *self);
gboolean      moked_data_dir_is_default       (MokedDataDir  *self);
gboolean      moked_data_dir_is_demo          (MokedDataDir  *self);
gboolean      moked_data_dir_create           (MokedDataDir  *self,
                                               GError       **error);
char         *moked_data_dir_dup_token        (MokedDataDir  *self);
gboolean      moked_data_dir_save_token       (MokedDataDir  *self,
                                               const char    *token,
                                               GError       **error);
char         *moked_data_dir_dup_listen       (MokedDataDir  *self);

G_END_DECLS
