/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"

G_BEGIN_DECLS

/* For a record that nobody else holds, and that is used for one row after another. */
void     moked_entity_set_id           (gpointer          self,
                                        const char       *id);
gboolean moked_entity_field_from_value (gpointer          self,
                                        const MokedField *field,
                                        yyjson_val       *value,
                                        GError          **error);

G_END_DECLS
