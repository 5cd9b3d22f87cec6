/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/attachments/moked-attachment.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_ATTACHMENT_ROW (moked_attachment_row_get_type ())
G_DECLARE_FINAL_TYPE (MokedAttachmentRow, moked_attachment_row, MOKED, ATTACHMENT_ROW, AdwBin)

GtkWidget  *moked_attachment_row_new    (MokedUiContext     *context,
                                         MokedAttachment    *attachment);
void        moked_attachment_row_show   (MokedAttachmentRow *self,
                                         MokedAttachment    *attachment);
const char *moked_attachment_row_get_id (MokedAttachmentRow *self);

G_END_DECLS
