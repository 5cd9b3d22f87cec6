/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "sync/moked-sync-client.h"

G_BEGIN_DECLS

#define MOKED_TYPE_UI_CONTEXT (moked_ui_context_get_type ())
G_DECLARE_FINAL_TYPE (MokedUiContext, moked_ui_context, MOKED, UI_CONTEXT, GObject)

MokedUiContext     *moked_ui_context_new            (MokedCache         *cache,
                                                     GSettings          *settings);
MokedCache         *moked_ui_context_get_cache      (MokedUiContext     *self);
GSettings          *moked_ui_context_get_settings   (MokedUiContext     *self);
MokedClock         *moked_ui_context_get_clock      (MokedUiContext     *self);
const char         *moked_ui_context_get_data_dir   (MokedUiContext     *self);
void                moked_ui_context_set_data_dir   (MokedUiContext     *self,
                                                     const char         *data_dir);
const char         *moked_ui_context_get_user_id    (MokedUiContext     *self);
const char         *moked_ui_context_get_user_name  (MokedUiContext     *self);
void                moked_ui_context_set_user_name  (MokedUiContext     *self,
                                                     const char         *name);
const char         *moked_ui_context_find_user_name (MokedUiContext     *self,
                                                     const char         *id);
GHashTable         *moked_ui_context_get_user_names (MokedUiContext     *self);
void                moked_ui_context_set_user_names (MokedUiContext     *self,
                                                     GHashTable         *names);
MokedSyncClient    *moked_ui_context_get_sync       (MokedUiContext     *self);
MokedSyncTransport *moked_ui_context_get_transport  (MokedUiContext     *self);
void                moked_ui_context_set_service    (MokedUiContext     *self,
                                                     MokedSyncClient    *sync,
                                                     MokedSyncTransport *transport);
void                moked_ui_context_pair           (MokedUiContext     *self,
                                                     const char         *token);
void                moked_ui_context_set_root       (MokedUiContext     *self,
                                                     GtkWidget          *root);
GtkWidget          *moked_ui_context_get_root       (MokedUiContext     *self);

gboolean            moked_ui_context_open           (MokedUiContext     *self,
                                                     const char         *entity,
                                                     const char         *id);
void                moked_ui_context_set_current    (MokedUiContext     *self,
                                                     const char         *entity,
                                                     const char         *id);
const char         *moked_ui_context_get_current    (MokedUiContext     *self,
                                                     const char         *entity);
gboolean            moked_ui_context_is_seen        (MokedUiContext     *self,
                                                     const char         *entity,
                                                     const char         *id);

void                moked_ui_context_toast          (MokedUiContext     *self,
                                                     const char         *title);
void                moked_ui_context_toast_undo     (MokedUiContext     *self,
                                                     const char         *title,
                                                     void              (*undo) (MokedUiContext *context,
                                                                                gpointer        user_data),
                                                     gpointer            user_data,
                                                     GDestroyNotify      destroy);
gboolean            moked_ui_context_undo           (MokedUiContext     *self);
void                moked_ui_context_show_error     (MokedUiContext     *self,
                                                     const char         *what,
                                                     const GError       *error);
void                moked_ui_context_commit         (MokedUiContext     *self,
                                                     MokedEdit          *edit,
                                                     const char         *failure);
void                moked_ui_context_commit_undo    (MokedUiContext     *self,
                                                     MokedEdit          *edit,
                                                     const char         *failure);
void                moked_ui_context_present        (MokedUiContext     *self,
                                                     AdwDialog          *dialog);
void                moked_ui_context_show_card      (MokedUiContext     *self,
                                                     GtkWidget          *card);
void                moked_ui_context_notify         (MokedUiContext     *self,
                                                     const char         *title,
                                                     const char         *body,
                                                     const char         *entity,
                                                     const char         *id);
void                moked_ui_context_withdraw       (MokedUiContext     *self,
                                                     const char         *entity,
                                                     const char         *id);

G_END_DECLS
