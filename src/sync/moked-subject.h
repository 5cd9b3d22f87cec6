/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-schema.h"

G_BEGIN_DECLS

MokedEntity *moked_subject_load      (MokedSession          *session,
                                      const MokedSchema     *schema,
                                      const MokedEntityInfo *info,
                                      const char            *id,
                                      GError               **error);
char        *moked_subject_dup_title (MokedEntity           *subject);

G_END_DECLS
