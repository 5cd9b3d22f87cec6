/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-person-part.h"

G_BEGIN_DECLS

extern const MokedPersonPart moked_customer_notes;

void moked_customer_notes_add (MokedUiContext *context,
                               const char     *customer_id,
                               const char     *body);

G_END_DECLS
