/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-clock.h"
#include "server/moked-device.h"
#include "server/moked-request.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

typedef struct _MokedAuth MokedAuth;

extern const MokedSchemaPart moked_auth_schema;

MokedAuth   *moked_auth_new     (MokedStore    *store,
                                 MokedClock    *clock);
void         moked_auth_free    (MokedAuth     *self);
MokedDevice *moked_auth_identify (MokedAuth    *self,
                                 MokedRequest  *request,
                                 GError       **error);
void         moked_auth_forget  (MokedAuth     *self);

char        *moked_auth_dup_token (GError      **error);
gboolean     moked_auth_pair    (MokedSession  *session,
                                 const char    *business,
                                 const char    *user_id,
                                 const char    *name,
                                 char         **out_token,
                                 GError       **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     moked_auth_revoke  (MokedSession  *session,
                                 const char    *id,
                                 GError       **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean     moked_auth_revoke_by_name (MokedSession *session,
                                 const char    *name,
                                 GError       **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     moked_auth_revoke_by_user (MokedSession *session,
                                 const char    *user_id,
                                 GError       **error) G_GNUC_WARN_UNUSED_RESULT;

/* For a database that takes the place of another one. */
GPtrArray   *moked_auth_list_pairings  (MokedSession *session,
                                        GError      **error);
gboolean     moked_auth_adopt_pairings (MokedSession *session,
                                        GPtrArray    *pairings,
                                        GError      **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedAuth, moked_auth_free)

G_END_DECLS
