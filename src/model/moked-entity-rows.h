/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"

G_BEGIN_DECLS

typedef struct _MokedEntityRows MokedEntityRows;

MokedEntityRows *moked_entity_rows_new    (const MokedEntityInfo *info,
                                           yyjson_val            *table,
                                           GError               **error);
void             moked_entity_rows_free   (MokedEntityRows       *self);
gboolean         moked_entity_rows_next   (MokedEntityRows       *self);
const char      *moked_entity_rows_get_id (MokedEntityRows       *self);
gpointer         moked_entity_rows_read   (MokedEntityRows       *self,
                                           GError               **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedEntityRows, moked_entity_rows_free)

G_END_DECLS
