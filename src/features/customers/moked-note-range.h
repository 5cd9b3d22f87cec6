/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "features/customers/moked-note.h"
#include "store/moked-session.h"

G_BEGIN_DECLS

gpointer    moked_note_range_new        (const char   *customer_id,
                                         gint64        before,
                                         guint         limit);
void        moked_note_range_free       (gpointer      range);
DexFuture  *moked_note_range_read       (MokedSession *session,
                                         gpointer      range);
const char *moked_note_range_get_author (MokedNote    *note);

G_END_DECLS
