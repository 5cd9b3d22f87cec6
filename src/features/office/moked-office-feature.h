/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-router.h"

G_BEGIN_DECLS

/* The handlers of this folder, which moked-office-feature.c puts into its table. */
MokedReply *moked_office_get    (MokedRequest  *request,
                                 MokedContext  *context,
                                 GError       **error);
MokedReply *moked_users_change  (MokedRequest  *request,
                                 MokedContext  *context,
                                 GError       **error);
MokedReply *moked_users_remove  (MokedRequest  *request,
                                 MokedContext  *context,
                                 GError       **error);

G_END_DECLS
