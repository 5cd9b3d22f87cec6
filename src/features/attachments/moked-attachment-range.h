/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/attachments/moked-attachment.h"
#include "files/moked-file-store.h"
#include "store/moked-session.h"
#include <libdex.h>

G_BEGIN_DECLS

gpointer    moked_attachment_range_new        (const char      *customer_id,
                                               gint64           before,
                                               guint            limit,
                                               MokedFileStore  *files);
void        moked_attachment_range_free       (gpointer         range);
DexFuture  *moked_attachment_range_read       (MokedSession    *session,
                                               gpointer         range) G_GNUC_WARN_UNUSED_RESULT;
const char *moked_attachment_range_get_author (MokedAttachment *attachment);
gboolean    moked_attachment_range_is_here    (MokedAttachment *attachment);
void        moked_attachment_range_set_here   (MokedAttachment *attachment,
                                               gboolean         here);

G_END_DECLS
