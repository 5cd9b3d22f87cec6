/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-field.h"

G_BEGIN_DECLS

char *moked_field_text_dup (const MokedField *field,
                            const char       *value,
                            GPtrArray        *users);

G_END_DECLS
