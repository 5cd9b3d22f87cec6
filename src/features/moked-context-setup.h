/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/moked-context.h"
#include "server/moked-server.h"

G_BEGIN_DECLS

/* For whoever puts the service together. */
MokedContext *moked_context_new           (MokedStore     *store,
                                           MokedClock     *clock);
void          moked_context_free          (MokedContext   *self);
void          moked_context_set_files     (MokedContext   *self,
                                           MokedFileStore *files,
                                           gint64          quota);
void          moked_context_set_server    (MokedContext   *self,
                                           MokedServer    *server);
void          moked_context_set_providers (MokedContext   *self,
                                           MokedMessaging *messaging,
                                           MokedTelephony *telephony);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedContext, moked_context_free)

G_END_DECLS
