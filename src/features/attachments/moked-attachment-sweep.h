/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-clock.h"
#include "files/moked-file-store.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

typedef struct _MokedAttachmentSweeper MokedAttachmentSweeper;

DexFuture *moked_attachment_sweep (MokedStore     *store,
                                   MokedFileStore *files,
                                   const char     *area,
                                   gint64          idle_since,
                                   gint64          deleted_since) G_GNUC_WARN_UNUSED_RESULT;

MokedAttachmentSweeper *moked_attachment_sweeper_new  (MokedStore             *store,
                                                       MokedFileStore         *files,
                                                       MokedClock             *clock);
void                    moked_attachment_sweeper_free (MokedAttachmentSweeper *self);
DexFuture              *moked_attachment_sweeper_stop (MokedAttachmentSweeper *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
