/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service/moked-service.h"
#include "transfer/moked-export.h"

G_BEGIN_DECLS

GPtrArray *moked_office_files_list (MokedService  *service,
                                    GError       **error);
gboolean   moked_office_files_take (MokedService  *service,
                                    GPtrArray     *files,
                                    GError       **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
