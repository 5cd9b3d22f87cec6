/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service/moked-service.h"

G_BEGIN_DECLS

/* How a desktop on the same computer finds the service. */
char    *moked_embedded_dup_data_dir (void);
gboolean moked_embedded_announce     (MokedService *service,
                                      const char   *token,
                                      GError      **error) G_GNUC_WARN_UNUSED_RESULT;
void     moked_embedded_withdraw     (MokedService *service);
guint    moked_embedded_own_name     (void);

gboolean moked_embedded_read (MokedService *service,
                              char        **out_address,
                              char        **out_secret,
                              GError      **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
