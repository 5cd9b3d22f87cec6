/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/attachments/moked-attachment-queue.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_ATTACHMENT_AUTOMATIC_KEY "fetch-files-up-to"

MokedAttachmentQueue *moked_attachment_desk_get_queue (MokedUiContext *context);
MokedFileStore       *moked_attachment_desk_get_files (MokedUiContext *context);
char                 *moked_attachment_desk_dup_folder (MokedUiContext *context);
void                  moked_attachment_desk_start     (MokedUiContext *context);

G_END_DECLS
