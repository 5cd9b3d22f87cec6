/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-clock.h"
#include "files/moked-file-store.h"
#include "providers/moked-messaging.h"
#include "providers/moked-telephony.h"
#include "server/moked-events.h"
#include "server/moked-request.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

typedef struct _MokedContext MokedContext;

MokedStore     *moked_context_get_store        (MokedContext *self);
MokedClock     *moked_context_get_clock        (MokedContext *self);
MokedFileStore *moked_context_get_files        (MokedContext *self);
gint64          moked_context_get_file_quota   (MokedContext *self);
MokedEvents    *moked_context_get_events       (MokedContext *self);
MokedMessaging *moked_context_get_messaging    (MokedContext *self);
MokedTelephony *moked_context_get_telephony    (MokedContext *self);
char           *moked_context_dup_public_url   (MokedContext *self,
                                                const char   *path);
void            moked_context_publish          (MokedContext      *self,
                                                MokedSession      *session,
                                                const char *const *users,
                                                const char        *name,
                                                const char        *data_json);

/* For the tables of webhooks: their `verify`. */
gboolean        moked_context_verify_messaging (MokedRequest *request,
                                                const char   *url,
                                                MokedContext *context,
                                                GError      **error);
gboolean        moked_context_verify_telephony (MokedRequest *request,
                                                const char   *url,
                                                MokedContext *context,
                                                GError      **error);

G_END_DECLS
